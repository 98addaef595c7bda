// Assign: setting the variables of a branch's frame.
//
// Source: States Language, "Assign"; limits of the service. Thread: the worker's.
#pragma once

#include "runtime/vm/branch.h"

namespace aslx {

/// The branch stands at an `assign` instruction. False: it faults (a variable or all of them are
/// over their limit).
bool AssignVariables(Execution& execution, Branch& branch, const Instruction& at, Fault* fault);

}  // namespace aslx
