// The rules of a Choice state.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// The value of Choices.
void CheckChoices(const StateContext& state, const JsonNode& node);

}  // namespace aslx::compiler
