#include "compiler/rules/variable_rules.h"

#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "compiler/rules/template_rules.h"
#include "compiler/rules/walk.h"

namespace aslx::compiler {
namespace {

using Visit = std::function<void(const JsonNode& assign, const JsonMember& member)>;

void ForEachAssignment(const JsonNode& owner, const Visit& visit) {
  const JsonNode* assign = owner.Find("Assign");
  if (assign == nullptr) return;
  for (const JsonMember& member : assign->members)
    visit(*assign, member);
}

/// The state's own Assign, and those of its choice rules and catchers.
void ForEachAssignmentOf(const JsonNode& state, const Visit& visit) {
  ForEachAssignment(state, visit);
  for (const std::string_view list : {"Choices", "Catch"}) {
    const JsonNode* rules = state.Find(list);
    if (rules == nullptr) continue;
    for (const JsonNode& rule : rules->items)
      ForEachAssignment(rule, visit);
  }
}

/// Going down and up through nested machines with the names that are in scope.
class ScopeChecker {
 public:
  explicit ScopeChecker(const RuleContext& rules) : rules_(rules) {}

  /// Nested machines are nested JSON, whose depth the reader limits.
  void Check(const JsonNode& machine) {
    const JsonNode* states = machine.Find("States");
    if (states == nullptr || !states->is_object()) return;
    const size_t outer_count = scope_order_.size();
    std::vector<std::string_view> own;
    for (const JsonMember& state : states->members) {
      ForEachAssignmentOf(state.value, [&](const JsonNode& assign, const JsonMember& member) {
        const std::string_view name = WithoutDollar(member.key);
        if (scope_.count(name) == 0) return own.push_back(name);
        rules_.Error(codes::kInvalidVariable, assign, member.value,
                     "Invalid variable name '" + std::string(name) +
                         "': a variable of this name is assigned in an outer scope.",
                     "a branch or an iteration can read an outer variable, not assign it");
      });
    }
    for (const std::string_view name : own) {
      if (scope_.insert(name).second) scope_order_.push_back(name);
    }
    for (const JsonMember& state : states->members) {
      ForEachMachineIn(state.value, [this](const JsonNode& inner) { Check(inner); });
    }
    while (scope_order_.size() > outer_count) {
      scope_.erase(scope_order_.back());
      scope_order_.pop_back();
    }
  }

 private:
  const RuleContext& rules_;
  std::unordered_set<std::string_view> scope_;
  std::vector<std::string_view> scope_order_;
};

}  // namespace

void CheckVariableScopes(const RuleContext& rules, const JsonNode& root) {
  ScopeChecker(rules).Check(root);
}

}  // namespace aslx::compiler
