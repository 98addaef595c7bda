// Answers of tasks on their way from any thread to the worker that waits for them.
//
// What it is: a lock-free queue of owned answers and a bell. What it is not: ordered between
// different producers; answers of one thread keep their order.
// Who uses it: task integrations push, the worker drains once a Turn.
// Thread: Push, any; Drain, the worker's. A late answer is refused by its token, never here.
// Memory: a Completion owns its bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>

#include <concurrentqueue/concurrentqueue.h>

#include "runtime/vm/interpreter.h"
#include "runtime/worker/waker.h"

namespace aslx {

/// One answer, or a sign of life.
class Completion {
 public:
  Completion() = default;
  /// Copies the texts of `outcome` into one allocation.
  static Completion Answer(SuspensionToken token, const TaskOutcome& outcome);
  static Completion Heartbeat(SuspensionToken token);

  SuspensionToken token() const { return token_; }
  bool heartbeat() const { return heartbeat_; }
  /// Points into this completion.
  const TaskOutcome& outcome() const { return outcome_; }

 private:
  SuspensionToken token_;
  bool heartbeat_ = false;
  TaskOutcome outcome_;
  std::unique_ptr<char[]> text_;  // stays in place when the completion is moved
};

/// Invariant: it holds at most one answer a task in flight (the gateway's side of the bargain), so
/// that the worker's bound on tasks bounds it; heartbeats above kHeartbeatsMax are dropped, since
/// the next one says the same.
class CompletionQueue {
 public:
  static constexpr size_t kHeartbeatsMax = 65'536;

  /// `waker` may be null (the caller drives the worker itself).
  explicit CompletionQueue(Waker* waker) : waker_(waker) {}
  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;

  void Push(Completion completion) {
    PushQuietly(std::move(completion));
    Wake();
  }
  /// Several are pushed, then the worker is woken once.
  void PushQuietly(Completion completion);
  void Wake() {
    if (waker_ != nullptr) waker_->Wake();
  }

  /// Takes up to `count_max` completions and hands each to `take(Completion&)`; how many there
  /// were.
  template <typename Take>
  size_t Drain(size_t count_max, Take take) {
    size_t taken = 0;
    Completion completion;
    while (taken < count_max && queue_.try_dequeue(completion)) {
      size_.fetch_sub(1, std::memory_order_relaxed);
      take(completion);
      ++taken;
    }
    return taken;
  }

  bool empty() const { return size_.load(std::memory_order_acquire) == 0; }

 private:
  moodycamel::ConcurrentQueue<Completion> queue_;
  // Counted before the push, so that the worker never sleeps on a completion it cannot see yet.
  std::atomic<size_t> size_{0};
  Waker* waker_;
};

}  // namespace aslx
