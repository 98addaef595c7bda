#include "compiler/rules/rule_context.h"

#include <utility>

#include "compiler/definition/placeholders.h"

namespace aslx::compiler {

void RuleContext::Error(std::string_view code, const JsonNode& location, const JsonNode& place,
                        std::string message, std::string hint) const {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.location = LocationOf(location);
  diagnostic.line = place.line;
  diagnostic.column = place.column;
  diagnostic.hint = std::move(hint);
  diagnostics_->Add(std::move(diagnostic));
}

void RuleContext::ErrorWithoutLocation(std::string_view code, const JsonNode& place,
                                       std::string message) const {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.line = place.line;
  diagnostic.column = place.column;
  diagnostics_->Add(std::move(diagnostic));
}

bool RuleContext::IsUnknown(const JsonNode& node) const {
  if (!options_.allow_placeholders) return false;
  if (node.is_string()) return HasPlaceholder(node.text);
  if (!node.is_object() || node.members.size() != 1) return false;
  const std::string_view key = node.members.front().key;
  return key == "Ref" || key.substr(0, 4) == "Fn::";
}

std::string ListOf(const std::vector<std::string_view>& names) {
  std::string out = "[";
  for (const std::string_view name : names) {
    if (out.size() > 1) out.append(", ");
    out.append(name);
  }
  return out + "]";
}

std::string RequiredFields(const std::vector<std::string_view>& names) {
  return "These fields are required: " + ListOf(names);
}

std::string OnlyOneOf(const std::vector<std::string_view>& names) {
  return "There should only be one of the following fields: " + ListOf(names);
}

std::string ExactlyOneOf(const std::vector<std::string_view>& names) {
  return "This object should have only one of the following fields: " + ListOf(names);
}

}  // namespace aslx::compiler
