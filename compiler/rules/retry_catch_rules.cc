#include "compiler/rules/retry_catch_rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/rules/field_rules.h"
#include "compiler/rules/path_rules.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/template_rules.h"

namespace aslx::compiler {
namespace {

/// Seconds and attempts: what the service's documentation gives as the largest number.
constexpr int64_t kCountMax = 99'999'999;
/// A year and a day, in seconds.
constexpr int64_t kDelaySecondsMax = 31'622'400;

void CheckErrorEquals(const RuleContext& rules, const JsonNode& node, bool last) {
  if (!CheckFilledArray(rules, node)) return;
  bool all = false;
  for (const JsonNode& name : node.items) {
    CheckText(rules, name);
    all = all || (name.is_string() && name.text == "States.ALL");
  }
  if (all && (!last || node.items.size() > 1)) {
    rules.SchemaError(node, "States.ALL must appear alone and at end of list");
  }
}

void CheckRetrierField(const StateContext& state, const JsonNode& node, const JsonMember& member,
                       bool last) {
  const RuleContext& rules = state.rules;
  const std::string_view name = member.key;
  const JsonNode& value = member.value;
  if (name == "ErrorEquals") return CheckErrorEquals(rules, value, last);
  if (name == "IntervalSeconds") {
    CheckInteger(rules, value, {0, kCountMax});
  } else if (name == "MaxAttempts") {
    CheckInteger(rules, value, {0, kCountMax});
  } else if (name == "BackoffRate") {
    CheckNumber(rules, value, {1.0, {}});
  } else if (name == "MaxDelaySeconds") {
    CheckInteger(rules, value, {1, kDelaySecondsMax});
  } else if (name == "JitterStrategy") {
    CheckOneOf(rules, value, {"NONE", "FULL"});
  } else if (name == "Comment") {
    CheckText(rules, value);
  } else {
    ReportUnsupportedField(rules, node, name);
  }
}

void CheckCatcherField(const StateContext& state, const JsonNode& node, const JsonMember& member,
                       bool last) {
  const RuleContext& rules = state.rules;
  const std::string_view name = member.key;
  const JsonNode& value = member.value;
  if (name == "ErrorEquals") return CheckErrorEquals(rules, value, last);
  if (name == "Next") {
    CheckNotEmptyText(rules, value);
  } else if (name == "ResultPath") {
    if (!CheckFieldLanguage(state, node, name, FieldLanguage::kJsonPath)) return;
    CheckReferencePath(rules, value, {true, false, false});
  } else if (name == "Output") {
    if (!CheckFieldLanguage(state, node, name, FieldLanguage::kJsonata)) return;
    CheckTemplate(state, value);
  } else if (name == "Assign") {
    CheckAssign(state, value);
  } else if (name == "Comment") {
    CheckText(rules, value);
  } else {
    ReportUnsupportedField(rules, node, name);
  }
}

template <typename CheckOne>
void CheckList(const StateContext& state, const JsonNode& list,
               const std::vector<std::string_view>& required, const CheckOne& check_field) {
  if (!state.rules.IsUnknown(list) && !list.is_array()) {
    return state.rules.SchemaError(list, "Expected value of type [ARRAY]");
  }
  for (const JsonNode& node : list.items) {
    if (!CheckObject(state.rules, node)) continue;
    CheckRequiredFields(state.rules, node, required);
    const bool last = &node == &list.items.back();
    for (const JsonMember& member : node.members)
      check_field(state, node, member, last);
  }
}

}  // namespace

void CheckRetry(const StateContext& state, const JsonNode& node) {
  CheckList(state, node, {"ErrorEquals"}, CheckRetrierField);
}

void CheckCatch(const StateContext& state, const JsonNode& node) {
  CheckList(state, node, {"ErrorEquals", "Next"}, CheckCatcherField);
}

}  // namespace aslx::compiler
