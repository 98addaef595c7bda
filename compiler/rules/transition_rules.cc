#include "compiler/rules/transition_rules.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/walk.h"

namespace aslx::compiler {
namespace {

using StateIndex = std::unordered_map<std::string_view, const JsonNode*>;

class TransitionChecker {
 public:
  TransitionChecker(const RuleContext& rules, const MachineNode& machine)
      : rules_(rules), machine_(machine) {
    for (const JsonMember& member : machine.states.members) {
      states_.emplace(member.key, &member.value);
    }
  }

  void Check() {
    const JsonNode* start = machine_.node.Find("StartAt");
    if (start != nullptr) CheckTarget(*start);
    for (const JsonMember& member : machine_.states.members) {
      ForEachTarget(member.value, [this](const JsonNode& target) { CheckTarget(target); });
    }
    // Only the definition itself must be able to end; AWS accepts a Map that loops for ever.
    if (!machine_.nested && !HasEnd()) return ReportMissingEnd();
    if (start != nullptr && start->is_string() && !unknown_target_) CheckReachable(start->text);
  }

 private:
  void CheckTarget(const JsonNode& target) {
    if (rules_.IsUnknown(target)) {
      unknown_target_ = true;
      return;
    }
    if (!target.is_string() || states_.count(target.text) > 0) return;
    rules_.Error(codes::kMissingTarget, target,
                 "Missing 'Next' target: " + std::string(target.text));
  }

  bool HasEnd() const {
    for (const JsonMember& member : machine_.states.members) {
      const JsonNode* type = member.value.Find("Type");
      const JsonNode* end = member.value.Find("End");
      if (end != nullptr && (rules_.IsUnknown(*end) || BooleanOf(*end).value_or(false)))
        return true;
      if (type == nullptr || !type->is_string()) continue;
      if (type->text == "Succeed" || type->text == "Fail") return true;
    }
    return false;
  }

  void ReportMissingEnd() const {
    rules_.ErrorWithoutLocation(codes::kMissingEnd, machine_.states,
                                "Workflow has no terminal state");
  }

  void CheckReachable(std::string_view start) {
    std::unordered_set<std::string_view> reached;
    std::vector<std::string_view> open;
    const auto reach = [&](std::string_view name) {
      if (states_.count(name) > 0 && reached.insert(name).second) open.push_back(name);
    };
    reach(start);
    while (!open.empty()) {
      const JsonNode& state = *states_.at(open.back());
      open.pop_back();
      ForEachTarget(state, [&](const JsonNode& target) {
        if (target.is_string()) reach(target.text);
      });
    }
    for (const JsonMember& member : machine_.states.members) {
      if (reached.count(member.key) > 0) continue;
      rules_.Error(codes::kMissingTarget, member.value,
                   "State \"" + std::string(member.key) + "\" is not reachable.");
    }
  }

  const RuleContext& rules_;
  const MachineNode& machine_;
  StateIndex states_;
  bool unknown_target_ = false;
};

}  // namespace

void CheckTransitions(const RuleContext& rules, const JsonNode& root) {
  ForEachMachine(root,
                 [&](const MachineNode& machine) { TransitionChecker(rules, machine).Check(); });
}

}  // namespace aslx::compiler
