#include "compiler/rules/walk.h"

#include <vector>

namespace aslx::compiler {

void ForEachMachineIn(const JsonNode& state, const std::function<void(const JsonNode&)>& visit) {
  if (!state.is_object()) return;
  for (const JsonMember& member : state.members) {
    if (member.key == "ItemProcessor" || member.key == "Iterator") visit(member.value);
    if (member.key != "Branches") continue;
    for (const JsonNode& branch : member.value.items)
      visit(branch);
  }
}

void ForEachMachine(const JsonNode& root, const std::function<void(const MachineNode&)>& visit) {
  std::vector<const JsonNode*> open = {&root};
  while (!open.empty()) {
    const JsonNode& node = *open.back();
    open.pop_back();
    const JsonNode* states = node.Find("States");
    if (states == nullptr || !states->is_object()) continue;
    visit({node, *states, &node != &root});
    std::vector<const JsonNode*> inner;
    for (const JsonMember& member : states->members) {
      ForEachMachineIn(member.value, [&](const JsonNode& machine) { inner.push_back(&machine); });
    }
    open.insert(open.end(), inner.rbegin(), inner.rend());
  }
}

void ForEachTarget(const JsonNode& state, const std::function<void(const JsonNode&)>& visit) {
  for (const JsonMember& member : state.members) {
    if (member.key == "Next" || member.key == "Default") visit(member.value);
    if (member.key != "Choices" && member.key != "Catch") continue;
    for (const JsonNode& rule : member.value.items) {
      if (const JsonNode* next = rule.Find("Next")) visit(*next);
    }
  }
}

}  // namespace aslx::compiler
