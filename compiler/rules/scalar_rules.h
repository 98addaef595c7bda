// Texts, booleans, numbers and fixed words.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// `{% … %}`.
bool IsJsonataExpression(std::string_view text);

/// The number that a node gives, also when a substitution put it in quotes.
std::optional<std::string_view> NumberTextOf(const JsonNode& node);
/// The boolean, likewise.
std::optional<bool> BooleanOf(const JsonNode& node);
/// The value of a number without fraction and exponent that fits.
std::optional<int64_t> IntegerOf(const JsonNode& node);
std::optional<double> DoubleOf(const JsonNode& node);

struct IntegerRange {
  int64_t min = 0;
  int64_t max = INT64_MAX;
};
struct NumberRange {
  std::optional<double> min;
  std::optional<double> max;
};

/// Each reports what is wrong and returns whether the value can be used.
bool CheckText(const RuleContext& rules, const JsonNode& node);
bool CheckNotEmptyText(const RuleContext& rules, const JsonNode& node);
bool CheckBoolean(const RuleContext& rules, const JsonNode& node);
bool CheckInteger(const RuleContext& rules, const JsonNode& node, IntegerRange range);
bool CheckNumber(const RuleContext& rules, const JsonNode& node, NumberRange range);
bool CheckOneOf(const RuleContext& rules, const JsonNode& node,
                const std::vector<std::string_view>& values);
bool CheckObject(const RuleContext& rules, const JsonNode& node);
/// An array that is not empty.
bool CheckFilledArray(const RuleContext& rules, const JsonNode& node);

/// In JSONata mode a text must be an expression; then the ranges are checked at run time.
bool CheckIntegerOrExpression(const StateContext& state, const JsonNode& node, IntegerRange range);
bool CheckNumberOrExpression(const StateContext& state, const JsonNode& node, NumberRange range);

/// A text that begins with `{%` or ends with `%}` has to do both.
bool CheckExpressionMarks(const RuleContext& rules, const JsonNode& node);

}  // namespace aslx::compiler
