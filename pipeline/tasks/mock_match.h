// Does a value look like an expected one, in which `{{ANY}}` stands for what nobody can predict?
//
// What it is not: equality (runtime/value/compare.h).
// Who uses it: mocked answers, to find the stub of a call.
// Thread: any. Memory: opening containers uses `arena`.
#pragma once

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx {

/// `{{ANY}}` as a whole string matches any value; inside a string it matches any run of
/// characters. Objects are compared regardless of order, numbers by value.
bool MatchesExpected(const Value& expected, const Value& actual, Arena& arena);

}  // namespace aslx
