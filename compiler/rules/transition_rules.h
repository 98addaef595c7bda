// Where states lead: names that exist, states that can be reached, an end that can be reached.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// For every machine of the definition. A branch or a processor cannot lead out of itself.
void CheckTransitions(const RuleContext& rules, const JsonNode& root);

}  // namespace aslx::compiler
