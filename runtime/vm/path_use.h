// Evaluating a path where it stands: finding its root, and what a miss means there.
//
// Who uses it: the interpreter's get_path and fill_path. Thread: the worker's.
#pragma once

#include "runtime/vm/branch.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

/// False when it faults; `fault` says why, in the words that belong to the use's MissMode.
bool EvaluateUse(Execution& execution, Branch& branch, const PathUse& use, Value* result,
                 Fault* fault);

/// Whether a value is the event itself, so that the slots of the read set hold what is in it.
inline bool HoldsEvent(const Execution& execution, const Value& value) {
  return value.text == execution.root_input.text && value.type == Type::kObject;
}

/// What the read set has for `slot` of `root`, or null: then EvaluateUse finds it. Nearly every
/// path of a machine without tasks ends here.
inline const Value* SlotOf(const Execution& execution, uint16_t slot, const Value& root) {
  if (!HoldsEvent(execution, root)) return nullptr;
  const Value& value = execution.slots[slot];
  return value.undefined() ? nullptr : &value;
}
inline const Value* SlotOf(const Execution& execution, const PathRecord& path, const PathUse& use,
                           const Value* registers) {
  if (path.slot == kNoSlot || path.root != PathRoot::kRegister) return nullptr;
  return SlotOf(execution, path.slot, registers[use.reg]);
}

/// The frame `depth` levels up from the branch's own.
Value* FrameOf(Execution& execution, Branch& branch, uint32_t depth);

}  // namespace aslx
