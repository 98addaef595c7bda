// The Resource of a Task, and the Credentials it is called with.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

void CheckResource(const RuleContext& rules, const JsonNode& node);

/// `task` is the state: an activity takes no credentials.
void CheckCredentials(const StateContext& state, const JsonNode& task, const JsonNode& node);

}  // namespace aslx::compiler
