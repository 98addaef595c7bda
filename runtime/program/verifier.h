#pragma once
#include "runtime/program/program.h"

namespace aslx {

/// Nothing, or the first thing found wrong: where, what was found, what was expected.
Result<void> Verify(const Program& program);

}  // namespace aslx
