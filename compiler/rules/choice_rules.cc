#include "compiler/rules/choice_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "compiler/ast/choice.h"
#include "compiler/rules/field_rules.h"
#include "compiler/rules/path_rules.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/template_rules.h"
#include "compiler/rules/timestamp_rules.h"

namespace aslx::compiler {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"And", "Or", "Not", "Variable", "Condition"};

/// A rule of Choices, or a test nested in one. Nested ones only compare.
struct Place {
  const JsonNode& node;
  bool nested;
};

bool IsTransitionField(std::string_view name) {
  return name == "Next" || name == "Assign" || name == "Output";
}

std::vector<std::string_view> AllOperators() {
  std::vector<std::string_view> names;
  for (const ast::ComparisonFacts& facts : ast::kComparisonFacts)
    names.push_back(facts.name);
  return names;
}

class ChoiceChecker {
 public:
  explicit ChoiceChecker(const StateContext& state) : state_(state), rules_(state.rules) {}

  void Check(const JsonNode& choices) {
    if (!CheckFilledArray(rules_, choices)) return;
    for (size_t i = choices.items.size(); i-- > 0;)
      open_.push_back({choices.items[i], false});
    while (!open_.empty()) {
      const Place place = open_.back();
      open_.pop_back();
      if (rules_.IsUnknown(place.node) || rules_.IsToBeFilledIn(place.node)) continue;
      if (CheckObject(rules_, place.node)) CheckRule(place);
    }
  }

 private:
  void CheckRule(const Place& place) {
    const JsonNode& node = place.node;
    if (!place.nested && node.Find("Next") == nullptr) {
      rules_.SchemaError(node, RequiredFields({"Next"}));
    }
    const auto present = std::count_if(kKinds.begin(), kKinds.end(), [&](std::string_view kind) {
      return node.Find(kind) != nullptr;
    });
    if (present != 1) {
      rules_.SchemaError(node, "The object must have only one of the following fields, " +
                                   ListOf({kKinds.begin(), kKinds.end()}));
    }
    const bool comparison = node.Find("Variable") != nullptr;
    if (comparison && !state_.jsonata()) CheckOperatorCount(node);
    for (const JsonMember& member : node.members)
      CheckField(place, member, comparison);
    PushNested(node);
  }

  void CheckOperatorCount(const JsonNode& node) {
    const auto count = std::count_if(
        node.members.begin(), node.members.end(),
        [](const JsonMember& member) { return ast::FindComparison(member.key).has_value(); });
    if (count == 0) rules_.SchemaError(node, ExactlyOneOf(AllOperators()));
    if (count > 1) rules_.SchemaError(node, OnlyOneOf(AllOperators()));
  }

  void CheckField(const Place& place, const JsonMember& member, bool comparison) {
    const std::string_view name = member.key;
    const auto op = ast::FindComparison(name);
    const bool is_kind = std::find(kKinds.begin(), kKinds.end(), name) != kKinds.end();
    const bool transition = !place.nested && IsTransitionField(name);
    if (name == "Comment") {
      CheckText(rules_, member.value);
      return;
    }
    if (!is_kind && !transition && !(op && comparison)) {
      return ReportUnsupportedField(rules_, place.node, name);
    }
    if (!CheckLanguage(place.node, name, op.has_value())) return;
    if (name == "Variable") return CheckChoicePath(rules_, member.value);
    if (name == "Condition") return CheckCondition(member.value);
    if (name == "Next") {
      CheckNotEmptyText(rules_, member.value);
      return;
    }
    if (name == "Assign") return CheckAssign(state_, member.value);
    if (name == "Output") return CheckTemplate(state_, member.value);
    if (op) CheckOperand(ast::FactsOf(*op), member.value);
  }

  bool CheckLanguage(const JsonNode& node, std::string_view name, bool is_operator) {
    if (is_operator || name == "Next" || name == "Assign") return true;
    // And, Or and Not combine comparisons, so they too belong to JSONPath.
    const bool jsonata = name == "Condition" || name == "Output";
    return CheckFieldLanguage(state_, node, name,
                              jsonata ? FieldLanguage::kJsonata : FieldLanguage::kJsonPath);
  }

  void CheckCondition(const JsonNode& node) {
    if (BooleanOf(node) || rules_.IsUnknown(node)) return;
    if (node.is_string() && IsJsonataExpression(node.text)) return;
    if (!CheckText(rules_, node)) return;
    rules_.SchemaError(node, "JSONata string must start with {% and end with %}");
  }

  void CheckOperand(const ast::ComparisonFacts& facts, const JsonNode& node) {
    switch (facts.operand) {
      case ast::ComparisonOperand::kString:
      case ast::ComparisonOperand::kPattern: CheckText(rules_, node); return;
      case ast::ComparisonOperand::kNumber: CheckNumber(rules_, node, {}); return;
      case ast::ComparisonOperand::kBoolean:
      case ast::ComparisonOperand::kFlag: CheckBoolean(rules_, node); return;
      case ast::ComparisonOperand::kTimestamp: CheckTimestamp(rules_, node); return;
      case ast::ComparisonOperand::kPath: CheckChoicePath(rules_, node); return;
    }
  }

  void PushNested(const JsonNode& node) {
    if (state_.jsonata()) return;
    if (const JsonNode* inner = node.Find("Not")) open_.push_back({*inner, true});
    for (const std::string_view name : {"Or", "And"}) {
      const JsonNode* list = node.Find(name);
      if (list == nullptr || !CheckFilledArray(rules_, *list)) continue;
      for (size_t i = list->items.size(); i-- > 0;)
        open_.push_back({list->items[i], true});
    }
  }

  const StateContext& state_;
  const RuleContext& rules_;
  std::vector<Place> open_;
};

}  // namespace

void CheckChoices(const StateContext& state, const JsonNode& node) {
  ChoiceChecker(state).Check(node);
}

}  // namespace aslx::compiler
