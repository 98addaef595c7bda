// A line of control of an execution: the root, a branch of a Parallel or an iteration of a Map.
//
// What it is: a saved program counter, registers, a frame of variables, and what it waits for.
// Who uses it: the files of this folder. Thread: the worker's.
// Memory: in the execution's arena, registers and variables behind it; Park() and Compact() move
// it, so links between branches are slots, never pointers.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/value/value.h"
#include "runtime/vm/execution.h"

namespace aslx {

inline constexpr uint32_t kNoBranch = UINT32_MAX;

enum class BranchStatus : uint8_t {
  kReady,    // in the ready list, or running
  kTimer,    // in a Wait
  kTask,     // waits for the answer of a task
  kBackoff,  // waits to retry its state
  kJoin,     // waits for its children
};

/// A Parallel or Map in progress, held by the branch that stands at the instruction.
struct Join {
  uint32_t record;  // parallels or maps
  bool is_map;
  uint32_t total;  // children in all
  uint32_t started;
  uint32_t finished;            // succeeded or tolerated
  uint32_t failed;              // tolerated failures
  uint32_t concurrency;         // at once at most
  double tolerated_percentage;  // negative: not given
  uint32_t tolerated_count;     // kNoIndex: not given
  uint64_t started_event_id;
  uint64_t last_event_id;  // the newest event that the join's own next event points to
  Value input;             // R[0] of a branch, R[1] of an iteration
  Value items;             // a Map's, opened
  Value* results;          // total values; Undefined where not finished
};

/// Members have their initial values here and not in a `Branch{}`, which gcc clears with `rep
/// stos`: 8 ns of Iot/300.
struct Branch {
  uint32_t slot = 0;
  uint32_t parent = kNoBranch;      // kNoBranch for the root
  uint32_t next_ready = kNoBranch;  // kNoBranch: last
  uint32_t region = 0;
  uint32_t index = 0;  // of the branch or iteration among its siblings
  uint32_t pc = 0;
  uint32_t state = kNoIndex;
  uint32_t serial = 0;  // of the current suspension; 0: none
  BranchStatus status = BranchStatus::kReady;
  bool waits_for_heartbeat = false;  // the timer of this task is the heartbeat's
  bool muted = false;                // inside a distributed Map: its events are not in this history
  uint8_t register_count = 0;
  uint16_t variable_count = 0;
  bool in_handler = false;  // of one of its state's catchers: a fault there is not caught again
  uint8_t reserved = 0;
  uint32_t timer = UINT32_MAX;         // what the host knows the timer of the suspension by
  uint32_t assign = 0;                 // index of the AssignRecord that `assigned` belongs to
  uint32_t retry_count = 0;            // of the current state, all retriers together
  uint32_t* retry_counters = nullptr;  // one a retrier of the current state; from the first fault
  uint64_t entered_event_id = 0;
  uint64_t last_event_id = 0;  // what the branch's next event points to
  int64_t entered_wall_ns = 0;
  int64_t task_deadline_ns = 0;  // TimeoutSeconds of the task it waits for; INT64_MAX: none
  int64_t heartbeat_ns = 0;      // period; 0: none
  Value assigned;                // what the current state assigns when it is left; Undefined: none
  Value item;                    // a Map iteration's $$.Map.Item.Value
  Join* join = nullptr;

  Value* registers() { return reinterpret_cast<Value*>(this + 1); }
  Value* variables() { return registers() + register_count; }
};
static_assert(sizeof(Branch) % alignof(Value) == 0);

/// Bytes of a branch of `region`, with its registers and variables.
inline size_t BranchBytes(const RegionRecord& region) {
  return sizeof(Branch) + sizeof(Value) * (size_t{region.register_count} + region.variable_count);
}

/// The first branch. There is none yet.
Branch* NewRootBranch(Execution& execution);

/// A new branch at the entry of `region`, its registers and variables Undefined; null when the
/// execution has limits::kBranchesPerExecutionMax already.
Branch* NewBranch(Execution& execution, uint32_t region, uint32_t parent, uint32_t index);
/// It must not be in the ready list.
void FreeBranch(Execution& execution, Branch* branch);

/// Appends to the ready list.
inline void MakeReady(Execution& execution, Branch& branch) {
  branch.status = BranchStatus::kReady;
  branch.next_ready = kNoBranch;
  if (execution.ready_last == kNoBranch) {
    execution.ready_first = branch.slot;
  } else {
    execution.branches[execution.ready_last]->next_ready = branch.slot;
  }
  execution.ready_last = branch.slot;
}

/// Takes the first of the ready list; null when it is empty.
inline Branch* NextReady(Execution& execution) {
  if (execution.ready_first == kNoBranch) return nullptr;
  Branch* branch = execution.branches[execution.ready_first];
  execution.ready_first = branch->next_ready;
  if (execution.ready_first == kNoBranch) execution.ready_last = kNoBranch;
  branch->next_ready = kNoBranch;
  return branch;
}

/// Takes `branch` out of the ready list wherever it stands.
void RemoveReady(Execution& execution, Branch& branch);

}  // namespace aslx
