// Retry and Catch: what happens to a Fault. Nothing of this runs on the good path.
//
// Source: States Language, "Errors"; recorded executions for what each name matches.
// Thread: the worker's.
#pragma once

#include "runtime/vm/branch.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

enum class FaultOutcome : uint8_t {
  kContinue,   // the branch stands at a handler and is to run on
  kSuspended,  // the branch waits to retry
  kUncaught,   // the branch ends with the fault
};

/// Applies the retriers and catchers of the branch's current state.
FaultOutcome HandleFault(Execution& execution, Branch& branch, const Fault& fault,
                         VmContext& context);

/// States.Runtime: neither retried nor caught, whatever names it.
bool Uncatchable(const Fault& fault);

/// A branch suspends: gives it a new token.
SuspensionToken Suspend(Execution& execution, Branch& branch, BranchStatus status);
SuspensionToken TokenOf(const Execution& execution, const Branch& branch);
/// Whatever it waits for is called off.
void CancelSuspension(Execution& execution, Branch& branch, VmContext& context);

}  // namespace aslx
