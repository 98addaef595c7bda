#include "tests/reference/children.h"

namespace aslx::reference {

Children::Children(Frame& parent, size_t count, size_t concurrency, Body body, Ended ended)
    : parent_(parent),
      body_(std::move(body)),
      ended_(std::move(ended)),
      lines_(count),
      jobs_(count),
      slots_(count),
      finished_(count, false),
      results_(count),
      concurrency_(concurrency) {}

Children::~Children() {
  // Those that have not begun leave the clock before their memory goes.
  for (const Clock::Slot& slot : slots_) {
    if (slot != nullptr) *slot = nullptr;
  }
}

void Children::Start(size_t index) {
  lines_[index] = std::make_unique<Line>(
      Line{.execution = parent_.execution(),
           .history = parent_.line.history,
           .variables = Variables{.outer = &parent_.line.variables, .values = {}},
           .last_event = parent_.line.last_event,
           .item = parent_.line.item,
           .state_type = {}});
  jobs_[index] = std::make_unique<Job<bool>>(RunChild(index));
  slots_[index] = parent_.execution().clock.Append(jobs_[index]->handle());
  ++started_;
}

Job<bool> Children::Join() {
  while (started_ < lines_.size() && started_ < concurrency_)
    Start(started_);
  if (!lines_.empty()) co_await parent_.execution().clock.Park(&waiter_);
  co_return !failed_;
}

Job<bool> Children::RunChild(size_t index) {
  Line& line = *lines_[index];
  Outcome<Json> outcome = co_await body_(line, index);
  finished_[index] = true;
  ++finished_count_;
  const bool forgiven = ended_(line, index, outcome);
  if (outcome.has_value()) {
    results_[index] = std::move(*outcome);
  } else if (!forgiven && !failed_) {
    failed_ = true;
    failed_index_ = index;
    fault_ = outcome.error();
  }
  if (failed_ || finished_count_ == lines_.size()) {
    parent_.execution().clock.Wake(waiter_);
  } else if (started_ < lines_.size()) {
    Start(started_);
  }
  co_return true;
}

std::vector<size_t> Children::Unfinished() const {
  std::vector<size_t> out;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i] != nullptr && !finished_[i]) out.push_back(i);
  }
  return out;
}

}  // namespace aslx::reference
