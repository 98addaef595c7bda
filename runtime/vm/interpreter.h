// The interpreter: runs the ready branches of an execution until it ends, suspends or is out of
// fuel.
//
// What it is not: a scheduler; timers and tasks are asked of the VmHost, answers come back through
// CompleteTask and FireTimer.
// Who uses it: runtime/worker only.
// Thread: the worker's. Memory: values passed in must outlive the call; task results are copied.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/value/json_reader.h"
#include "runtime/vm/execution.h"

namespace aslx {

/// A call that a Task state makes. Texts and values live during Submit only.
struct TaskRequest {
  SuspensionToken token;
  const TaskRecord* task;
  const Program* program;
  std::string_view state_name;
  Value parameters;
  /// Monotonic ns after which nobody waits for the answer any more.
  int64_t deadline_ns;
  std::string_view execution_id;
};

/// The answer to a TaskRequest. Absent error or cause: has_… false.
struct TaskOutcome {
  bool succeeded = false;
  std::string_view output;  // JSON text when succeeded
  std::string_view error;
  std::string_view cause;
  bool has_error = false;
  bool has_cause = false;
  /// The failure is the service's time-out of the call, reported as TaskTimedOut.
  bool timed_out = false;
  /// Not the answer yet: the service has taken the call (`.sync`, `.waitForTaskToken`; Standard
  /// machines only) and said `output` to it. The task goes on waiting.
  bool submission = false;
};

/// What the interpreter asks of the worker.
class VmHost {
 public:
  virtual ~VmHost() = default;
  virtual void SubmitTask(const TaskRequest& request) = 0;
  virtual void CancelTask(SuspensionToken token) = 0;
  /// One timer a suspension: a Wait, a task's time-out, a retry's delay. Fires at or after due_ns.
  virtual void StartTimer(SuspensionToken token, int64_t due_ns) = 0;
  virtual void CancelTimer(SuspensionToken token) = 0;
};

/// What a worker lends to the executions it runs; one a worker.
struct VmContext {
  VmHost* host = nullptr;
  JsonReader* reader = nullptr;
  BlockPool* pool = nullptr;
  Random* random = nullptr;
  int64_t now_ns = 0;        // set once a Turn
  int64_t wall_ns = 0;       // the same instant
  uint64_t retry_count = 0;  // errors that a Retrier took, over all executions

  /// The instant `delay_ns` (not negative) from now; what lies beyond the clock's range is its end.
  int64_t After(int64_t delay_ns) const {
    int64_t due_ns;
    return __builtin_add_overflow(now_ns, delay_ns, &due_ns) ? INT64_MAX : due_ns;
  }
};

enum class RunResult : uint8_t {
  kEnded,      // status, output, fault say how
  kSuspended,  // waits for a task or a timer
  kOutOfFuel,  // put it at the back of the ready list
};

/// Reads `input` (the event's text) and makes the execution ready. When it is not acceptable the
/// error says why and nothing was begun. `input` stays the caller's until the execution ended or
/// Park() was given another. Sets status kRunning; info, sink, table_slot and generation are set
/// before.
JsonError Begin(Execution& execution, const Program& program, std::string_view input,
                VmContext& context);

RunResult Run(Execution& execution, VmContext& context);

/// False when the token is not (any longer) what a branch waits for. Otherwise the branch is ready:
/// call Run.
bool CompleteTask(Execution& execution, SuspensionToken token, const TaskOutcome& outcome,
                  VmContext& context);
/// The same for an outcome that is a submission: it is reported, the branch waits on.
bool ReportSubmission(Execution& execution, SuspensionToken token, const TaskOutcome& outcome,
                      VmContext& context);
bool FireTimer(Execution& execution, SuspensionToken token, VmContext& context);
/// A sign of life of a running task: its heartbeat time-out begins anew.
bool Heartbeat(Execution& execution, SuspensionToken token, VmContext& context);

/// The deadline has passed: the execution ends as kTimedOut; its tasks and timers are cancelled.
void TimeOut(Execution& execution, VmContext& context);
/// Ends it without an outcome (shutdown): tasks and timers are cancelled.
void Abort(Execution& execution, VmContext& context);

/// What the host knows the timer of a branch's suspension by; the branch must live.
uint32_t& TimerOf(Execution& execution, uint32_t branch);

/// Gives all memory back; the execution can be begun again.
void Recycle(Execution& execution);

}  // namespace aslx
