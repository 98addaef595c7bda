#include <map>
#include <set>
#include <string>

#include "compiler/findings/finding.h"
#include "compiler/findings/visit.h"

namespace aslx::compiler {
namespace {

using Assigned = std::map<std::string, const JsonNode*, std::less<>>;

void CollectAssigned(const std::vector<ast::Assignment>& assign, Assigned* assigned) {
  for (const ast::Assignment& assignment : assign) {
    assigned->try_emplace(assignment.variable, assignment.value.source);
  }
}

void CollectAssigned(const ast::State& state, Assigned* assigned) {
  CollectAssigned(state.assign, assigned);
  if (const auto* choice = std::get_if<ast::ChoiceState>(&state.details)) {
    for (const ast::ChoiceRule& rule : choice->rules)
      CollectAssigned(rule.assign, assigned);
  }
  if (const ast::ResultHandling* handling = HandlingOf(state)) {
    for (const ast::Catcher& catcher : handling->catchers)
      CollectAssigned(catcher.assign, assigned);
  }
}

}  // namespace

void FindInVariables(const ast::Definition& definition, Diagnostics* diagnostics) {
  Assigned assigned;
  std::set<std::string, std::less<>> read;
  std::map<std::string, const JsonNode*, std::less<>> first_read;
  ForEachState(definition.machine, [&](const ast::State& state) {
    CollectAssigned(state, &assigned);
    ForEachPathOf(state, [&](const ast::Path& path, const JsonNode& node) {
      ForEachPathWithin(path, [&](const ast::Path& within) {
        if (within.root == ast::PathRoot::kVariable) read.insert(within.variable);
      });
      if (path.root == ast::PathRoot::kVariable) first_read.try_emplace(path.variable, &node);
    });
  });
  for (const auto& [name, node] : assigned) {
    if (read.count(name) > 0) continue;
    AddFinding("ASLX_VARIABLE_UNUSED", *node, "Nothing reads the variable '" + name + "'",
               "remove it from Assign", diagnostics);
  }
  for (const auto& [name, node] : first_read) {
    if (assigned.count(name) > 0) continue;
    AddFinding("ASLX_VARIABLE_UNASSIGNED", *node, "Nothing assigns the variable '" + name + "'",
               "assign it in a state before, or read the input with '$.'", diagnostics);
  }
}

}  // namespace aslx::compiler
