#include "compiler/rules/machine_rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/rules/field_rules.h"
#include "compiler/rules/map_rules.h"
#include "compiler/rules/scalar_rules.h"

namespace aslx::compiler {
namespace {

constexpr int64_t kTimeoutSecondsMax = 99'999'999;

void CheckStates(const MachineContext& machine, const JsonNode& states) {
  if (!CheckObject(machine.rules, states)) return;
  if (states.members.empty()) return machine.rules.SchemaError(states, "Value cannot be empty");
  for (const JsonMember& member : states.members)
    CheckState(machine, member.value);
}

void CheckMachineField(const MachineContext& machine, const JsonNode& node,
                       const JsonMember& member, const std::vector<std::string_view>& fields) {
  const RuleContext& rules = machine.rules;
  const std::string_view name = member.key;
  const JsonNode& value = member.value;
  if (std::find(fields.begin(), fields.end(), name) == fields.end()) {
    ReportUnsupportedField(rules, node, name);
  } else if (name == "States") {
    CheckStates(machine, value);
  } else if (name == "StartAt") {
    CheckNotEmptyText(rules, value);
  } else if (name == "Comment") {
    CheckText(rules, value);
  } else if (name == "Version") {
    CheckOneOf(rules, value, {"1.0"});
  } else if (name == "TimeoutSeconds") {
    CheckInteger(rules, value, {0, kTimeoutSecondsMax});
  } else if (name == "QueryLanguage") {
    CheckOneOf(rules, value, {"JSONPath", "JSONata"});
  } else if (name == "ProcessorConfig") {
    CheckProcessorConfig(rules, value);
  }
}

void CheckMachine(const MachineContext& machine, const JsonNode& node,
                  const std::vector<std::string_view>& fields) {
  if (!CheckObject(machine.rules, node)) return;
  CheckRequiredFields(machine.rules, node, {"States", "StartAt"});
  for (const JsonMember& member : node.members)
    CheckMachineField(machine, node, member, fields);
}

}  // namespace

void CheckDefinitionShape(const RuleContext& rules, const JsonNode& root) {
  const MachineContext machine{rules, LanguageOf(root, ast::QueryLanguage::kJsonPath), false};
  CheckMachine(machine, root,
               {"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"});
}

void CheckBranches(const MachineContext& machine, const JsonNode& node) {
  if (!CheckFilledArray(machine.rules, node)) return;
  const MachineContext nested{machine.rules, machine.language, true};
  for (const JsonNode& branch : node.items) {
    CheckMachine(nested, branch, {"Comment", "StartAt", "States"});
  }
}

void CheckProcessor(const MachineContext& machine, const JsonNode& node) {
  const MachineContext nested{machine.rules, machine.language, true};
  CheckMachine(nested, node, {"Comment", "StartAt", "States", "ProcessorConfig"});
}

}  // namespace aslx::compiler
