#include "compiler/rules/path_rules.h"

#include <optional>
#include <string>
#include <utility>

#include "compiler/parser/intrinsic_parser.h"
#include "compiler/parser/path_parser.h"
#include "compiler/rules/scalar_rules.h"

namespace aslx::compiler {
namespace {

constexpr std::string_view kNotAPath = "Value must be a valid JSONPath.";
constexpr std::string_view kNotAReferencePath = "Value is not a Reference Path";

std::string HintOf(const SyntaxError& error) {
  return error.reason + " (position " + std::to_string(error.offset + 1) + ")";
}

/// Nothing when it was reported or when it cannot be known yet.
std::optional<ast::Path> Parse(const RuleContext& rules, const JsonNode& node) {
  if (!CheckText(rules, node)) return std::nullopt;
  if (!node.is_string()) return std::nullopt;
  auto path = ParsePath(node.text);
  if (path) return std::move(*path);
  if (!rules.IsUnknown(node)) {
    rules.SchemaError(node, std::string(kNotAPath), HintOf(path.error()));
  }
  return std::nullopt;
}

bool Fits(const ast::Path& path, const ReferencePathOptions& options) {
  if (path.root == ast::PathRoot::kContext && !options.context_allowed) return false;
  if (path.root == ast::PathRoot::kVariable && !options.variable_allowed) return false;
  return path.is_reference();
}

}  // namespace

void CheckPath(const RuleContext& rules, const JsonNode& node) {
  if (node.is_null()) return;
  Parse(rules, node);
}

void CheckReferencePath(const RuleContext& rules, const JsonNode& node,
                        ReferencePathOptions options) {
  if (node.is_null() && options.null_allowed) return;
  const auto path = Parse(rules, node);
  if (!path || Fits(*path, options)) return;
  std::string hint = "only names and single indices may follow ";
  hint += options.context_allowed ? "$, $$ or a variable" : "$";
  rules.SchemaError(node, std::string(kNotAReferencePath), std::move(hint));
}

void CheckChoicePath(const RuleContext& rules, const JsonNode& node) {
  if (!CheckText(rules, node) || !node.is_string()) return;
  if (node.text.substr(0, 1) != "$") {
    if (rules.IsUnknown(node)) return;
    return rules.SchemaError(
        node, std::string(kNotAReferencePath) + ": Reference path didn't start with '$'");
  }
  CheckReferencePath(rules, node, {});
}

void CheckTextPath(const RuleContext& rules, const JsonNode& node, std::string_view field) {
  if (!node.is_string() || !LooksLikeIntrinsic(node.text)) {
    return CheckReferencePath(rules, node, {});
  }
  const auto call = ParseIntrinsic(node.text);
  if (call || rules.IsUnknown(node)) return;
  rules.SchemaError(node,
                    "The value for the field '" + std::string(field) +
                        "' must be a valid JSONPath or a valid intrinsic function call",
                    HintOf(call.error()));
}

}  // namespace aslx::compiler
