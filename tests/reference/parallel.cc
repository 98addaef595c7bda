#include <algorithm>

#include "tests/reference/children.h"

namespace aslx::reference {
namespace {

// A state that its branch's end cuts off tells so, if its type has an event for that.
void AddAborted(Frame& frame, const Line& line, int64_t previous) {
  const std::string& type = line.state_type;
  if (type == "Task" || type == "Wait" || type == "Parallel" || type == "Map") {
    frame.AddBeside(type + "StateAborted", previous);
  }
}

}  // namespace

Job<Outcome<Transition>> AttemptParallel(Frame& frame, Attempt& attempt) {
  const Outcome<Json> input = TaskInput(frame);
  if (!input.has_value()) co_return tl::unexpected<Fault>(input.error());
  frame.Add("ParallelStateStarted");
  const Json::Items& branches = frame.form.Find("Branches")->items();
  Children children(
      frame, branches.size(), branches.size(),
      [&](Line& line, size_t index) { return RunStates(line, branches[index], *input); },
      [](Line&, size_t, const Outcome<Json>&) { return false; });
  const bool succeeded = co_await children.Join();
  if (!succeeded) {
    const Line& failed = *children.failed_line();
    const int64_t last = failed.last_event;
    frame.line.last_event = last;
    if (IsRuntime(children.fault())) co_return tl::unexpected<Fault>(children.fault());
    for (const size_t index : children.Unfinished()) {
      AddAborted(frame, *children.lines()[index], last);
    }
    if (failed.state_type == "Task") AddAborted(frame, failed, last);
    attempt = {
        .failed_event = "ParallelStateFailed", .failed_previous = last, .while_waiting = true};
    co_return tl::unexpected<Fault>(children.fault());
  }
  int64_t last = frame.line.last_event;
  for (const auto& line : children.lines())
    last = std::max(last, line->last_event);
  frame.line.last_event = last;
  Json::Items outputs;
  for (const std::optional<Json>& output : children.results())
    outputs.push_back(*output);
  const Json result = Json::Array(std::move(outputs));
  const Outcome<Json> checked = WithinLimit(result, frame.name);
  if (!checked.has_value()) {
    attempt = {
        .failed_event = "ParallelStateFailed", .failed_previous = last, .while_waiting = true};
    co_return tl::unexpected<Fault>(checked.error());
  }
  frame.AddBeside("ParallelStateSucceeded", last);
  co_await frame.execution().clock.Yield();
  co_return FinishWithResult(frame, result, true);
}

}  // namespace aslx::reference
