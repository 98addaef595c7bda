// All rules, in AWS's order.
//
// Reading order of this folder: this, machine_rules, state_rules with state_fields.def, then the
// family that interests.
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// First the shape of everything, then what names refer to.
void CheckDefinition(const RuleContext& rules, const JsonNode& root);

}  // namespace aslx::compiler
