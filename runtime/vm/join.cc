#include "runtime/vm/join.h"

#include <algorithm>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/error_handling.h"
#include "runtime/vm/fault_text.h"
#include "runtime/vm/history.h"
#include "runtime/vm/map_fields.h"

namespace aslx {
namespace {

Fault TooManyBranches(Execution& execution, const Branch& branch) {
  return PrefixedFault(execution, branch, error_names::kDataLimitExceeded,
                       "The execution has more branches at once than the engine's limit.");
}

Join* NewJoin(Execution& execution, uint32_t record, bool is_map, uint32_t total) {
  auto* join = execution.arena.AllocateArray<Join>(1);
  *join = {};
  join->record = record;
  join->is_map = is_map;
  join->total = total;
  join->concurrency = total;
  join->tolerated_count = kNoIndex;
  join->tolerated_percentage = -1.0;
  join->results = execution.arena.AllocateArray<Value>(total);
  ClearValues(join->results, total);
  return join;
}

// Starts the next child of the join that `parent` holds; `follows` is the event its first one
// points to.
bool StartChild(Execution& execution, Branch& parent, uint64_t follows) {
  Join& join = *parent.join;
  const uint32_t index = join.started;
  const Program& program = *execution.program;
  const uint32_t region = join.is_map ? program.maps()[join.record].region
                                      : program.parallels()[join.record].first_region + index;
  Branch* child = NewBranch(execution, region, parent.slot, index);
  if (child == nullptr) return false;
  ++join.started;
  child->last_event_id = follows;
  if (join.is_map) {
    child->muted = child->muted || program.maps()[join.record].distributed != 0;
    child->item = join.items.items[index];
    child->registers()[kRegisterInput] = child->item;
    child->registers()[kRegisterOuter] = join.input;
  } else {
    child->registers()[kRegisterInput] = join.input;
  }
  MakeReady(execution, *child);
  return true;
}

// Frees all branches below `parent`, calling off what they wait for.
void FreeChildren(Execution& execution, const Branch& parent, VmContext& context) {
  for (uint32_t slot = 0; slot < execution.branch_slots; ++slot) {
    Branch* branch = execution.branches[slot];
    if (branch == nullptr || branch->parent != parent.slot) continue;
    // Depth: nesting of Parallel and Map in the definition, which the compiler bounds.
    FreeChildren(execution, *branch, context);
    CancelSuspension(execution, *branch, context);
    if (branch->status == BranchStatus::kReady) RemoveReady(execution, *branch);
    FreeBranch(execution, branch);
  }
}

// The begun siblings of `failed`, in the order of their index.
std::vector<const Branch*> BegunSiblings(const Execution& execution, const Branch& failed) {
  std::vector<const Branch*> siblings;
  for (uint32_t slot = 0; slot < execution.branch_slots; ++slot) {
    const Branch* branch = execution.branches[slot];
    if (branch == nullptr || branch->parent != failed.parent || branch == &failed) continue;
    if (branch->state != kNoIndex) siblings.push_back(branch);
  }
  std::sort(siblings.begin(), siblings.end(),
            [](const Branch* a, const Branch* b) { return a->index < b->index; });
  return siblings;
}

// The events of siblings that `failed` cuts off, all pointing to its last one.
void ReportCutSiblings(Execution& execution, const Branch& parent, const Branch& failed,
                       VmContext& context) {
  if (parent.muted || failed.muted) return;
  for (const Branch* sibling : BegunSiblings(execution, failed)) {
    if (parent.join->is_map) {
      Record(execution, context, EventType::kMapIterationAborted, failed.last_event_id,
             [&](Event& event) {
               event.name = StateName(execution, parent);
               event.index = sibling->index;
             });
    }
    Record(execution, context, AbortedEvent(StateTypeOf(execution, *sibling)), failed.last_event_id,
           [](Event&) {});
  }
}

void ReportFailedChild(Execution& execution, const Branch& parent, const Branch& failed,
                       VmContext& context) {
  if (parent.muted || failed.muted) return;
  if (parent.join->is_map) {
    Record(execution, context, EventType::kMapIterationFailed, failed.last_event_id,
           [&](Event& event) {
             event.name = StateName(execution, parent);
             event.index = failed.index;
           });
  } else if (StateTypeOf(execution, failed) == StateType::kTask) {
    Record(execution, context, EventType::kTaskStateAborted, failed.last_event_id, [](Event&) {});
  }
}

bool Tolerated(const Join& join) {
  if (join.tolerated_count != kNoIndex && join.failed > join.tolerated_count) return false;
  const double percentage = 100.0 * join.failed / join.total;
  return join.tolerated_percentage < 0 || percentage <= join.tolerated_percentage;
}

bool HasTolerance(const Join& join) {
  return join.tolerated_count != kNoIndex || join.tolerated_percentage >= 0;
}

// The array of all results; those of tolerated failures are left out.
Value CollectResults(Join& join) {
  uint32_t count = 0;
  uint16_t height = 0;
  for (uint32_t i = 0; i < join.total; ++i) {
    const Value& result = join.results[i];
    if (result.undefined()) continue;
    height = std::max(height, result.height);
    join.results[count++] = result;
  }
  return Value::Array(join.results, count, static_cast<uint16_t>(height + 1));
}

void ReportJoinSucceeded(Execution& execution, Branch& parent, VmContext& context) {
  if (parent.muted) return;
  Join& join = *parent.join;
  if (join.is_map && execution.program->maps()[join.record].distributed != 0) {
    parent.last_event_id = Record(execution, context, EventType::kMapRunSucceeded,
                                  parent.last_event_id, [](Event&) {});
  }
  // The Exited event points to the same event as the Succeeded one.
  Record(execution, context,
         join.is_map ? EventType::kMapStateSucceeded : EventType::kParallelStateSucceeded,
         parent.last_event_id, [](Event&) {});
}

void FinishJoin(Execution& execution, Branch& parent, VmContext& context) {
  Join& join = *parent.join;
  const Program& program = *execution.program;
  const Value result = CollectResults(join);
  parent.last_event_id = std::max(parent.last_event_id, join.last_event_id);
  if (result.height > limits::kJsonDepthMax ||
      JsonTextBytes(result, limits::kPayloadBytesMax) > limits::kPayloadBytesMax) {
    parent.join = nullptr;
    RaiseFault(execution, parent, DataLimitFault(execution, StateName(execution, parent)), context);
    return;
  }
  ReportJoinSucceeded(execution, parent, context);
  parent.registers()[program.code()[parent.pc].a] = result;
  ++parent.pc;
  parent.join = nullptr;
  MakeReady(execution, parent);
}

// After a child has finished: the next one starts, or the join is done.
void Advance(Execution& execution, Branch& parent, uint64_t inner_event_id, VmContext& context) {
  Join& join = *parent.join;
  if (join.started < join.total) {
    const uint64_t follows = join.concurrency == 1 ? inner_event_id : join.started_event_id;
    const bool started = StartChild(execution, parent, follows);
    ASLX_CHECK(started);  // the finished child has just given its place back
  } else if (join.finished == join.total) {
    FinishJoin(execution, parent, context);
  }
}

}  // namespace

JoinStart StartParallel(Execution& execution, Branch& branch, const Instruction& at,
                        VmContext& context, Fault* fault) {
  const ParallelRecord& parallel = execution.program->parallels()[at.c];
  RecordNext(execution, branch, context, EventType::kParallelStateStarted, [](Event&) {});
  Join* join = NewJoin(execution, at.c, false, parallel.region_count);
  join->input = branch.registers()[at.b];
  join->started_event_id = branch.last_event_id;
  branch.join = join;
  branch.status = BranchStatus::kJoin;
  while (join->started < join->total) {
    if (StartChild(execution, branch, join->started_event_id)) continue;
    FreeChildren(execution, branch, context);
    *fault = TooManyBranches(execution, branch);
    return JoinStart::kFault;
  }
  return JoinStart::kWaiting;
}

JoinStart StartMap(Execution& execution, Branch& branch, const Instruction& at, VmContext& context,
                   Value* result, Fault* fault) {
  const MapRecord& map = execution.program->maps()[at.c];
  const Value items = Open(branch.registers()[at.b & 0xff], execution.arena);
  uint32_t concurrency = 0;
  if (!ReadConcurrency(execution, branch, map, &concurrency, fault)) return JoinStart::kFault;
  if (items.type != Type::kArray) {
    const std::string_view path = execution.program->TextOf(map.items_path);
    *fault = RuntimeFault(execution, branch,
                          Concat(execution, {"Reference path \"", path.empty() ? "$" : path,
                                             "\" must point to array."}));
    return JoinStart::kFault;
  }
  RecordNext(execution, branch, context, EventType::kMapStateStarted,
             [&](Event& event) { event.length = items.size; });
  Join* join = NewJoin(execution, at.c, true, items.size);
  if (!ReadTolerance(execution, branch, map, join, fault)) return JoinStart::kFault;
  if (map.distributed != 0) {
    RecordNext(execution, branch, context, EventType::kMapRunStarted,
               [&](Event& event) { event.name = StateName(execution, branch); });
  }
  join->concurrency = concurrency;
  join->items = items;
  join->input = branch.registers()[at.b >> 8];
  join->started_event_id = branch.last_event_id;
  branch.join = join;
  if (join->total == 0) {
    ReportJoinSucceeded(execution, branch, context);
    branch.join = nullptr;
    *result = Value::Array(nullptr, 0, 1);
    return JoinStart::kDone;
  }
  branch.status = BranchStatus::kJoin;
  while (join->started < std::min(join->total, concurrency)) {
    if (StartChild(execution, branch, join->started_event_id)) continue;
    FreeChildren(execution, branch, context);
    *fault = TooManyBranches(execution, branch);
    return JoinStart::kFault;
  }
  return JoinStart::kWaiting;
}

void BeginIteration(Execution& execution, Branch& branch, VmContext& context) {
  RecordNext(execution, branch, context, EventType::kMapIterationStarted, [&](Event& event) {
    event.name = StateName(execution, *execution.branches[branch.parent]);
    event.index = branch.index;
  });
}

void EndBranch(Execution& execution, Branch& branch, const Value& result, VmContext& context) {
  Branch& parent = *execution.branches[branch.parent];
  Join& join = *parent.join;
  const uint64_t inner = branch.last_event_id;
  join.results[branch.index] = result;
  ++join.finished;
  join.last_event_id = std::max(join.last_event_id, inner);
  if (join.is_map && !branch.muted) {
    join.last_event_id =
        Record(execution, context, EventType::kMapIterationSucceeded, inner, [&](Event& event) {
          event.name = StateName(execution, parent);
          event.index = branch.index;
        });
  }
  FreeBranch(execution, &branch);
  Advance(execution, parent, inner, context);
}

void FailBranch(Execution& execution, Branch& branch, const Fault& fault, VmContext& context) {
  Branch* failed = &branch;
  Fault current = fault;
  if (branch.state != kNoIndex && execution.failed_state.empty()) {
    execution.failed_state = StateName(execution, branch);
  }
  while (failed->parent != kNoBranch) {
    Branch& parent = *execution.branches[failed->parent];
    Join& join = *parent.join;
    const uint64_t inner = failed->last_event_id;
    if (!Uncatchable(current)) {
      if (join.is_map && HasTolerance(join)) {
        ++join.failed;
        if (Tolerated(join)) {
          ReportFailedChild(execution, parent, *failed, context);
          ++join.finished;
          join.last_event_id = std::max(join.last_event_id, execution.last_event_id);
          FreeBranch(execution, failed);
          execution.failed_state = {};
          Advance(execution, parent, inner, context);
          return;
        }
        current = {Value::String(error_names::kExceedToleratedFailureThreshold),
                   Value::String("The specified tolerated failure threshold was exceeded")};
      }
      ReportCutSiblings(execution, parent, *failed, context);
      ReportFailedChild(execution, parent, *failed, context);
    }
    if (!failed->muted || !parent.muted)
      parent.last_event_id = std::max(parent.last_event_id, inner);
    FreeChildren(execution, parent, context);
    parent.join = nullptr;
    switch (HandleFault(execution, parent, current, context)) {
      case FaultOutcome::kContinue:
        execution.failed_state = {};
        MakeReady(execution, parent);
        return;
      case FaultOutcome::kSuspended: execution.failed_state = {}; return;
      case FaultOutcome::kUncaught: break;
    }
    failed = &parent;
  }
  execution.status = ExecutionStatus::kFailed;
  execution.fault = current;
  Record(execution, context, EventType::kExecutionFailed, failed->last_event_id, [&](Event& event) {
    event.error = current.name;
    event.cause = current.cause;
  });
}

void RaiseFault(Execution& execution, Branch& branch, const Fault& fault, VmContext& context) {
  switch (HandleFault(execution, branch, fault, context)) {
    case FaultOutcome::kContinue: MakeReady(execution, branch); return;
    case FaultOutcome::kSuspended: return;
    case FaultOutcome::kUncaught: break;
  }
  FailBranch(execution, branch, fault, context);
}

void CancelBranches(Execution& execution, VmContext& context) {
  for (uint32_t slot = 0; slot < execution.branch_slots; ++slot) {
    if (Branch* branch = execution.branches[slot]) CancelSuspension(execution, *branch, context);
  }
  execution.ready_first = kNoBranch;
  execution.ready_last = kNoBranch;
}

}  // namespace aslx
