// Literal timestamps.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// RFC 3339 as the States Language narrows it: upper-case T and Z, seconds written.
void CheckTimestamp(const RuleContext& rules, const JsonNode& node);

}  // namespace aslx::compiler
