// One state: its fields by the table in state_fields.def, and which of them go together.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <optional>

#include "compiler/ast/state.h"
#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// What the machine says about its states.
struct MachineContext {
  const RuleContext& rules;
  /// Of the whole definition; nested machines inherit it.
  ast::QueryLanguage language = ast::QueryLanguage::kJsonPath;
  bool nested = false;
};

/// Reports on one member of States. Nested machines are left to `CheckMachine`.
void CheckState(const MachineContext& machine, const JsonNode& state);

/// The query language that a state works in: its own, else the definition's.
ast::QueryLanguage LanguageOf(const JsonNode& state, ast::QueryLanguage inherited);

/// Nothing when there is no type of this name.
std::optional<ast::StateType> FindStateType(const JsonNode& state);

}  // namespace aslx::compiler
