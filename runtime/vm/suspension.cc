#include "runtime/vm/suspension.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"
#include "runtime/value/timestamp.h"
#include "runtime/vm/error_handling.h"
#include "runtime/vm/fault_text.h"
#include "runtime/vm/history.h"
#include "runtime/vm/join.h"

namespace aslx {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
/// Beyond every deadline, and safe to add to a clock.
constexpr int64_t kSecondsMax = 99'999'999;

// TimeoutSeconds or HeartbeatSeconds: the field or its path's value. -1: not given.
bool ReadSeconds(Execution& execution, Branch& branch, uint32_t literal, uint8_t reg,
                 std::string_view field, TextRef path, int64_t* seconds, Fault* fault) {
  *seconds = literal == kNoIndex ? -1 : static_cast<int64_t>(literal);
  if (reg == kNoRegister) return true;
  const Value& value = branch.registers()[reg];
  const std::string_view text = value.type == Type::kString ? Decode(value, execution.arena)
                                                            : JsonText(value, execution.arena);
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *seconds);
  if (parsed.ec == std::errc() && parsed.ptr == end && *seconds > 0) {
    *seconds = std::min(*seconds, kSecondsMax);
    return true;
  }
  const bool number = parsed.ec == std::errc() && parsed.ptr == end;
  *fault = RuntimeFault(execution, branch,
                        Concat(execution, {"The ", field, " parameter ",
                                           number ? "references a value that is not positive: "
                                                  : "cannot be parsed as a long value: ",
                                           execution.program->TextOf(path), " == ", text}));
  return false;
}

void ReportScheduled(Execution& execution, Branch& branch, const TaskRecord& task,
                     const Value& parameters, int64_t timeout_s, int64_t heartbeat_s,
                     VmContext& context) {
  const bool lambda = task.kind == TaskKind::kLambdaArn;
  RecordNext(execution, branch, context,
             lambda ? EventType::kLambdaFunctionScheduled : EventType::kTaskScheduled,
             [&](Event& event) {
               event.task = &task;
               (lambda ? event.input : event.parameters) = parameters;
               event.timeout_seconds = timeout_s;
               event.heartbeat_seconds = heartbeat_s;
               if (task.credentials_register != kNoRegister) {
                 event.credentials = branch.registers()[task.credentials_register];
               }
             });
  RecordNext(execution, branch, context,
             lambda ? EventType::kLambdaFunctionStarted : EventType::kTaskStarted,
             [&](Event& event) { event.task = &task; });
}

void ReportAnswer(Execution& execution, Branch& branch, const TaskRecord& task, EventType of_task,
                  EventType of_lambda, const Value& output, const Fault* fault,
                  VmContext& context) {
  const bool lambda = task.kind == TaskKind::kLambdaArn;
  RecordNext(execution, branch, context, lambda ? of_lambda : of_task, [&](Event& event) {
    event.task = &task;
    event.output = output;
    if (fault != nullptr) {
      event.error = fault->name;
      event.cause = fault->cause;
    }
  });
}

const TaskRecord& TaskOf(const Execution& execution, const Branch& branch) {
  return execution.program->tasks()[execution.program->code()[branch.pc].c];
}

// The timer of a task is the nearer of its time-out and its heartbeat.
void StartTaskTimer(Execution& execution, Branch& branch, VmContext& context) {
  int64_t due_ns = branch.task_deadline_ns;
  branch.waits_for_heartbeat = false;
  if (branch.heartbeat_ns > 0 && context.After(branch.heartbeat_ns) < due_ns) {
    due_ns = context.After(branch.heartbeat_ns);
    branch.waits_for_heartbeat = true;
  }
  if (due_ns != INT64_MAX) context.host->StartTimer(TokenOf(execution, branch), due_ns);
}

// Finds the branch that `token` belongs to, as long as it still waits.
Branch* Waiting(Execution& execution, SuspensionToken token) {
  if (execution.status != ExecutionStatus::kRunning || token.serial == 0 ||
      token.execution != execution.table_slot || token.generation != execution.generation ||
      token.branch >= execution.branch_slots) {
    return nullptr;
  }
  Branch* branch = execution.branches[token.branch];
  return branch != nullptr && branch->serial == token.serial ? branch : nullptr;
}

// The name under which the service reports a result that is too large.
std::string_view LimitName(const Execution& execution, const TaskRecord& task) {
  const Program& program = *execution.program;
  return program.TextOf(task.kind == TaskKind::kLambdaArn ? task.arn : task.resource_type);
}

bool ReadResult(Execution& execution, const Branch& branch, const TaskRecord& task,
                std::string_view output, VmContext& context, Value* result, Fault* fault) {
  if (output.size() > limits::kPayloadBytesMax) {
    *fault = DataLimitFault(execution, LimitName(execution, task));
    return false;
  }
  const JsonError error =
      context.reader->Read(execution.arena.Copy(output), nullptr, nullptr, result);
  if (error.kind == JsonError::Kind::kNone) return true;
  *fault = RuntimeFault(execution, branch,
                        Concat(execution, {"The result of the task is not valid JSON: at byte ",
                                           Decimal(execution, static_cast<int64_t>(error.offset)),
                                           ": ", error.message}));
  return false;
}

bool WaitSeconds(Execution& execution, Branch& branch, const WaitRecord& wait, const Value& value,
                 int64_t* delay_ns, Fault* fault) {
  const std::string_view path = execution.program->TextOf(wait.path);
  if (value.undefined()) {
    *fault = RuntimeFault(
        execution, branch,
        Concat(execution, {"The SecondsPath parameter does not reference an input value: ", path}));
    return false;
  }
  const std::string_view text = value.type == Type::kString ? Decode(value, execution.arena)
                                                            : JsonText(value, execution.arena);
  int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seconds);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == end;
  if (!whole || seconds < 0) {
    *fault = RuntimeFault(execution, branch,
                          Concat(execution, {"The SecondsPath parameter ",
                                             whole ? "references a negative value: "
                                                   : "cannot be parsed as a long value: ",
                                             path, " == ", text}));
    return false;
  }
  *delay_ns = std::min(seconds, kSecondsMax) * kNsPerSecond;
  return true;
}

bool WaitTimestamp(Execution& execution, Branch& branch, const WaitRecord& wait, const Value& value,
                   const VmContext& context, int64_t* delay_ns, Fault* fault) {
  Timestamp until;
  if (value.type == Type::kString && ParseTimestamp(Decode(value, execution.arena), &until)) {
    const int64_t now_s = context.wall_ns / kNsPerSecond;
    const int64_t seconds = std::clamp<int64_t>(until.seconds - now_s, -1, kSecondsMax);
    *delay_ns = std::max<int64_t>(
        0, seconds * kNsPerSecond + until.nanoseconds - context.wall_ns % kNsPerSecond);
    return true;
  }
  const std::string_view path = execution.program->TextOf(wait.path);
  if (value.undefined()) {
    *fault = RuntimeFault(
        execution, branch,
        Concat(execution,
               {"The TimestampPath parameter does not reference an input value: ", path}));
    return false;
  }
  const std::string_view text = value.type == Type::kString ? Decode(value, execution.arena)
                                                            : JsonText(value, execution.arena);
  *fault = RuntimeFault(execution, branch,
                        Concat(execution, {"The TimestampPath parameter does not reference a valid "
                                           "ISO-8601 extended offset date-time format string: ",
                                           path, " == ", text}));
  return false;
}

}  // namespace

bool StartTask(Execution& execution, Branch& branch, const Instruction& at, VmContext& context,
               Fault* fault) {
  const Program& program = *execution.program;
  const TaskRecord& task = program.tasks()[at.c];
  const Value parameters = branch.registers()[at.b];
  int64_t timeout_s = -1;
  int64_t heartbeat_s = -1;
  if (!ReadSeconds(execution, branch, task.timeout_seconds, task.timeout_register,
                   "TimeoutSecondsPath", task.timeout_path, &timeout_s, fault) ||
      !ReadSeconds(execution, branch, task.heartbeat_seconds, task.heartbeat_register,
                   "HeartbeatSecondsPath", task.heartbeat_path, &heartbeat_s, fault)) {
    return false;
  }
  if (JsonTextBytes(parameters, limits::kPayloadBytesMax) > limits::kPayloadBytesMax) {
    *fault = DataLimitFault(execution, StateName(execution, branch));
    return false;
  }
  ReportScheduled(execution, branch, task, parameters, timeout_s, heartbeat_s, context);
  branch.task_deadline_ns = timeout_s < 0 ? INT64_MAX : context.After(timeout_s * kNsPerSecond);
  branch.heartbeat_ns = heartbeat_s < 0 ? 0 : heartbeat_s * kNsPerSecond;
  const SuspensionToken token = Suspend(execution, branch, BranchStatus::kTask);
  StartTaskTimer(execution, branch, context);
  context.host->SubmitTask({token, &task, &program, StateName(execution, branch), parameters,
                            std::min(branch.task_deadline_ns, execution.deadline_ns),
                            ExecutionArn(execution)});
  return true;
}

bool StartWait(Execution& execution, Branch& branch, const Instruction& at, VmContext& context,
               Fault* fault) {
  const WaitRecord& wait = execution.program->waits()[at.c];
  const Value& value = branch.registers()[at.a];
  int64_t delay_ns = 0;
  const bool seconds = wait.kind == WaitKind::kSeconds || wait.kind == WaitKind::kSecondsPath;
  if (seconds ? !WaitSeconds(execution, branch, wait, value, &delay_ns, fault)
              : !WaitTimestamp(execution, branch, wait, value, context, &delay_ns, fault)) {
    return false;
  }
  const SuspensionToken token = Suspend(execution, branch, BranchStatus::kTimer);
  context.host->StartTimer(token, context.After(delay_ns));
  return true;
}

bool CompleteTask(Execution& execution, SuspensionToken token, const TaskOutcome& outcome,
                  VmContext& context) {
  Branch* const branch = Waiting(execution, token);
  if (branch == nullptr || branch->status != BranchStatus::kTask) return false;
  context.host->CancelTimer(token);
  branch->serial = 0;
  const TaskRecord& task = TaskOf(execution, *branch);
  Fault fault;
  if (outcome.succeeded) {
    Value result;
    if (ReadResult(execution, *branch, task, outcome.output, context, &result, &fault)) {
      ReportAnswer(execution, *branch, task, EventType::kTaskSucceeded,
                   EventType::kLambdaFunctionSucceeded, result, nullptr, context);
      branch->registers()[execution.program->code()[branch->pc].a] = result;
      ++branch->pc;
      MakeReady(execution, *branch);
      return true;
    }
  } else {
    if (outcome.has_error) fault.name = Value::String(execution.arena.Copy(outcome.error));
    if (outcome.has_cause) fault.cause = Value::String(execution.arena.Copy(outcome.cause));
  }
  ReportAnswer(
      execution, *branch, task,
      outcome.timed_out ? EventType::kTaskTimedOut : EventType::kTaskFailed,
      outcome.timed_out ? EventType::kLambdaFunctionTimedOut : EventType::kLambdaFunctionFailed,
      Value{}, &fault, context);
  RaiseFault(execution, *branch, fault, context);
  return true;
}

bool ReportSubmission(Execution& execution, SuspensionToken token, const TaskOutcome& outcome,
                      VmContext& context) {
  Branch* const branch = Waiting(execution, token);
  if (branch == nullptr || branch->status != BranchStatus::kTask) return false;
  const TaskRecord& task = TaskOf(execution, *branch);
  Value output;
  Fault fault;
  if (!ReadResult(execution, *branch, task, outcome.output, context, &output, &fault)) return false;
  RecordNext(execution, *branch, context, EventType::kTaskSubmitted, [&](Event& event) {
    event.task = &task;
    event.output = output;
  });
  return true;
}

bool FireTimer(Execution& execution, SuspensionToken token, VmContext& context) {
  Branch* const branch = Waiting(execution, token);
  if (branch == nullptr) return false;
  if (branch->status != BranchStatus::kTask) {
    // A Wait goes on behind its instruction; a retry already stands where it continues.
    if (branch->status == BranchStatus::kTimer) ++branch->pc;
    branch->serial = 0;
    MakeReady(execution, *branch);
    return true;
  }
  const TaskRecord& task = TaskOf(execution, *branch);
  context.host->CancelTask(token);
  branch->serial = 0;
  Fault fault;
  fault.name = Value::String(error_names::kTimeout);
  fault.heartbeat = branch->waits_for_heartbeat;
  ReportAnswer(execution, *branch, task, EventType::kTaskTimedOut,
               EventType::kLambdaFunctionTimedOut, Value{}, &fault, context);
  RaiseFault(execution, *branch, fault, context);
  return true;
}

bool Heartbeat(Execution& execution, SuspensionToken token, VmContext& context) {
  Branch* const branch = Waiting(execution, token);
  if (branch == nullptr || branch->status != BranchStatus::kTask) return false;
  if (branch->heartbeat_ns == 0) return true;
  context.host->CancelTimer(token);
  StartTaskTimer(execution, *branch, context);
  return true;
}

}  // namespace aslx
