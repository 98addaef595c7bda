#include "compiler/parser/choice_builder.h"

#include <memory>
#include <utility>
#include <vector>

#include "compiler/parser/expression_builder.h"
#include "compiler/rules/scalar_rules.h"
#include "runtime/base/check.h"

namespace aslx::compiler {
namespace {

ast::ChoiceTest BuildTest(const JsonNode& node);

std::vector<ast::ChoiceTest> BuildTests(const JsonNode& list) {
  std::vector<ast::ChoiceTest> tests;
  for (const JsonNode& item : list.items)
    tests.push_back(BuildTest(item));
  return tests;
}

ast::Comparison BuildComparison(const JsonNode& node) {
  ast::Comparison comparison;
  comparison.variable = BuildPath(*node.Find("Variable"));
  for (const JsonMember& member : node.members) {
    const auto op = ast::FindComparison(member.key);
    if (!op) continue;
    comparison.op = *op;
    if (ast::FactsOf(*op).operand == ast::ComparisonOperand::kPath) {
      comparison.path = BuildPath(member.value);
    } else {
      comparison.literal = &member.value;
    }
    return comparison;
  }
  ASLX_CHECK(!"a comparison has an operator");
  return comparison;
}

ast::ChoiceCondition BuildCondition(const JsonNode& node) {
  if (const auto literal = BooleanOf(node)) return {*literal};
  return {BuildJsonata(node)};
}

/// Nested tests are nested JSON, whose depth the reader limits.
ast::ChoiceTest BuildTest(const JsonNode& node) {
  ast::ChoiceTest test;
  test.source = &node;
  if (const JsonNode* list = node.Find("And")) {
    test.node = ast::ChoiceAnd{BuildTests(*list)};
  } else if (const JsonNode* any = node.Find("Or")) {
    test.node = ast::ChoiceOr{BuildTests(*any)};
  } else if (const JsonNode* operand = node.Find("Not")) {
    test.node = ast::ChoiceNot{std::make_unique<ast::ChoiceTest>(BuildTest(*operand))};
  } else if (const JsonNode* condition = node.Find("Condition")) {
    test.node = BuildCondition(*condition);
  } else {
    test.node = BuildComparison(node);
  }
  return test;
}

}  // namespace

ast::ChoiceRule BuildChoiceRule(const JsonNode& node, ast::QueryLanguage language) {
  ast::ChoiceRule rule;
  rule.source = &node;
  rule.test = BuildTest(node);
  rule.next = TextOf(node, "Next");
  rule.assign = BuildAssign(node.Find("Assign"), language);
  if (const JsonNode* output = node.Find("Output")) rule.output = BuildTemplate(*output, language);
  return rule;
}

}  // namespace aslx::compiler
