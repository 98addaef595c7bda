// What is accepted but worth a note: placeholders, and JSONata that is not looked into.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <string>
#include <vector>

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// One note a placeholder and place, where they are allowed.
void NotePlaceholders(const JsonNode& root, Diagnostics* diagnostics);

/// The states that hold a JSONata expression, in order.
std::vector<const JsonMember*> FindJsonataStates(const JsonNode& root);

}  // namespace aslx::compiler
