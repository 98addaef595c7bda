// The rules of a Choice state: comparisons under And, Or and Not, each ending in a transition.
//
// Written by compiler/parser/choice_parser.cc, read by the rules and by lowering.
// Thread: any. Memory: owns its texts; `source` points into the definition's JsonDocument.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ast/expression.h"

namespace aslx::compiler::ast {

enum class ComparisonOperator : uint8_t {
#define ASLX_COMPARISON(id, name, operand, subject, relation) id,
#include "compiler/ast/comparison_operators.def"
#undef ASLX_COMPARISON
};

enum class ComparisonOperand : uint8_t {
  kString,
  kNumber,
  kBoolean,
  kTimestamp,
  kPath,
  kPattern,
  kFlag
};
enum class ComparisonSubject : uint8_t { kString, kNumber, kBoolean, kTimestamp, kNull, kAnything };
enum class ComparisonRelation : uint8_t {
  kEquals,
  kLess,
  kGreater,
  kLessOrEqual,
  kGreaterOrEqual,
  kMatches,
  kIsType,
  kIsPresent,
};

/// A line of comparison_operators.def.
struct ComparisonFacts {
  std::string_view name;
  ComparisonOperand operand;
  ComparisonSubject subject;
  ComparisonRelation relation;
};

inline constexpr std::array kComparisonFacts = {
#define ASLX_COMPARISON(id, name, operand, subject, relation)                   \
  ComparisonFacts{name, ComparisonOperand::operand, ComparisonSubject::subject, \
                  ComparisonRelation::relation},
#include "compiler/ast/comparison_operators.def"
#undef ASLX_COMPARISON
};
static_assert(kComparisonFacts.size() == 39);

inline const ComparisonFacts& FactsOf(ComparisonOperator op) {
  return kComparisonFacts[static_cast<size_t>(op)];
}

/// The operator of this name, or nothing.
std::optional<ComparisonOperator> FindComparison(std::string_view name);

struct ChoiceTest;

/// `"Variable": …, OPERATOR: …`. The operand is `literal` (string, number, boolean as FactsOf says)
/// or, for the Path forms, `path`.
struct Comparison {
  Path variable;
  ComparisonOperator op = ComparisonOperator{};
  const JsonNode* literal = nullptr;
  std::optional<Path> path;
};
struct ChoiceAnd {
  std::vector<ChoiceTest> operands;
};
struct ChoiceOr {
  std::vector<ChoiceTest> operands;
};
struct ChoiceNot {
  std::unique_ptr<ChoiceTest> operand;
};
/// `"Condition"` of a JSONata rule: an expression, or a literal true or false.
struct ChoiceCondition {
  std::variant<bool, JsonataExpression> value;
};

struct ChoiceTest {
  const JsonNode* source = nullptr;
  std::variant<Comparison, ChoiceAnd, ChoiceOr, ChoiceNot, ChoiceCondition> node;
};

}  // namespace aslx::compiler::ast
