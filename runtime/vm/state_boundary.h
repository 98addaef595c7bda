// Leaving a state and entering the next: events, the payload limit, what belongs to one state only.
//
// What it is not: the order of states, which is bytecode. Who uses it: the interpreter only,
// inline: a machine pays for it at each state.
// Thread: the worker's. Memory: none of its own.
#pragma once

#include "runtime/base/limits.h"
#include "runtime/program/fused_code.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/template.h"
#include "runtime/vm/assignment.h"
#include "runtime/vm/fault_text.h"
#include "runtime/vm/history.h"

namespace aslx {

/// `state` is the current one, and nothing has happened in it yet.
inline void BeginState(Branch& branch, uint32_t state, const VmContext& context) {
  branch.state = state;
  branch.in_handler = false;
  branch.retry_count = 0;
  branch.retry_counters = nullptr;
  branch.entered_wall_ns = context.wall_ns;
  branch.assigned = Value{};
}

inline void EnterState(Execution& execution, Branch& branch, const Instruction& at,
                       VmContext& context) {
  BeginState(branch, at.c, context);
  RecordEntered(execution, branch, context, branch.registers()[at.a]);
  branch.entered_event_id = branch.last_event_id;
}

/// The most bytes that the text of `value` can have, where a few additions tell; else a number
/// above all limits. `parts_left`: how many parts are looked at, all containers together.
inline size_t TextBytesBound(const Value& value, uint32_t* parts_left) {
  constexpr size_t kScalarBytesMax = 32;
  constexpr size_t kEscapedBytesMax = 6;  // of a byte, as \u00xx
  constexpr size_t kUnknown = size_t{1} << 40;
  if (value.raw()) return size_t{value.size} + 2;
  if (value.type == Type::kString) return kEscapedBytesMax * value.size + 2;
  if (!value.container()) return kScalarBytesMax;
  const uint32_t parts = value.is_template() ? value.instance->hole_count : value.size;
  if (parts > *parts_left) return kUnknown;
  *parts_left -= parts;
  size_t bytes = value.is_template() ? value.instance->table->nodes[value.size].literal_bytes
                                     : 2 + size_t{2} * parts;  // brackets, commas, colons
  for (uint32_t i = 0; i < parts; ++i) {
    if (value.is_template()) {
      bytes += TextBytesBound(value.instance->holes()[i], parts_left);
    } else if (value.type == Type::kArray) {
      bytes += TextBytesBound(value.items[i], parts_left);
    } else {
      bytes += TextBytesBound(value.members[i].key, parts_left);
      bytes += TextBytesBound(value.members[i].value, parts_left);
    }
  }
  return bytes;
}

inline bool ExceedsPayloadLimit(const Execution& execution, const Value& value) {
  constexpr uint32_t kPartsMax = 256;
  uint32_t parts_left = kPartsMax;
  // An untouched event was checked when it was read.
  return value.text != execution.root_input.text &&
         TextBytesBound(value, &parts_left) > limits::kPayloadBytesMax &&
         JsonTextBytes(value, limits::kPayloadBytesMax) > limits::kPayloadBytesMax;
}

/// False when the output is larger than the service allows.
inline bool ExitState(Execution& execution, Branch& branch, const Value& output, VmContext& context,
                      Fault* fault) {
  if (ExceedsPayloadLimit(execution, output)) {
    *fault = DataLimitFault(execution, StateName(execution, branch));
    return false;
  }
  if (!branch.assigned.undefined()) CommitAssignment(execution, branch);
  RecordExited(execution, branch, context, output);
  return true;
}

/// The root branch ends with `result`, and the execution with it.
inline void EndExecution(Execution& execution, Branch& root, const Value& result,
                         const VmContext& context) {
  execution.status = ExecutionStatus::kSucceeded;
  execution.final_state = StateName(execution, root);
  CopyFresh(&execution.output, result);
  const uint64_t previous_id = CountEvent(execution, root);
  if (__builtin_expect(execution.sink != nullptr, 0)) {
    ReportSucceeded(execution, context, previous_id);
  }
}

/// next_state. False: nothing was done, since somebody listens or a limit is reached.
inline bool ChangeState(Execution& execution, Branch& branch, const StateChange& change,
                        const Value& output, const VmContext& context) {
  if (execution.sink != nullptr || execution.fuel == 0 ||
      execution.arena.reserved_bytes() > execution.collect_at_bytes ||
      execution.arena.over_limit() || ExceedsPayloadLimit(execution, output)) {
    return false;
  }
  --execution.fuel;
  branch.state = change.state;
  branch.entered_wall_ns = context.wall_ns;
  if (!branch.muted) branch.last_event_id = execution.last_event_id += 2;  // exited, entered
  branch.entered_event_id = branch.last_event_id;
  return true;
}

}  // namespace aslx
