// Filter expressions of paths: [?(@.a > 1 && !(@.b))].
//
// What it is not: parsed here; filters are records of the Program.
// Who uses it: matcher.cc. Thread: any. Memory: opens containers in the arena.
#pragma once

#include "runtime/base/arena.h"
#include "runtime/program/program.h"

namespace aslx::path {

/// Whether filters[index] holds for `element`, which `@` stands for; `$` is `document`. Recursion:
/// as deep as the verifier lets filters nest.
bool FilterHolds(const Program& program, uint32_t index, const Value& element,
                 const Value& document, Arena& arena);

}  // namespace aslx::path
