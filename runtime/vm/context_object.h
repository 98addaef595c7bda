// The context object, `$$`: made when a path asks for it, and only the part that it asks for.
//
// Source: the service's "Context object"; keys and their order as recorded. Beside them stands
// Kafka, the metadata of the record that the execution was begun for (no such key without a
// record). Thread: the worker's. Memory: in the execution's arena.
#pragma once

#include <string_view>

#include "runtime/vm/branch.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

/// With `section` not empty only that top-level member is made (Execution, StateMachine, State,
/// Map, Task, Kafka).
Value ContextObject(Execution& execution, const Branch& branch, std::string_view section);

}  // namespace aslx
