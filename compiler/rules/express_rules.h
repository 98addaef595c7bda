// What an Express machine may not contain.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <optional>

#include "compiler/rules/resource_name.h"
#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// Neither jobs that are waited for, nor callbacks, nor activities. `name` is nothing where the
/// resource is no ARN (a placeholder).
bool CheckExpressResource(const RuleContext& rules, const JsonNode& node,
                          const std::optional<ResourceName>& name);

/// The Mode of a Map's ProcessorConfig.
void CheckExpressMapMode(const RuleContext& rules, const JsonNode& mode);

}  // namespace aslx::compiler
