// Assign: setting the variables of a branch's frame.
//
// Source: States Language, "Assign"; limits of the service. Thread: the worker's.
#pragma once

#include "runtime/vm/branch.h"

namespace aslx {

/// The branch stands at an `assign` instruction: holds the values until the state is left. False:
/// it faults (they are over a limit).
bool AssignVariables(Execution& execution, Branch& branch, const Instruction& at, Fault* fault);

/// The state is left: what `assign` held becomes visible. Only where branch.assigned is not
/// Undefined.
void CommitAssignment(Execution& execution, Branch& branch);

}  // namespace aslx
