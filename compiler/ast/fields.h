// The small shapes that fields of several state types share.
//
// Thread: any. Memory: owns its texts; `source` points into the definition's JsonDocument.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "compiler/ast/expression.h"

namespace aslx::compiler::ast {

/// InputPath, OutputPath, ResultPath: absent (the default applies), null, or a path.
struct PathSetting {
  enum class Kind : uint8_t { kAbsent, kNull, kPath };
  Kind kind = Kind::kAbsent;
  Path path;
  const JsonNode* source = nullptr;
};

/// A whole number given as such, by a …Path field, or by a JSONata expression.
struct IntegerSetting {
  std::variant<int64_t, Path, JsonataExpression> value;
  const JsonNode* source = nullptr;
};

/// The same for a number with a fraction.
struct NumberSetting {
  std::variant<double, Path, JsonataExpression> value;
  const JsonNode* source = nullptr;
};

/// A text given as such, by a …Path field (a path or an intrinsic call), or by JSONata.
struct TextSetting {
  std::variant<std::string, Path, IntrinsicCall, JsonataExpression> value;
  const JsonNode* source = nullptr;
};

/// One variable that an Assign sets. All of an Assign see the values from before it.
struct Assignment {
  /// Without `$` and without the `.$` of its field.
  std::string variable;
  /// As written: causes quote it.
  std::string field;
  Template value;
};

}  // namespace aslx::compiler::ast
