#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/findings/finding.h"
#include "compiler/rules/scalar_rules.h"

namespace aslx::compiler {
namespace {

/// A text that is the same for tests that mean the same, whatever the order of their fields.
/// Nesting is that of JSON, which the reader limits.
std::string CanonicalText(const ast::ChoiceTest& test) {
  const auto list = [](const char* name, const std::vector<ast::ChoiceTest>& operands) {
    std::string out = name;
    for (const ast::ChoiceTest& operand : operands)
      out += "(" + CanonicalText(operand) + ")";
    return out;
  };
  if (const auto* all = std::get_if<ast::ChoiceAnd>(&test.node)) return list("and", all->operands);
  if (const auto* any = std::get_if<ast::ChoiceOr>(&test.node)) return list("or", any->operands);
  if (const auto* no = std::get_if<ast::ChoiceNot>(&test.node)) {
    return "not(" + CanonicalText(*no->operand) + ")";
  }
  const auto* comparison = std::get_if<ast::Comparison>(&test.node);
  if (comparison == nullptr) return {};
  return comparison->variable.text + " " + std::string(ast::FactsOf(comparison->op).name) + " " +
         (comparison->path ? comparison->path->text : ToJsonText(*comparison->literal));
}

/// What the comparisons of one And demand of one variable.
struct Demand {
  std::optional<std::string> equals;
  std::optional<ast::ComparisonSubject> type;
  std::optional<double> above;
  std::optional<double> below;
  bool above_or_equal = false;
  bool below_or_equal = false;
};

/// True when `comparison` cannot be true together with what was demanded before.
bool Contradicts(const ast::Comparison& comparison, Demand* demand) {
  const ast::ComparisonFacts& facts = ast::FactsOf(comparison.op);
  const bool tests_type = facts.relation == ast::ComparisonRelation::kIsType;
  if (facts.relation == ast::ComparisonRelation::kIsPresent) return false;
  if (tests_type && !BooleanOf(*comparison.literal).value_or(false)) return false;
  // A timestamp is a text.
  const ast::ComparisonSubject type = facts.subject == ast::ComparisonSubject::kTimestamp
                                          ? ast::ComparisonSubject::kString
                                          : facts.subject;
  if (demand->type && *demand->type != type) return true;
  demand->type = type;
  if (tests_type || comparison.path) return false;
  if (facts.relation == ast::ComparisonRelation::kEquals &&
      facts.subject != ast::ComparisonSubject::kTimestamp &&
      facts.subject != ast::ComparisonSubject::kNumber) {
    const std::string text = ToJsonText(*comparison.literal);
    if (demand->equals && *demand->equals != text) return true;
    demand->equals = text;
  }
  if (facts.subject != ast::ComparisonSubject::kNumber) return false;
  const double value = DoubleOf(*comparison.literal).value_or(0);
  const bool equal = facts.relation == ast::ComparisonRelation::kEquals;
  const bool lower = equal || facts.relation == ast::ComparisonRelation::kGreater ||
                     facts.relation == ast::ComparisonRelation::kGreaterOrEqual;
  const bool upper = equal || facts.relation == ast::ComparisonRelation::kLess ||
                     facts.relation == ast::ComparisonRelation::kLessOrEqual;
  if (lower && (!demand->above || value >= *demand->above)) {
    const bool inclusive = facts.relation != ast::ComparisonRelation::kGreater;
    demand->above_or_equal =
        demand->above == value ? demand->above_or_equal && inclusive : inclusive;
    demand->above = value;
  }
  if (upper && (!demand->below || value <= *demand->below)) {
    const bool inclusive = facts.relation != ast::ComparisonRelation::kLess;
    demand->below_or_equal =
        demand->below == value ? demand->below_or_equal && inclusive : inclusive;
    demand->below = value;
  }
  if (!demand->above || !demand->below) return false;
  if (*demand->above != *demand->below) return *demand->above > *demand->below;
  return !demand->above_or_equal || !demand->below_or_equal;
}

/// The variable for which an And asks for what cannot be together, or nothing.
std::optional<std::string> FindContradiction(const ast::ChoiceTest& test) {
  const auto* all = std::get_if<ast::ChoiceAnd>(&test.node);
  if (all == nullptr) return std::nullopt;
  std::map<std::string, Demand> demands;
  for (const ast::ChoiceTest& operand : all->operands) {
    const auto* comparison = std::get_if<ast::Comparison>(&operand.node);
    if (comparison == nullptr) continue;
    const std::string& variable = comparison->variable.text;
    if (Contradicts(*comparison, &demands[variable])) return variable;
  }
  return std::nullopt;
}

}  // namespace

void FindInChoices(const ast::State& state, Diagnostics* diagnostics) {
  const auto* choice = std::get_if<ast::ChoiceState>(&state.details);
  if (choice == nullptr) return;
  std::map<std::string, size_t> earlier;
  for (size_t i = 0; i < choice->rules.size(); ++i) {
    const ast::ChoiceRule& rule = choice->rules[i];
    const auto [it, added] = earlier.try_emplace(CanonicalText(rule.test), i);
    if (!added) {
      AddFinding("ASLX_RULE_NEVER_MATCHES", *rule.source,
                 "This rule can never match: Choices[" + std::to_string(it->second) +
                     "] asks the same and comes first",
                 "remove one of the two", diagnostics);
    }
    if (const auto variable = FindContradiction(rule.test)) {
      AddFinding("ASLX_RULE_NEVER_MATCHES", *rule.source,
                 "This rule can never match: its And asks for values of '" + *variable +
                     "' that cannot be together",
                 "use Or, or correct the comparisons", diagnostics);
    }
  }
}

}  // namespace aslx::compiler
