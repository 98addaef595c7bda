#include "compiler/rules/scalar_rules.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "compiler/definition/placeholders.h"

namespace aslx::compiler {
namespace {

/// As Java prints a double: 1.0, 0.5.
std::string JavaDouble(double value) {
  return std::trunc(value) == value ? fmt::format("{:.1f}", value) : fmt::format("{}", value);
}

bool IsNumberText(std::string_view text) {
  if (text.empty()) return false;
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  return end == copy.c_str() + copy.size() && std::isfinite(value) &&
         text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

bool IsWholePlaceholder(const RuleContext& rules, const JsonNode& node) {
  return rules.IsUnknown(node) && (!node.is_string() || IsPlaceholder(node.text));
}

bool StartsExpression(std::string_view text) {
  return text.substr(0, 2) == "{%";
}
bool EndsExpression(std::string_view text) {
  return text.size() >= 2 && text.substr(text.size() - 2) == "%}";
}

}  // namespace

bool IsJsonataExpression(std::string_view text) {
  return text.size() >= 4 && StartsExpression(text) && EndsExpression(text);
}

std::optional<std::string_view> NumberTextOf(const JsonNode& node) {
  if (node.is_number()) return node.text;
  if (node.is_string() && node.substituted && IsNumberText(node.text)) return node.text;
  return std::nullopt;
}

std::optional<bool> BooleanOf(const JsonNode& node) {
  if (node.is_boolean()) return node.boolean;
  if (node.is_string() && node.substituted && node.text == "true") return true;
  if (node.is_string() && node.substituted && node.text == "false") return false;
  return std::nullopt;
}

std::optional<int64_t> IntegerOf(const JsonNode& node) {
  const auto text = NumberTextOf(node);
  if (!text) return std::nullopt;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (end != text->data() + text->size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return text->front() == '-' ? INT64_MIN : INT64_MAX;
  return value;
}

std::optional<double> DoubleOf(const JsonNode& node) {
  const auto text = NumberTextOf(node);
  if (!text) return std::nullopt;
  return std::strtod(std::string(*text).c_str(), nullptr);
}

bool CheckText(const RuleContext& rules, const JsonNode& node) {
  if (node.is_string() || rules.IsUnknown(node)) return true;
  rules.SchemaError(node, "Expected value of type [STRING]");
  return false;
}

bool CheckNotEmptyText(const RuleContext& rules, const JsonNode& node) {
  if (!CheckText(rules, node)) return false;
  if (!node.is_string() || !node.text.empty()) return true;
  rules.SchemaError(node, "Value cannot be empty");
  return false;
}

bool CheckBoolean(const RuleContext& rules, const JsonNode& node) {
  if (BooleanOf(node) || IsWholePlaceholder(rules, node)) return true;
  rules.SchemaError(node, "Expected value of type [BOOLEAN]");
  return false;
}

bool CheckInteger(const RuleContext& rules, const JsonNode& node, IntegerRange range) {
  if (IsWholePlaceholder(rules, node)) return true;
  const auto value = IntegerOf(node);
  if (!value) {
    rules.SchemaError(node, "Expected value of type Integer");
    return false;
  }
  if (*value < range.min) {
    rules.SchemaError(node, "Minimum value is " + std::to_string(range.min));
    return false;
  }
  if (*value > range.max) {
    rules.SchemaError(node, "Maximum value is " + std::to_string(range.max));
    return false;
  }
  return true;
}

bool CheckNumber(const RuleContext& rules, const JsonNode& node, NumberRange range) {
  if (IsWholePlaceholder(rules, node)) return true;
  const auto value = DoubleOf(node);
  if (!value) {
    rules.SchemaError(node, "Expected value of type [NUMBER]");
    return false;
  }
  if (range.min && *value < *range.min) {
    rules.SchemaError(node, "Minimum value is " + JavaDouble(*range.min));
    return false;
  }
  if (range.max && *value > *range.max) {
    rules.SchemaError(node, "Maximum value is " + JavaDouble(*range.max));
    return false;
  }
  return true;
}

bool CheckOneOf(const RuleContext& rules, const JsonNode& node,
                const std::vector<std::string_view>& values) {
  if (!CheckText(rules, node)) return false;
  if (rules.IsUnknown(node)) return true;
  if (std::find(values.begin(), values.end(), node.text) != values.end()) return true;
  rules.SchemaError(node, "Value should be one of the following: " + ListOf(values));
  return false;
}

bool CheckObject(const RuleContext& rules, const JsonNode& node) {
  if (node.is_object()) return true;
  if (IsWholePlaceholder(rules, node)) return false;
  rules.SchemaError(node, "Expected value of type [OBJECT]");
  return false;
}

bool CheckFilledArray(const RuleContext& rules, const JsonNode& node) {
  if (IsWholePlaceholder(rules, node)) return false;
  if (!node.is_array()) {
    rules.SchemaError(node, "Expected value of type [ARRAY]");
    return false;
  }
  if (!node.items.empty()) return true;
  rules.SchemaError(node, "Value cannot be empty");
  return false;
}

bool CheckIntegerOrExpression(const StateContext& state, const JsonNode& node, IntegerRange range) {
  if (state.jsonata() && node.is_string() && IsJsonataExpression(node.text)) return true;
  return CheckInteger(state.rules, node, range);
}

bool CheckNumberOrExpression(const StateContext& state, const JsonNode& node, NumberRange range) {
  if (state.jsonata() && node.is_string() && IsJsonataExpression(node.text)) return true;
  return CheckNumber(state.rules, node, range);
}

bool CheckExpressionMarks(const RuleContext& rules, const JsonNode& node) {
  if (StartsExpression(node.text) == EndsExpression(node.text)) return true;
  rules.SchemaError(node, "JSONata string must start with {% and end with %}");
  return false;
}

}  // namespace aslx::compiler
