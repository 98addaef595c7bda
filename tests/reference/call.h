#pragma once

// What it is: intrinsic calls as they stand in a template: `States.Format('{}', $.a)`.
// What it is not: the functions themselves (functions.h). Used by: payload.
// Thread: one. Memory: results are copies.

#include <string_view>

#include "tests/reference/fault.h"
#include "tests/reference/json.h"
#include "tests/reference/scope.h"

namespace aslx::reference {

Outcome<Json> EvaluateCall(std::string_view text, const Json& input, const Scope& scope);

}  // namespace aslx::reference
