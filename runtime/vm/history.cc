#include "runtime/vm/history.h"

namespace aslx {

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

}  // namespace aslx
