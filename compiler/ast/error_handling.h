// Retriers and Catchers of Task, Parallel and Map.
//
// Written by compiler/parser, read by the rules and by lowering (into exception tables).
// Thread: any. Memory: owns its texts; `source` points into the definition's JsonDocument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ast/expression.h"
#include "compiler/ast/fields.h"

namespace aslx::compiler::ast {

enum class JitterStrategy : uint8_t { kNone, kFull };

struct Retrier {
  const JsonNode* source = nullptr;
  std::vector<std::string> error_equals;
  int64_t interval_seconds = 1;
  int64_t attempts_max = 3;
  double backoff_rate = 2.0;
  std::optional<int64_t> delay_seconds_max;
  JitterStrategy jitter = JitterStrategy::kNone;
};

struct Catcher {
  const JsonNode* source = nullptr;
  std::vector<std::string> error_equals;
  /// JSONPath mode; absent means `$`.
  PathSetting result_path;
  std::vector<Assignment> assign;
  /// JSONata mode.
  std::optional<Template> output;
  std::string next;
};

}  // namespace aslx::compiler::ast
