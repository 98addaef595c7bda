// The instructions that suspend a branch, Task and Wait, and what wakes it again.
//
// Source: States Language, "Task State", "Wait State"; causes as recorded. Thread: the worker's.
#pragma once

#include "runtime/vm/branch.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

/// The branch stands at a `task` instruction. False: it faults.
bool StartTask(Execution& execution, Branch& branch, const Instruction& at, VmContext& context,
               Fault* fault);

/// The branch stands at a `wait` instruction. False: it faults.
bool StartWait(Execution& execution, Branch& branch, const Instruction& at, VmContext& context,
               Fault* fault);

}  // namespace aslx
