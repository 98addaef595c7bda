// An execution that waits, in as few bytes as hold it.
//
// What it is: Park() takes an execution apart, so that its slot and its blocks are free for others
// while it waits, and Unpark() puts it together again, in that slot or another. What it is not: a
// decision when (runtime/worker). Who uses it: the worker's table; the interpreter, for Compact().
// Thread: the worker's. Memory: a ParkedExecution is one allocation, and a second one where its
// values are more than spans of the event; the event's text stays the starter's.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/vm/execution.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

struct ParkedExecution;

/// `input` is where the event's text stands from now on. The execution is idle afterwards. Only
/// between Run calls, while it is running and no branch of it is ready.
ParkedExecution* Park(Execution& execution, std::string_view input, VmContext& context);

/// `execution` is idle; `parked` is gone afterwards.
void Unpark(ParkedExecution* parked, Execution& execution);

/// Drops what is dead in its arena. Only between two instructions.
void Compact(Execution& execution, VmContext& context);

}  // namespace aslx
