#include "compiler/rules/field_rules.h"

#include <algorithm>
#include <string>

namespace aslx::compiler {
namespace {

auto CountPresent(const JsonNode& node, const std::vector<std::string_view>& names) {
  return std::count_if(names.begin(), names.end(),
                       [&](std::string_view name) { return node.Find(name) != nullptr; });
}

}  // namespace

void CheckRequiredFields(const RuleContext& rules, const JsonNode& node,
                         const std::vector<std::string_view>& names) {
  std::vector<std::string_view> missing;
  for (const std::string_view name : names) {
    if (node.Find(name) == nullptr) missing.push_back(name);
  }
  if (!missing.empty()) rules.SchemaError(node, RequiredFields(missing));
}

void CheckExclusiveFields(const RuleContext& rules, const JsonNode& node,
                          const std::vector<std::string_view>& names) {
  if (CountPresent(node, names) > 1) rules.SchemaError(node, OnlyOneOf(names));
}

void CheckExactlyOneField(const RuleContext& rules, const JsonNode& node,
                          const std::vector<std::string_view>& names) {
  const auto count = CountPresent(node, names);
  if (count == 0) rules.SchemaError(node, ExactlyOneOf(names));
  if (count > 1) rules.SchemaError(node, OnlyOneOf(names));
}

void ReportUnsupportedField(const RuleContext& rules, const JsonNode& node, std::string_view name) {
  const JsonNode* place = node.Find(name);
  rules.Error(codes::kSchema, node, place == nullptr ? node : *place,
              "Field '" + std::string(name) + "' is not supported", {});
}

bool CheckFieldLanguage(const StateContext& state, const JsonNode& node, std::string_view name,
                        FieldLanguage language) {
  if (language == FieldLanguage::kEither) return true;
  const bool needs_jsonata = language == FieldLanguage::kJsonata;
  if (needs_jsonata == state.jsonata()) return true;
  if (state.check_field_language) {
    const std::string used = state.jsonata() ? "JSONata" : "JSONPath";
    const std::string needed = needs_jsonata ? "JSONata" : "JSONPath";
    const JsonNode* place = node.Find(name);
    state.rules.Error(codes::kSchema, node, place == nullptr ? node : *place,
                      "The QueryLanguage is set to '" + used + "', but field '" +
                          std::string(name) + "' is only supported for the '" + needed +
                          "' QueryLanguage",
                      {});
  }
  return false;
}

}  // namespace aslx::compiler
