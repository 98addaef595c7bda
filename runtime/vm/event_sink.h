// The history of an execution, event by event, as GetExecutionHistory names them.
//
// What it is not: needed to run. Ids are counted with and without a sink, since causes quote them.
// Who uses it: `aslx exec` (the report), later the log and the API.
// Thread: the worker's. Memory: values and texts in an Event live only during OnEvent.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/value/value.h"

namespace aslx {

struct TaskRecord;

// EVENT(name): the event type; what of an Event it carries is said beside each field.
// clang-format off
#define ASLX_EVENT_TYPES(EVENT) \
  EVENT(ExecutionStarted) EVENT(ExecutionSucceeded) EVENT(ExecutionFailed) \
  EVENT(ExecutionTimedOut) EVENT(ExecutionAborted) EVENT(PassStateEntered) \
  EVENT(PassStateExited) EVENT(TaskStateEntered) EVENT(TaskStateExited) EVENT(TaskStateAborted) \
  EVENT(ChoiceStateEntered) EVENT(ChoiceStateExited) EVENT(WaitStateEntered) \
  EVENT(WaitStateExited) EVENT(WaitStateAborted) EVENT(SucceedStateEntered) \
  EVENT(SucceedStateExited) EVENT(FailStateEntered) EVENT(ParallelStateEntered) \
  EVENT(ParallelStateStarted) EVENT(ParallelStateSucceeded) EVENT(ParallelStateFailed) \
  EVENT(ParallelStateExited) EVENT(ParallelStateAborted) EVENT(MapStateEntered) \
  EVENT(MapStateStarted) EVENT(MapStateSucceeded) EVENT(MapStateFailed) EVENT(MapStateExited) \
  EVENT(MapStateAborted) EVENT(MapIterationStarted) EVENT(MapIterationSucceeded) \
  EVENT(MapIterationFailed) EVENT(MapIterationAborted) EVENT(TaskScheduled) EVENT(TaskStarted) \
  EVENT(TaskSubmitted) EVENT(TaskSucceeded) EVENT(TaskFailed) EVENT(TaskTimedOut) \
  EVENT(LambdaFunctionScheduled) \
  EVENT(LambdaFunctionStarted) EVENT(LambdaFunctionSucceeded) EVENT(LambdaFunctionFailed) \
  EVENT(LambdaFunctionTimedOut) EVENT(EvaluationFailed) EVENT(MapRunStarted) \
  EVENT(MapRunSucceeded) EVENT(MapRunFailed)
// clang-format on

enum class EventType : uint8_t {
#define EVENT(name) k##name,
  ASLX_EVENT_TYPES(EVENT)
#undef EVENT
};

struct Event {
  EventType type;
  uint64_t id = 0;
  uint64_t previous_id = 0;
  int64_t wall_ns = 0;
  std::string_view name;  // of the state; of the Map for iterations
  Value input;            // …Entered, ExecutionStarted, LambdaFunctionScheduled
  Value output;           // …Exited, …Succeeded
  Value error, cause;     // …Failed, …TimedOut; Undefined: absent
  Value parameters;       // TaskScheduled
  Value assigned;         // …Exited: the object of variables that were assigned, Undefined: none
  const TaskRecord* task = nullptr;  // task events
  uint32_t index = 0;                // MapIteration…
  uint32_t length = 0;               // MapStateStarted
  int64_t timeout_seconds = -1;      // …Scheduled; -1: absent
  int64_t heartbeat_seconds = -1;
  Value credentials;
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void OnEvent(const Event& event) = 0;
};

}  // namespace aslx
