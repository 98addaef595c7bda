// Giving out event ids, and telling the sink what happened where there is one.
//
// What it is: the one place that counts events. Ids are counted without a sink, too, because causes
// name them; that costs an addition and a branch an event.
// Who uses it: the files of this folder. Thread: the worker's.
#pragma once

#include "runtime/vm/branch.h"
#include "runtime/vm/event_sink.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

/// Gives the next id to an event of `type` that follows `previous_id`; `fill(Event&)` adds the
/// details and runs only when somebody listens. Returns the id.
template <typename Fill>
inline uint64_t Record(Execution& execution, const VmContext& context, EventType type,
                       uint64_t previous_id, Fill fill) {
  const uint64_t id = ++execution.last_event_id;
  if (__builtin_expect(execution.sink != nullptr, 0)) {
    Event event;
    event.type = type;
    event.id = id;
    event.previous_id = previous_id;
    event.wall_ns = context.wall_ns;
    fill(event);
    execution.sink->OnEvent(event);
  }
  return id;
}

/// The same for the next event of a branch: it follows the branch's last one and becomes it.
template <typename Fill>
inline void RecordNext(Execution& execution, Branch& branch, const VmContext& context,
                       EventType type, Fill fill) {
  if (__builtin_expect(branch.muted, 0)) return;
  branch.last_event_id = Record(execution, context, type, branch.last_event_id, fill);
}

/// The branch whose state is the current one: an iteration that has entered none yet (its
/// ItemSelector) is in its Map.
inline const Branch& InState(const Execution& execution, const Branch& branch) {
  return branch.state == kNoIndex ? *execution.branches[branch.parent] : branch;
}

inline std::string_view StateName(const Execution& execution, const Branch& branch) {
  const uint32_t state = InState(execution, branch).state;
  return execution.program->TextOf(execution.program->states()[state].name);
}

inline StateType StateTypeOf(const Execution& execution, const Branch& branch) {
  return execution.program->states()[branch.state].type;
}

/// The branch enters or leaves its current state. On the path of every record: only the count is
/// made here.
void ReportEntered(const Execution& execution, const Branch& branch, const VmContext& context,
                   uint64_t previous_id, const Value& input);
void ReportExited(const Execution& execution, const Branch& branch, const VmContext& context,
                  uint64_t previous_id, const Value& output);
/// The execution has ended with its output.
void ReportSucceeded(const Execution& execution, const VmContext& context, uint64_t previous_id);

inline uint64_t CountEvent(Execution& execution, Branch& branch) {
  const uint64_t previous_id = branch.last_event_id;
  if (__builtin_expect(!branch.muted, 1)) branch.last_event_id = ++execution.last_event_id;
  return previous_id;
}
inline void RecordEntered(Execution& execution, Branch& branch, const VmContext& context,
                          const Value& input) {
  const uint64_t previous_id = CountEvent(execution, branch);
  if (__builtin_expect(execution.sink != nullptr, 0)) {
    ReportEntered(execution, branch, context, previous_id, input);
  }
}
inline void RecordExited(Execution& execution, Branch& branch, const VmContext& context,
                         const Value& output) {
  const uint64_t previous_id = CountEvent(execution, branch);
  if (__builtin_expect(execution.sink != nullptr, 0)) {
    ReportExited(execution, branch, context, previous_id, output);
  }
}

/// …StateAborted of a type of state.
EventType AbortedEvent(StateType type);

}  // namespace aslx
