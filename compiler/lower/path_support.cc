#include "compiler/lower/path_support.h"

#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"

namespace aslx::compiler {
namespace {

constexpr uint32_t kDepthMax = limits::kFilterDepthMax;
/// "Functions such as length() aren't supported. Lexical operators, which are non-symbolic, such as
/// subsetof aren't supported. Filtering by regular expression … isn't supported." (the service's
/// developer guide, Paths). It accepts them in a definition and leaves open what they give.
constexpr std::string_view kNotTaken =
    ", which the service's documentation says is not supported in paths.";

std::string WhyNot(const ast::Path& path, bool in_filter, uint32_t depth);

/// Null for the operators that the format has.
const char* MissingOperator(ast::FilterOperator op) {
  switch (op) {
    case ast::FilterOperator::kEqual:
    case ast::FilterOperator::kNotEqual:
    case ast::FilterOperator::kLess:
    case ast::FilterOperator::kLessOrEqual:
    case ast::FilterOperator::kGreater:
    case ast::FilterOperator::kGreaterOrEqual:
    case ast::FilterOperator::kIn:
    case ast::FilterOperator::kNotIn: return nullptr;
    case ast::FilterOperator::kTypeEqual: return "===";
    case ast::FilterOperator::kTypeNotEqual: return "!==";
    case ast::FilterOperator::kMatches: return "=~";
    case ast::FilterOperator::kContains: return "contains";
    case ast::FilterOperator::kAll: return "all";
    case ast::FilterOperator::kSize: return "size";
    case ast::FilterOperator::kEmpty: return "empty";
    case ast::FilterOperator::kSubsetOf: return "subsetof";
    case ast::FilterOperator::kAnyOf: return "anyof";
    case ast::FilterOperator::kNoneOf: return "noneof";
    case ast::FilterOperator::kType: return "type";
  }
  return nullptr;
}

bool IsJson(std::string_view text) {
  Value value;
  return JsonReader().Read(text, nullptr, nullptr, &value).kind == JsonError::Kind::kNone;
}

std::string WhyNot(const ast::FilterOperand& operand, uint32_t depth) {
  if (const auto* path = std::get_if<ast::Path>(&operand)) return WhyNot(*path, true, depth);
  const auto* literal = std::get_if<ast::FilterLiteral>(&operand);
  if (literal != nullptr && literal->kind == ast::FilterLiteral::Kind::kJson &&
      !IsJson(literal->text))
    return "A filter compares with " + literal->text + ", which is no JSON.";
  if (std::holds_alternative<ast::FilterPattern>(operand))
    return "A filter compares with a regular expression" + std::string(kNotTaken);
  return "";
}

std::string WhyNot(const ast::FilterExpression& expression, uint32_t depth) {
  if (depth > kDepthMax)
    return "A filter nests deeper than " + std::to_string(kDepthMax) + " levels.";
  const auto any_of = [depth](const std::vector<ast::FilterExpression>& operands) {
    for (const ast::FilterExpression& operand : operands) {
      std::string why = WhyNot(operand, depth + 1);
      if (!why.empty()) return why;
    }
    return std::string();
  };
  if (const auto* exists = std::get_if<ast::FilterExists>(&expression.node))
    return WhyNot(exists->path, true, depth + 1);
  if (const auto* all = std::get_if<ast::FilterAnd>(&expression.node)) return any_of(all->operands);
  if (const auto* any = std::get_if<ast::FilterOr>(&expression.node)) return any_of(any->operands);
  if (const auto* negation = std::get_if<ast::FilterNot>(&expression.node))
    return WhyNot(*negation->operand, depth + 1);
  const auto& comparison = std::get<ast::FilterComparison>(expression.node);
  if (const char* op = MissingOperator(comparison.op))
    return "The filter operator '" + std::string(op) + "' is used" + std::string(kNotTaken);
  std::string why = WhyNot(comparison.left, depth + 1);
  return why.empty() ? WhyNot(comparison.right, depth + 1) : why;
}

std::string WhyNot(const ast::Path& path, bool in_filter, uint32_t depth) {
  if (depth > kDepthMax)
    return "A filter nests deeper than " + std::to_string(kDepthMax) + " levels.";
  if (in_filter &&
      (path.root == ast::PathRoot::kContext || path.root == ast::PathRoot::kVariable)) {
    return "A filter reads '" + path.text + "'; it can read only its document and its element.";
  }
  bool plain = true;
  for (const ast::PathStep& step : path.steps) {
    if (const auto* function = std::get_if<ast::FunctionStep>(&step))
      return "The path function '" + function->name + "()' is used" + std::string(kNotTaken);
    plain = plain && (std::holds_alternative<ast::ChildStep>(step) ||
                      std::holds_alternative<ast::IndexStep>(step));
    const auto* filter = std::get_if<ast::FilterStep>(&step);
    if (filter == nullptr) continue;
    std::string why = WhyNot(*filter->expression, depth + 1);
    if (!why.empty()) return why;
  }
  if (!plain && path.steps.size() > limits::kPathStepsMax) {
    return "The path has " + std::to_string(path.steps.size()) + " steps, at most " +
           std::to_string(limits::kPathStepsMax) + " can be compiled.";
  }
  return "";
}

}  // namespace

std::string WhyUnsupported(const ast::Path& path) {
  return WhyNot(path, false, 0);
}

}  // namespace aslx::compiler
