// A state machine: the whole definition, a branch of a Parallel, or the processor of a Map.
//
// Reading order of this folder: machine.h, state.h, fields.h, error_handling.h, choice.h,
// expression.h, path.h. Handed out by ParseDefinition (compiler/parse.h).
// Thread: any. Memory: owns its states.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ast/state.h"

namespace aslx::compiler::ast {

struct Machine {
  const JsonNode* source = nullptr;
  std::string comment;
  std::string version;
  /// The name of one of `states`.
  std::string start_at;
  /// Of the whole definition only.
  std::optional<int64_t> timeout_seconds;
  /// In the order of the author.
  std::vector<State> states;

  /// Null when no state has the name. Linear for small machines, so keep an index where it matters.
  const State* Find(std::string_view name) const;
};

/// A definition with the text tree that its nodes point into.
struct Definition {
  std::unique_ptr<JsonDocument> document;
  Machine machine;
  /// States that use JSONata, in order: what cannot be compiled yet.
  std::vector<std::string> jsonata_states;
  /// `${Name}` placeholders that are left, in order, each once.
  std::vector<std::string> placeholders;
};

}  // namespace aslx::compiler::ast
