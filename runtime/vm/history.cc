#include "runtime/vm/history.h"

namespace aslx {

namespace {

// Fail has no Exited.
EventType EnteredEvent(StateType type) {
  switch (type) {
    case StateType::kPass: return EventType::kPassStateEntered;
    case StateType::kTask: return EventType::kTaskStateEntered;
    case StateType::kChoice: return EventType::kChoiceStateEntered;
    case StateType::kWait: return EventType::kWaitStateEntered;
    case StateType::kSucceed: return EventType::kSucceedStateEntered;
    case StateType::kFail: return EventType::kFailStateEntered;
    case StateType::kParallel: return EventType::kParallelStateEntered;
    case StateType::kMap: return EventType::kMapStateEntered;
  }
  return EventType::kPassStateEntered;
}

EventType ExitedEvent(StateType type) {
  switch (type) {
    case StateType::kPass: return EventType::kPassStateExited;
    case StateType::kTask: return EventType::kTaskStateExited;
    case StateType::kChoice: return EventType::kChoiceStateExited;
    case StateType::kWait: return EventType::kWaitStateExited;
    case StateType::kSucceed:
    case StateType::kFail: return EventType::kSucceedStateExited;
    case StateType::kParallel: return EventType::kParallelStateExited;
    case StateType::kMap: return EventType::kMapStateExited;
  }
  return EventType::kPassStateExited;
}

// What entering and leaving a state have in common: the branch's newest event.
Event StateEvent(const Execution& execution, const Branch& branch, const VmContext& context,
                 uint64_t previous_id) {
  Event event;
  event.id = branch.last_event_id;
  event.previous_id = previous_id;
  event.wall_ns = context.wall_ns;
  event.name = StateName(execution, branch);
  return event;
}

}  // namespace

EventType AbortedEvent(StateType type) {
  switch (type) {
    case StateType::kWait: return EventType::kWaitStateAborted;
    case StateType::kParallel: return EventType::kParallelStateAborted;
    case StateType::kMap: return EventType::kMapStateAborted;
    case StateType::kPass:
    case StateType::kTask:
    case StateType::kChoice:
    case StateType::kSucceed:
    case StateType::kFail: return EventType::kTaskStateAborted;
  }
  return EventType::kTaskStateAborted;
}

void ReportEntered(const Execution& execution, const Branch& branch, const VmContext& context,
                   uint64_t previous_id, const Value& input) {
  if (branch.muted) return;
  Event event = StateEvent(execution, branch, context, previous_id);
  event.type = EnteredEvent(StateTypeOf(execution, branch));
  event.input = input;
  execution.sink->OnEvent(event);
}

void ReportExited(const Execution& execution, const Branch& branch, const VmContext& context,
                  uint64_t previous_id, const Value& output) {
  if (branch.muted) return;
  Event event = StateEvent(execution, branch, context, previous_id);
  event.type = ExitedEvent(StateTypeOf(execution, branch));
  event.output = output;
  event.assigned = branch.assigned;
  execution.sink->OnEvent(event);
}

void ReportSucceeded(const Execution& execution, const VmContext& context, uint64_t previous_id) {
  Event event;
  event.type = EventType::kExecutionSucceeded;
  event.id = execution.last_event_id;
  event.previous_id = previous_id;
  event.wall_ns = context.wall_ns;
  event.output = execution.output;
  execution.sink->OnEvent(event);
}

}  // namespace aslx
