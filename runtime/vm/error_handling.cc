#include "runtime/vm/error_handling.h"

#include <algorithm>
#include <cmath>

#include "runtime/vm/history.h"

namespace aslx {
namespace {

bool Matches(std::string_view wanted, const Fault& fault) {
  if (wanted == error_names::kAll) return true;
  if (fault.name.undefined()) return wanted == error_names::kTaskFailed;
  const std::string_view name = fault.name_view();
  if (wanted == error_names::kTaskFailed && name != error_names::kTimeout) return true;
  if (wanted == error_names::kHeartbeatTimeout && fault.heartbeat) return true;
  return wanted == name;
}

bool MatchesAny(const Program& program, uint32_t first, uint32_t count, const Fault& fault) {
  for (const TextRef name : program.error_names().subspan(first, count)) {
    if (Matches(program.TextOf(name), fault)) return true;
  }
  return false;
}

// What the error looks like to a catcher. A time-out has an empty cause there; a failure without
// name or cause has nulls.
Value ErrorOutput(Execution& execution, const Fault& fault) {
  auto* members = execution.arena.AllocateArray<Member>(2);
  members[0] = {Value::String("Error"), fault.name.undefined() ? Value::Null() : fault.name};
  Value cause = fault.cause;
  if (cause.undefined()) {
    const bool timed_out = !fault.name.undefined() && fault.name_view() == error_names::kTimeout;
    cause = timed_out ? Value::String("") : Value::Null();
  }
  members[1] = {Value::String("Cause"), cause};
  return Value::Object(members, 2, 1);
}

// Nanoseconds before attempt number `attempt` (0: the first retry).
int64_t BackoffNs(const RetrierRecord& retrier, uint32_t attempt, Random& random) {
  constexpr double kSecondsMax = 1e9;  // beyond every deadline
  // Capped first: 0 seconds times an infinite power would be no number.
  double seconds =
      retrier.interval_seconds * std::min(std::pow(retrier.backoff_rate, attempt), kSecondsMax);
  if (retrier.max_delay_seconds != kNoIndex) {
    seconds = std::min(seconds, static_cast<double>(retrier.max_delay_seconds));
  }
  if (retrier.jitter == Jitter::kFull) seconds *= random.Unit();
  return static_cast<int64_t>(std::min(seconds, kSecondsMax) * 1e9);
}

bool TryRetry(Execution& execution, Branch& branch, const StateRecord& state, const Fault& fault,
              VmContext& context) {
  const Program& program = *execution.program;
  for (uint32_t i = 0; i < state.retrier_count; ++i) {
    const RetrierRecord& retrier = program.retriers()[state.first_retrier + i];
    if (!MatchesAny(program, retrier.first_error, retrier.error_count, fault)) continue;
    if (branch.retry_counters == nullptr) {
      branch.retry_counters = execution.arena.AllocateArray<uint32_t>(state.retrier_count);
      std::fill_n(branch.retry_counters, state.retrier_count, 0u);
    }
    if (branch.retry_counters[i] >= retrier.max_attempts) return false;
    const int64_t delay_ns = BackoffNs(retrier, branch.retry_counters[i]++, *context.random);
    ++branch.retry_count;
    ++context.retry_count;
    branch.pc = state.retry_pc;
    const SuspensionToken token = Suspend(execution, branch, BranchStatus::kBackoff);
    context.host->StartTimer(token, context.After(delay_ns));
    return true;
  }
  return false;
}

void ReportJoinFailed(Execution& execution, Branch& branch, VmContext& context) {
  const StateType type = StateTypeOf(execution, branch);
  if (type == StateType::kMap) {
    RecordNext(execution, branch, context, EventType::kMapStateFailed, [](Event&) {});
  } else if (type == StateType::kParallel) {
    RecordNext(execution, branch, context, EventType::kParallelStateFailed, [](Event&) {});
  }
}

}  // namespace

bool Uncatchable(const Fault& fault) {
  return !fault.name.undefined() && fault.name_view() == error_names::kRuntime;
}

FaultOutcome HandleFault(Execution& execution, Branch& branch, const Fault& fault,
                         VmContext& context) {
  // Nothing catches what fails inside a handler: not the same catcher (that would never end), nor a
  // later one.
  if (branch.state == kNoIndex || branch.in_handler || Uncatchable(fault)) {
    return FaultOutcome::kUncaught;
  }
  const Program& program = *execution.program;
  const StateRecord& state = program.states()[branch.state];
  branch.assigned = Value{};  // the state was not left
  if (TryRetry(execution, branch, state, fault, context)) return FaultOutcome::kSuspended;
  if (branch.status == BranchStatus::kJoin) ReportJoinFailed(execution, branch, context);
  for (uint32_t i = 0; i < state.catcher_count; ++i) {
    const CatcherRecord& catcher = program.catchers()[state.first_catcher + i];
    if (!MatchesAny(program, catcher.first_error, catcher.error_count, fault)) continue;
    branch.registers()[catcher.error_register] = ErrorOutput(execution, fault);
    branch.pc = catcher.handler_pc;
    branch.in_handler = true;
    return FaultOutcome::kContinue;
  }
  return FaultOutcome::kUncaught;
}

SuspensionToken TokenOf(const Execution& execution, const Branch& branch) {
  return {execution.table_slot, execution.generation, branch.slot, branch.serial};
}

SuspensionToken Suspend(Execution& execution, Branch& branch, BranchStatus status) {
  branch.status = status;
  branch.serial = ++execution.last_serial;
  return TokenOf(execution, branch);
}

void CancelSuspension(Execution& execution, Branch& branch, VmContext& context) {
  if (branch.serial == 0) return;
  const SuspensionToken token = TokenOf(execution, branch);
  if (branch.status == BranchStatus::kTask) context.host->CancelTask(token);
  context.host->CancelTimer(token);
  branch.serial = 0;
}

}  // namespace aslx
