// A line of control of an execution: the root, a branch of a Parallel or an iteration of a Map.
//
// What it is: a saved program counter, registers, a frame of variables, and what it waits for.
// Who uses it: the files of this folder. Thread: the worker's.
// Memory: in the execution's arena, registers and variables behind it; Compact() moves it, so links
// between branches are slots, never pointers.
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

struct Branch {
  uint32_t slot;
  uint32_t parent;      // kNoBranch for the root
  uint32_t next_ready;  // kNoBranch: last
  uint32_t region;
  uint32_t index;  // of the branch or iteration among its siblings
  uint32_t pc;
  uint32_t state;
  uint32_t serial;  // of the current suspension; 0: none
  BranchStatus status;
  bool waits_for_heartbeat;  // the timer of this task is the heartbeat's
  bool muted;                // inside a distributed Map: its events are not in this history
  uint8_t register_count;
  uint16_t variable_count;
  bool in_handler;  // of one of its state's catchers: a fault there is not caught again
  uint8_t reserved;
  uint32_t assign;           // index of the AssignRecord that `assigned` belongs to
  uint32_t retry_count;      // of the current state, all retriers together
  uint32_t* retry_counters;  // one a retrier of the current state; made at the first fault
  uint64_t entered_event_id;
  uint64_t last_event_id;  // what the branch's next event points to
  int64_t entered_wall_ns;
  int64_t task_deadline_ns;  // TimeoutSeconds of the task it waits for; INT64_MAX: none
  int64_t heartbeat_ns;      // period; 0: none
  Value assigned;            // what the current state assigns when it is left; Undefined: nothing
  Value item;                // a Map iteration's $$.Map.Item.Value
  Join* join;

  Value* registers() { return reinterpret_cast<Value*>(this + 1); }
  Value* variables() { return registers() + register_count; }
};
static_assert(sizeof(Branch) % alignof(Value) == 0);

/// A new branch at the entry of `region`, its registers and variables Undefined; null when the
/// execution has limits::kBranchesPerExecutionMax already.
Branch* NewBranch(Execution& execution, uint32_t region, uint32_t parent, uint32_t index);
/// It must not be in the ready list.
void FreeBranch(Execution& execution, Branch* branch);

/// Appends to the ready list.
void MakeReady(Execution& execution, Branch& branch);
/// Takes the first of the ready list; null when it is empty.
Branch* NextReady(Execution& execution);
/// Takes `branch` out of the ready list wherever it stands.
void RemoveReady(Execution& execution, Branch& branch);

}  // namespace aslx
