// Names of states and labels of Maps: their length, and that each is there once.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// A state's name is unique within the whole definition, branches and processors included.
void CheckNames(const RuleContext& rules, const JsonNode& root);

}  // namespace aslx::compiler
