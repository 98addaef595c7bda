#pragma once

// What it is: the engine as the comparison sees it: a machine goes in, a report comes out.
// What it is not: a way into the engine for the evaluator, which knows nothing of it; this is the
// only place where the two meet. Used by: compare_main.
// Thread: one. Memory: the report is the caller's.

#include <string>

#include <tl/expected.hpp>

#include "tests/reference/generate.h"

namespace aslx::reference {

// The text of the report of `aslx exec --report json`, or why the definition was refused.
tl::expected<std::string, std::string> RunOnEngine(const Specimen& specimen);

}  // namespace aslx::reference
