#pragma once

// What it is: virtual time: the coroutines that can run now, first in first out, and those that
// wait for an instant. What it is not: the wall clock.
// Used by: machine and its states. Thread: one.
// Memory: refers to coroutines; one that is destroyed while it waits takes itself off.

#include <coroutine>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace aslx::reference {

class Clock {
 public:
  using Slot = std::shared_ptr<std::coroutine_handle<>>;

  // What a coroutine awaits: its slot is emptied when the coroutine dies, or left by a call to
  // Wake.
  class Pause {
   public:
    Pause(Clock& clock, std::optional<int64_t> due_ns, bool answer)
        : clock_(clock), due_ns_(due_ns), answer_(answer) {}
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause() {
      if (slot_ != nullptr) *slot_ = nullptr;
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      slot_ = std::make_shared<std::coroutine_handle<>>(handle);
      if (due_ns_.has_value()) {
        clock_.timers_.emplace(std::pair(*due_ns_, clock_.sequence_++), slot_);
      } else {
        (answer_ ? clock_.answers_ : clock_.ready_).push_back(slot_);
      }
    }
    void await_resume() const noexcept {}

   private:
    Clock& clock_;
    std::optional<int64_t> due_ns_;
    bool answer_;
    Slot slot_;
  };

  class Parking {
   public:
    explicit Parking(Slot* slot) : slot_(slot) {}
    Parking(const Parking&) = delete;
    Parking& operator=(const Parking&) = delete;
    ~Parking() {
      if (*slot_ != nullptr) **slot_ = nullptr;
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      *slot_ = std::make_shared<std::coroutine_handle<>>(handle);
    }
    void await_resume() const noexcept {}

   private:
    Slot* slot_;
  };

  int64_t now_ns() const { return now_ns_; }

  // Goes to the end of the ready list.
  Pause Yield() { return Pause(*this, std::nullopt, false); }
  // Waits for the answer of a task, which is looked at when nothing is ready any more.
  Pause Answer() { return Pause(*this, std::nullopt, true); }
  // Waits for an instant; one that has passed counts as now.
  Pause Until(int64_t due_ns) { return Pause(*this, due_ns < now_ns_ ? now_ns_ : due_ns, false); }

  // Waits for Wake, which is given the slot that is left in `slot`.
  Parking Park(Slot* slot) { return Parking(slot); }

  // Lets a parked coroutine run next, before all that are ready.
  void Wake(const Slot& slot) { ready_.push_front(slot); }

  // Appends a coroutine to the ready list; the slot is for taking it off again.
  Slot Append(std::coroutine_handle<> handle) {
    ready_.push_back(std::make_shared<std::coroutine_handle<>>(handle));
    return ready_.back();
  }

  // Runs until nothing waits any more or `done` says so; false when the deadline came first.
  template <typename Done>
  bool Run(int64_t deadline_ns, Done done) {
    while (!done()) {
      if (ready_.empty() && !answers_.empty()) {
        ready_.push_back(answers_.front());
        answers_.pop_front();
      }
      if (ready_.empty()) {
        if (timers_.empty()) return true;
        const auto first = timers_.begin();
        if (first->first.first >= deadline_ns && *first->second) {
          now_ns_ = deadline_ns;
          return false;
        }
        if (*first->second) {
          now_ns_ = first->first.first;
          ready_.push_back(first->second);
        }
        timers_.erase(first);
        continue;
      }
      const Slot slot = ready_.front();
      ready_.pop_front();
      if (*slot) std::exchange(*slot, nullptr).resume();
    }
    return true;
  }

 private:
  int64_t now_ns_ = 0;
  uint64_t sequence_ = 0;
  std::deque<Slot> ready_;
  std::deque<Slot> answers_;
  std::map<std::pair<int64_t, uint64_t>, Slot> timers_;
};

}  // namespace aslx::reference
