#pragma once

// What it is: the branches of a Parallel or the iterations of a Map, side by side on the clock, and
// the wait of their parent until all have succeeded or one has failed.
// What it is not: their events; parallel and map write those.
// Used by: parallel, map. Thread: one. Memory: owns the lines and coroutines of the children.

#include <functional>
#include <memory>
#include <vector>

#include "tests/reference/execution.h"

namespace aslx::reference {

// Invariant: at most `concurrency` children run at once, the others start in order as these end.
class Children {
 public:
  // How one of them runs; it may end before it has entered a state.
  using Body = std::function<Job<Outcome<Json>>(Line&, size_t)>;
  // Called when one has ended; a fault it forgives does not end the others.
  using Ended = std::function<bool(Line&, size_t, const Outcome<Json>&)>;

  Children(Frame& parent, size_t count, size_t concurrency, Body body, Ended ended);
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children();

  // Waits until it is decided. Nothing else runs between the end of the last child and its parent.
  Job<bool> Join();

  // The child that failed, or null.
  Line* failed_line() const { return failed_ ? lines_[failed_index_].get() : nullptr; }
  size_t failed_index() const { return failed_index_; }
  const Fault& fault() const { return fault_; }
  // The outputs; none for one that was forgiven.
  const std::vector<std::optional<Json>>& results() const { return results_; }
  const std::vector<std::unique_ptr<Line>>& lines() const { return lines_; }

  // Those that run and have not ended; after a failure they are cut.
  std::vector<size_t> Unfinished() const;

 private:
  Job<bool> RunChild(size_t index);
  void Start(size_t index);

  Frame& parent_;
  Body body_;
  Ended ended_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Job<bool>>> jobs_;
  std::vector<Clock::Slot> slots_;
  std::vector<bool> finished_;
  std::vector<std::optional<Json>> results_;
  size_t concurrency_;
  size_t started_ = 0;
  size_t finished_count_ = 0;
  bool failed_ = false;
  size_t failed_index_ = 0;
  Fault fault_;
  Clock::Slot waiter_;
};

}  // namespace aslx::reference
