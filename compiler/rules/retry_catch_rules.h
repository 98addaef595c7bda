// Retriers and Catchers.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// The value of Retry.
void CheckRetry(const StateContext& state, const JsonNode& node);
/// The value of Catch.
void CheckCatch(const StateContext& state, const JsonNode& node);

}  // namespace aslx::compiler
