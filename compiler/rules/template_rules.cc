#include "compiler/rules/template_rules.h"

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "compiler/definition/placeholders.h"
#include "compiler/definition/utf8.h"
#include "compiler/parser/intrinsic_parser.h"
#include "compiler/parser/path_parser.h"
#include "compiler/rules/scalar_rules.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

std::optional<SyntaxError> WhyNotComputable(std::string_view text) {
  if (!LooksLikeIntrinsic(text)) {
    const auto path = ParsePath(text);
    if (path) return std::nullopt;
    return path.error();
  }
  const auto call = ParseIntrinsic(text);
  if (call) return std::nullopt;
  return call.error();
}

class TemplateChecker {
 public:
  TemplateChecker(const StateContext& state, const JsonNode& root)
      : state_(state), rules_(state.rules), root_(root) {}

  void Check() {
    std::vector<const JsonNode*> open = {&root_};
    // Author's order: what is nested is looked at before what follows it.
    while (!open.empty()) {
      const JsonNode& node = *open.back();
      open.pop_back();
      if (state_.jsonata() && node.is_string()) CheckExpressionMarks(rules_, node);
      if (node.is_object()) CheckNames(node);
      for (size_t i = node.members.size(); i-- > 0;) {
        const JsonNode& value = node.members[i].value;
        if (state_.jsonata() || !EndsInDollar(node.members[i].key)) open.push_back(&value);
      }
      for (size_t i = node.items.size(); i-- > 0;)
        open.push_back(&node.items[i]);
    }
  }

 private:
  void CheckNames(const JsonNode& node) {
    if (state_.jsonata()) return;
    std::unordered_set<std::string_view> plain;
    for (const JsonMember& member : node.members) {
      if (!EndsInDollar(member.key)) plain.insert(member.key);
    }
    for (const JsonMember& member : node.members) {
      if (!EndsInDollar(member.key)) continue;
      CheckComputed(member);
      const std::string_view name = WithoutDollar(member.key);
      if (plain.count(name) == 0) continue;
      rules_.Error(codes::kSchema, root_, member.value,
                   "The fields '" + std::string(name) + "' and '" + std::string(member.key) +
                       "' can not both be set",
                   "both would give the result a field '" + std::string(name) + "'");
    }
  }

  void CheckComputed(const JsonMember& member) {
    const JsonNode& value = member.value;
    std::optional<SyntaxError> error = SyntaxError{"a text is expected", 0};
    if (value.is_string()) error = WhyNotComputable(value.text);
    if (!error || rules_.IsUnknown(value)) return;
    rules_.Error(codes::kSchema, root_, value,
                 "The value for the field '" + std::string(member.key) +
                     "' must be a valid JSONPath or a valid intrinsic function call",
                 error->reason + " (position " + std::to_string(error->offset + 1) + ")");
  }

  const StateContext& state_;
  const RuleContext& rules_;
  const JsonNode& root_;
};

bool IsVariableName(std::string_view name) {
  if (name.empty() || !IsVariableNameStart(name.front()) || name.front() == '_') return false;
  for (const char c : name) {
    if (!IsVariableNameCharacter(c)) return false;
  }
  return true;
}

void CheckVariableName(const RuleContext& rules, const JsonNode& assign, const JsonMember& member,
                       std::string_view name) {
  if (rules.placeholders_allowed() && HasPlaceholder(name)) return;
  const auto error = [&](std::string_view code, std::string message) {
    rules.Error(code, assign, member.value, std::move(message), {});
  };
  if (name == "states") {
    return error(codes::kReservedVariable, "Cannot assign to reserved variable '$states'.");
  }
  const std::string prefix = "Invalid variable name '" + std::string(name) + "': ";
  if (!IsVariableName(name)) {
    return error(codes::kInvalidVariable,
                 prefix + "the variable name contains invalid characters.");
  }
  if (CountCharacters(name) > limits::kNameCharactersMax) {
    error(codes::kInvalidVariable, prefix + "the variable name exceeds the " +
                                       std::to_string(limits::kNameCharactersMax) +
                                       "-character limit allowed by the service.");
  }
}

}  // namespace

bool EndsInDollar(std::string_view name) {
  return name.size() >= 2 && name.substr(name.size() - 2) == ".$";
}

std::string_view WithoutDollar(std::string_view name) {
  return EndsInDollar(name) ? name.substr(0, name.size() - 2) : name;
}

void CheckTemplate(const StateContext& state, const JsonNode& node) {
  TemplateChecker(state, node).Check();
}

void CheckAssign(const StateContext& state, const JsonNode& node) {
  if (!CheckObject(state.rules, node)) return;
  for (const JsonMember& member : node.members) {
    const std::string_view name = state.jsonata() ? member.key : WithoutDollar(member.key);
    CheckVariableName(state.rules, node, member, name);
  }
  CheckTemplate(state, node);
}

}  // namespace aslx::compiler
