// The shape of a machine: the definition itself, a branch of a Parallel, the processor of a Map.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"
#include "compiler/rules/state_rules.h"

namespace aslx::compiler {

void CheckDefinitionShape(const RuleContext& rules, const JsonNode& root);

/// The value of Branches; of ItemProcessor or Iterator. `machine` is the one around them.
void CheckBranches(const MachineContext& machine, const JsonNode& node);
void CheckProcessor(const MachineContext& machine, const JsonNode& node);

}  // namespace aslx::compiler
