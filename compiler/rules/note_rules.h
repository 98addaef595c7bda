// What is accepted but worth a note: placeholders.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// One note a placeholder and place, where they are allowed.
void NotePlaceholders(const JsonNode& root, Diagnostics* diagnostics);

}  // namespace aslx::compiler
