#include "compiler/rules/support_rules.h"

#include <utility>

#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/state_rules.h"
#include "compiler/rules/walk.h"

namespace aslx::compiler {
namespace {

/// True when the state itself, not a machine within it, holds an expression.
bool HoldsExpression(const JsonNode& state) {
  std::vector<const JsonNode*> open = {&state};
  while (!open.empty()) {
    const JsonNode& node = *open.back();
    open.pop_back();
    if (node.is_string() && IsJsonataExpression(node.text)) return true;
    for (const JsonNode& item : node.items)
      open.push_back(&item);
    for (const JsonMember& member : node.members) {
      const bool nested_machine =
          &node == &state &&
          (member.key == "Branches" || member.key == "ItemProcessor" || member.key == "Iterator");
      if (!nested_machine && member.key != "Comment") open.push_back(&member.value);
    }
  }
  return false;
}

void Report(Severity severity, std::string_view code, const JsonNode& location,
            const JsonMember& place, std::string message, std::string hint,
            Diagnostics* diagnostics) {
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.origin = Origin::kAslx;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.location = LocationOf(location);
  diagnostic.line = place.line;
  diagnostic.column = place.column;
  diagnostic.hint = std::move(hint);
  diagnostics->Add(std::move(diagnostic));
}

void ReportDistributionOf(const JsonMember& state, Diagnostics* diagnostics) {
  for (const JsonMember& field : state.value.members) {
    const std::string named =
        "'" + std::string(field.key) + "' of state '" + std::string(state.key) + "'";
    if (field.key == "ItemReader" || field.key == "ItemBatcher" || field.key == "ResultWriter") {
      Report(Severity::kError, codes::kDistributedMap, field.value, field,
             named +
                 " is not supported: a distributed Map runs within its execution here, over the "
                 "items of its input",
             "Remove the field, and pass the items in the input.", diagnostics);
    } else if (field.key == "Label") {
      Report(Severity::kNote, codes::kDistributedMap, field.value, field,
             named + " has no effect: there is no Map Run to be named", "", diagnostics);
    }
  }
}

}  // namespace

std::vector<std::string> ReportJsonata(ParsePurpose purpose, const JsonNode& root,
                                       Diagnostics* diagnostics) {
  const bool refuse = purpose == ParsePurpose::kCompile;
  std::vector<std::string> names;
  const ast::QueryLanguage inherited = LanguageOf(root, ast::QueryLanguage::kJsonPath);
  ForEachMachine(root, [&](const MachineNode& machine) {
    for (const JsonMember& state : machine.states.members) {
      // Without an expression there is nothing that check would miss, but it still is to be run.
      if (LanguageOf(state.value, inherited) != ast::QueryLanguage::kJsonata ||
          !(refuse || HoldsExpression(state.value)))
        continue;
      names.emplace_back(state.key);
      std::string message = "JSONata is not supported yet: state '" + std::string(state.key) + "'";
      if (!refuse) message += "; its expressions were not checked";
      Report(refuse ? Severity::kError : Severity::kNote, codes::kJsonata, state.value, state,
             std::move(message), "", diagnostics);
    }
  });
  return names;
}

void ReportDistribution(const JsonNode& root, Diagnostics* diagnostics) {
  ForEachMachine(root, [&](const MachineNode& machine) {
    for (const JsonMember& state : machine.states.members) {
      if (FindStateType(state.value) == ast::StateType::kMap)
        ReportDistributionOf(state, diagnostics);
    }
  });
}

}  // namespace aslx::compiler
