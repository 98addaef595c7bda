// Deep equality and typed comparison of values in any form.
//
// Thread: any. Memory: opening containers to compare them uses `arena`.
#pragma once

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx {

/// JSON equality: numbers by value, strings by decoded contents, objects regardless of order.
bool Equal(const Value& left, const Value& right, Arena& arena);

/// Byte order of the decoded UTF-8 contents mapped to the service's order (UTF-16 code units, as
/// Java compares strings). <0, 0, >0.
int CompareStrings(const Value& left, const Value& right, Arena& arena);

}  // namespace aslx
