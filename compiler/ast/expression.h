// What may stand where a value is computed: a path, an intrinsic call, a JSONata text, a payload
// template.
//
// What it is not: the expression IR (compiler/ir), into which both query languages are lowered.
// Thread: any. Memory: owns its texts; `source` points into the definition's JsonDocument.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ast/path.h"
#include "compiler/definition/json_node.h"
#include "runtime/program/opcodes.h"

namespace aslx::compiler::ast {

enum class QueryLanguage : uint8_t { kJsonPath, kJsonata };

struct IntrinsicCall;

/// A literal argument: 'text' (decoded), a number (text as written), true, false, null.
struct IntrinsicLiteral {
  enum class Kind : uint8_t { kString, kNumber, kTrue, kFalse, kNull };
  Kind kind = Kind::kNull;
  std::string text;
  /// kString: as written between the quotes. The template of States.Format tells `\\{` from `{`.
  std::string raw;
};

using IntrinsicArgument = std::variant<Path, IntrinsicLiteral, std::unique_ptr<IntrinsicCall>>;

struct IntrinsicCall {
  FunctionId function = FunctionId{};
  std::vector<IntrinsicArgument> arguments;
  /// As the author wrote it, from the name to the closing parenthesis: causes quote the outermost.
  std::string text;
};

/// The text between `{%` and `%}`.
struct JsonataExpression {
  std::string text;
  const JsonNode* source = nullptr;
};

struct TemplateMember;
struct Template;

/// A subtree without anything to compute; `Template::source` is its JSON.
struct TemplateLiteral {};
struct TemplateObject {
  std::vector<TemplateMember> members;
};
struct TemplateArray {
  std::vector<Template> items;
};

/// A payload template (Parameters, ItemSelector, ResultSelector, Arguments, Output, …).
struct Template {
  const JsonNode* source = nullptr;
  std::variant<TemplateLiteral, TemplateObject, TemplateArray, Path, IntrinsicCall,
               JsonataExpression>
      value;

  bool is_literal() const { return std::holds_alternative<TemplateLiteral>(value); }
};

struct TemplateMember {
  /// The name that the result has: without `.$`.
  std::string name;
  /// As written, with `.$` where a path or a call follows: causes quote it.
  std::string field;
  Template value;
};

}  // namespace aslx::compiler::ast
