#include "compiler/rules/resource_rules.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "compiler/rules/express_rules.h"
#include "compiler/rules/resource_name.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/template_rules.h"

namespace aslx::compiler {
namespace {

struct Integration {
  std::string_view service;
  std::string_view actions;
  std::string_view patterns;
};

constexpr std::array kIntegrations = {
#define ASLX_INTEGRATION(service, actions, patterns) Integration{service, actions, patterns},
#include "compiler/rules/integrations.def"
#undef ASLX_INTEGRATION
};

bool HasWord(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const size_t end = words.find(' ');
    if (words.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    words.remove_prefix(end + 1);
  }
  return false;
}

/// An SDK integration names a service and an action; which there are is the SDK's to know.
bool IsKnownSdkCall(const ResourceName& name) {
  if (name.pattern != CallPattern::kRequestResponse &&
      name.pattern != CallPattern::kWaitForTaskToken) {
    return false;
  }
  const size_t colon = name.action.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == name.action.size())
    return false;
  const char first = name.action[colon + 1];
  return name.action.find(':', colon + 1) == std::string_view::npos && first >= 'a' && first <= 'z';
}

bool IsKnown(const ResourceName& name) {
  if (name.service == "aws-sdk") return IsKnownSdkCall(name);
  for (const Integration& integration : kIntegrations) {
    if (integration.service != name.service) continue;
    if (!HasWord(integration.actions, name.action)) return false;
    const auto offers = [&](char c) {
      return integration.patterns.find(c) != std::string_view::npos;
    };
    switch (name.pattern) {
      case CallPattern::kRequestResponse: return true;
      case CallPattern::kSync: return offers('S');
      case CallPattern::kSync2: return offers('2');
      case CallPattern::kWaitForTaskToken: return offers('W');
    }
  }
  return false;
}

bool IsRoleArn(std::string_view name) {
  return name == "RoleArn" || name == "roleArn";
}

}  // namespace

void CheckResource(const RuleContext& rules, const JsonNode& node) {
  if (!CheckNotEmptyText(rules, node) || !node.is_string()) return;
  const std::optional<ResourceName> name = ParseResource(node.text);
  if (rules.express() && !CheckExpressResource(rules, node, name)) return;
  if (rules.IsUnknown(node)) return;
  if (!name) return rules.SchemaError(node, "Value is not a valid resource ARN");
  if (name->kind != ResourceKind::kIntegration || IsKnown(*name)) return;
  rules.SchemaError(node, "The resource provided " + std::string(node.text) +
                              " is not recognized. The value is not a valid resource ARN, or the "
                              "resource is not available in this region.");
}

void CheckCredentials(const StateContext& state, const JsonNode& task, const JsonNode& node) {
  const RuleContext& rules = state.rules;
  if (rules.IsUnknown(node)) return;
  if (state.jsonata() && node.is_string() && IsJsonataExpression(node.text)) return;
  if (!CheckObject(rules, node)) return;
  const JsonNode* resource = task.Find("Resource");
  if (resource != nullptr && resource->is_string()) {
    const auto name = ParseResource(resource->text);
    if (name && name->kind == ResourceKind::kActivity) {
      rules.SchemaError(node, "The field 'Credentials' is not supported for activities");
    }
  }
  bool has_role = false;
  for (const JsonMember& member : node.members) {
    const bool computed = !state.jsonata() && EndsInDollar(member.key);
    has_role = has_role || IsRoleArn(computed ? WithoutDollar(member.key) : member.key);
  }
  if (!has_role) rules.SchemaError(node, "The field 'RoleArn' is required but was missing");
  CheckTemplate(state, node);
}

}  // namespace aslx::compiler
