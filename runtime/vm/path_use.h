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

/// The frame `depth` levels up from the branch's own.
Value* FrameOf(Execution& execution, Branch& branch, uint32_t depth);

}  // namespace aslx
