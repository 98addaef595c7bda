// Threads: one a core, pinned, each turning its own parts; start, drain, stop.
//
// What it is not: shared state between cores. What a core works on is built, turned and destroyed
// on its own thread; only the stop request and the waker are reached from outside. Who uses it:
// pipeline/cli. The simulator turns CoreTasks itself, in one thread. Thread: Start and Join the
// owner's; RequestDrain and RequestAbort any, signal handlers too.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/worker/waker.h"

namespace aslx {

struct TurnStatus {
  /// There is more to do at once: do not sleep.
  bool busy = false;
  /// It has drained, or failed: it is not turned again.
  bool finished = false;
  /// When it wants to be turned if nobody wakes it; INT64_MAX: never.
  int64_t next_due_ns = INT64_MAX;
};

/// What a core turns: a pipeline's part on this core.
class CoreTask {
 public:
  virtual ~CoreTask() = default;
  virtual TurnStatus Turn(int64_t now_ns, int64_t wall_ns) = 0;
  /// Take nothing new, finish what is under way within the configured limit. Called once.
  virtual void Drain() = 0;
  /// After it has finished: why it could not go on; null when all is well.
  virtual const Error* failure() const = 0;
};

struct CoreContext {
  uint32_t index = 0;  // of the worker
  uint32_t worker_count = 1;
  Waker* waker = nullptr;
};

struct EngineOptions {
  uint32_t worker_count = 0;  // 0: AvailableCores()
  bool pin = true;
};

/// Keeps the most telling one of several failures: that the outcome of a transaction is not known,
/// since whoever supervises the process acts on it; else the first.
void KeepMostTelling(const Error& failure, Result<void>* outcome);

/// Processors that this process may use, and no more than its control group grants the time of.
uint32_t AvailableCores();

class Engine {
 public:
  using CoreTasks = std::vector<std::unique_ptr<CoreTask>>;
  /// Called on the core's thread once that is pinned, so that threads started inside inherit it.
  using Factory = std::function<Result<CoreTasks>(const CoreContext&)>;

  /// The clock is read by all cores at once (SystemClock).
  Engine(const EngineOptions& options, Clock* clock);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Returns when every core has been built; no part of any turns before that. When one could not,
  /// none has turned, and the others have ended again.
  Result<void> Start(const Factory& factory);
  /// When all cores have ended: the most telling failure, if any. A core that fails makes the
  /// others drain.
  Result<void> Join();

  void RequestDrain();
  /// Ends without finishing anything.
  void RequestAbort();

  uint32_t worker_count() const { return static_cast<uint32_t>(cores_.size()); }
  /// It was asked to drain, or to abort, or a core failed.
  bool draining() const { return request_.load(std::memory_order_relaxed) != Request::kNone; }
  bool running() const { return running_count_.load(std::memory_order_acquire) > 0; }

 private:
  enum class Request : uint8_t { kNone, kDrain, kAbort };
  struct Core {
    Waker waker;
    std::thread thread;
    Result<void> outcome;
    bool built = false;
  };

  void RunCore(Core& core, uint32_t index, const Factory& factory);
  /// Waits until each core has been built or could not be; whether all have been.
  bool AllBuilt() const;
  void TurnUntilDone(Core& core, CoreTasks& tasks);
  void Raise(Request request);

  EngineOptions options_;
  Clock* clock_;
  std::vector<int> processors_;
  std::vector<std::unique_ptr<Core>> cores_;
  // Released after each core's building; acquired by AllBuilt, which then reads Core::built.
  std::atomic<uint32_t> built_count_{0};
  std::atomic<uint32_t> running_count_{0};
  // Only ever raised; relaxed, since it carries no data and the wakers order it in time.
  std::atomic<Request> request_{Request::kNone};
};

}  // namespace aslx
