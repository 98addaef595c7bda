#pragma once

// What it is: virtual time: the coroutines that can run now, first in first out, those that wait
// for the answer of a task, and those that wait for an instant. What it is not: the wall clock.
// Used by: machine and its states. Thread: one. Memory: refers to coroutines; one that is destroyed
// while it waits takes itself off.
//
// When nothing is ready any more, all answers come in at once, in the order they were asked for;
// when there are none, time passes to the next timer, in whole milliseconds, and all of that
// instant fire, those due first before the others. What came in notes down what happened and then
// waits for its turn with Yield.

#include <coroutine>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

namespace aslx::reference {

class Clock {
 public:
  using Slot = std::shared_ptr<std::coroutine_handle<>>;

  // What a coroutine awaits: how it gets on the clock; it leaves it when it dies.
  template <typename Enlist>
  class Pause {
   public:
    explicit Pause(Enlist enlist) : enlist_(std::move(enlist)) {}
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause() {
      if (slot_ != nullptr) *slot_ = nullptr;
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      slot_ = std::make_shared<std::coroutine_handle<>>(handle);
      enlist_(slot_);
    }
    void await_resume() const noexcept {}

   private:
    Enlist enlist_;
    Slot slot_;
  };

  int64_t now_ns() const { return now_ns_; }

  // Goes to the end of the ready list.
  auto Yield() {
    return Pause([this](const Slot& slot) { ready_.push_back(slot); });
  }
  // Waits for the answer of a task.
  auto Answer() {
    return Pause([this](const Slot& slot) { answers_.push_back(slot); });
  }
  // Waits for an instant; one that is now or has passed comes with the next millisecond.
  auto Until(int64_t due_ns) {
    return Pause([this, due_ns](const Slot& slot) { AddTimer(due_ns, slot); });
  }
  // Waits for Wake, which is given the slot that is left in `slot`.
  auto Park(Slot* slot) {
    return Pause([slot](const Slot& own) { *slot = own; });
  }

  // Lets a parked coroutine run next, before all that are ready or have come in.
  void Wake(const Slot& slot) { woken_.push_back(slot); }

  // Appends a coroutine to the ready list; the slot is for taking it off again.
  Slot Append(std::coroutine_handle<> handle) {
    ready_.push_back(std::make_shared<std::coroutine_handle<>>(handle));
    return ready_.back();
  }

  // Runs until nothing waits any more or `done` says so; false when the deadline came first.
  template <typename Done>
  bool Run(int64_t deadline_ns, Done done) {
    RunReady(done);
    // The deadline is watched from the first pause on.
    if (deadline_ns != INT64_MAX) AddTimer(deadline_ns, nullptr);
    while (!done()) {
      if (!answers_.empty()) {
        for (const Slot& slot : std::exchange(answers_, {}))
          Resume(slot, done);
      } else if (timers_.empty()) {
        return true;
      } else if (!FireTimers(done)) {
        return false;
      }
      RunReady(done);
    }
    return true;
  }

 private:
  static constexpr int64_t kTickNs = 1'000'000;

  void AddTimer(int64_t due_ns, const Slot& slot) {
    const int64_t up = due_ns / kTickNs + (due_ns % kTickNs > 0 ? 1 : 0);
    const int64_t tick = up > now_ns_ / kTickNs ? up : now_ns_ / kTickNs + 1;
    timers_.emplace(std::tuple(tick, due_ns, sequence_++), slot);
  }

  // Resumes it and then those that it has woken.
  template <typename Done>
  void Resume(const Slot& slot, Done done) {
    woken_.push_back(slot);
    while (!done() && !woken_.empty()) {
      const Slot next = woken_.front();
      woken_.pop_front();
      if (*next) std::exchange(*next, nullptr).resume();
    }
  }

  template <typename Done>
  void RunReady(Done done) {
    while (!done() && !ready_.empty()) {
      const Slot slot = ready_.front();
      ready_.pop_front();
      Resume(slot, done);
    }
  }

  // False when the deadline was among them.
  template <typename Done>
  bool FireTimers(Done done) {
    const int64_t tick = std::get<0>(timers_.begin()->first);
    bool first = true;
    while (!done() && !timers_.empty() && std::get<0>(timers_.begin()->first) == tick) {
      const Slot slot = timers_.begin()->second;
      timers_.erase(timers_.begin());
      if (slot != nullptr && !*slot) continue;  // cut in the meantime
      if (std::exchange(first, false)) now_ns_ = tick * kTickNs;
      if (slot == nullptr) return false;
      Resume(slot, done);
    }
    return true;
  }

  int64_t now_ns_ = 0;
  uint64_t sequence_ = 0;
  std::deque<Slot> ready_;
  std::deque<Slot> woken_;
  std::deque<Slot> answers_;
  // By tick, instant and the order they were set; no slot: the deadline.
  std::map<std::tuple<int64_t, int64_t, uint64_t>, Slot> timers_;
};

}  // namespace aslx::reference
