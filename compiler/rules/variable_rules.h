// Scopes of variables.
//
// What it is not: the check of their names, which is an Assign's (template_rules.h). That a
// variable is assigned before it is read depends on the way through the machine, so it is left to
// run time.
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// A branch or a processor may read the variables of the machine around it but not assign them.
void CheckVariableScopes(const RuleContext& rules, const JsonNode& root);

}  // namespace aslx::compiler
