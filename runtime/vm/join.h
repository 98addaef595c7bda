// Parallel and Map: starting children, collecting their results, failing together.
//
// Source: States Language, "Parallel State", "Map State"; event order as recorded.
// Thread: the worker's. Memory: joins and results are in the execution's arena.
#pragma once

#include "runtime/vm/branch.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

enum class JoinStart : uint8_t { kWaiting, kDone, kFault };

/// The branch stands at a `parallel` or `map` instruction. kDone: nothing to wait for (an empty
/// Map), `result` is set.
JoinStart StartParallel(Execution& execution, Branch& branch, const Instruction& at,
                        VmContext& context, Fault* fault);
JoinStart StartMap(Execution& execution, Branch& branch, const Instruction& at, VmContext& context,
                   Value* result, Fault* fault);

/// An iteration's item is ready: writes MapIterationStarted.
void BeginIteration(Execution& execution, Branch& branch, VmContext& context);

/// A branch that is not the root has ended with `result`: its parent's join goes on.
void EndBranch(Execution& execution, Branch& branch, const Value& result, VmContext& context);

/// A branch has ended with a fault that it did not handle: the execution fails, or the fault goes
/// to the parent, whose own Retry and Catch apply.
void FailBranch(Execution& execution, Branch& branch, const Fault& fault, VmContext& context);

/// A fault meets a branch that is not running (its answer, its timer, its children): Retry and
/// Catch of its state apply, and it is ready, waits to retry, or fails.
void RaiseFault(Execution& execution, Branch& branch, const Fault& fault, VmContext& context);

/// Frees every branch but the root, calling off what they wait for. Writes no events.
void CancelBranches(Execution& execution, VmContext& context);

}  // namespace aslx
