#include "compiler/rules/name_rules.h"

#include <string>
#include <unordered_set>

#include "compiler/definition/placeholders.h"
#include "compiler/definition/utf8.h"
#include "compiler/rules/walk.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

class NameChecker {
 public:
  explicit NameChecker(const RuleContext& rules) : rules_(rules) {}

  void Check(const JsonMember& member) {
    const std::string name(member.key);
    if (rules_.placeholders_allowed() && HasPlaceholder(name)) return;
    if (CountCharacters(name) > limits::kNameCharactersMax) {
      rules_.Error(codes::kInvalidStateName, member.value,
                   "Invalid State name: State '" + name + "' exceeds the " +
                       std::to_string(limits::kNameCharactersMax) +
                       "-character limit allowed by the service");
    }
    if (!names_.insert(member.key).second) {
      rules_.Error(codes::kDuplicateStateName, member.value, "Duplicate State name: " + name);
    }
    const JsonNode* label = member.value.Find("Label");
    if (label == nullptr || !label->is_string() || rules_.IsUnknown(*label)) return;
    if (labels_.insert(label->text).second) return;
    rules_.Error(codes::kDuplicateLabel, *label,
                 "Duplicate Label name: " + std::string(label->text));
  }

 private:
  const RuleContext& rules_;
  std::unordered_set<std::string_view> names_;
  std::unordered_set<std::string_view> labels_;
};

}  // namespace

void CheckNames(const RuleContext& rules, const JsonNode& root) {
  NameChecker checker(rules);
  ForEachMachine(root, [&](const MachineNode& machine) {
    for (const JsonMember& member : machine.states.members)
      checker.Check(member);
  });
}

}  // namespace aslx::compiler
