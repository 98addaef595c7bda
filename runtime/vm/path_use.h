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

/// The value that the read set has for this use, or null: then EvaluateUse finds it. Nearly every
/// path of a machine without tasks ends here.
inline const Value* SlotOf(const Execution& execution, const PathRecord& path, const PathUse& use,
                           const Value* registers) {
  if (path.slot == kNoSlot || path.root != PathRoot::kRegister) return nullptr;
  const Value& root = registers[use.reg];
  if (root.text != execution.root_input.text || root.type != Type::kObject) return nullptr;
  const Value& value = execution.slots[path.slot];
  return value.undefined() ? nullptr : &value;
}

/// The frame `depth` levels up from the branch's own.
Value* FrameOf(Execution& execution, Branch& branch, uint32_t depth);

}  // namespace aslx
