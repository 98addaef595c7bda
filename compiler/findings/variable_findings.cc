#include <map>
#include <set>
#include <string>

#include "compiler/findings/finding.h"
#include "compiler/findings/visit.h"

namespace aslx::compiler {
namespace {

void CollectReads(const ast::FilterExpression& filter, std::set<std::string, std::less<>>* read);

void CollectReads(const ast::Path& path, std::set<std::string, std::less<>>* read) {
  if (path.root == ast::PathRoot::kVariable) read->insert(path.variable);
  for (const ast::PathStep& step : path.steps) {
    if (const auto* filter = std::get_if<ast::FilterStep>(&step)) {
      CollectReads(*filter->expression, read);
    }
  }
}

void CollectReads(const ast::FilterExpression& filter, std::set<std::string, std::less<>>* read) {
  const auto operand = [&](const ast::FilterOperand& value) {
    if (const auto* path = std::get_if<ast::Path>(&value)) CollectReads(*path, read);
  };
  if (const auto* exists = std::get_if<ast::FilterExists>(&filter.node)) {
    CollectReads(exists->path, read);
  } else if (const auto* comparison = std::get_if<ast::FilterComparison>(&filter.node)) {
    operand(comparison->left);
    operand(comparison->right);
  } else if (const auto* all = std::get_if<ast::FilterAnd>(&filter.node)) {
    for (const auto& inner : all->operands)
      CollectReads(inner, read);
  } else if (const auto* any = std::get_if<ast::FilterOr>(&filter.node)) {
    for (const auto& inner : any->operands)
      CollectReads(inner, read);
  } else if (const auto* no = std::get_if<ast::FilterNot>(&filter.node)) {
    CollectReads(*no->operand, read);
  }
}

using Assigned = std::map<std::string, const JsonNode*, std::less<>>;

void CollectAssigned(const std::vector<ast::Assignment>& assign, Assigned* assigned) {
  for (const ast::Assignment& assignment : assign) {
    assigned->try_emplace(assignment.variable, assignment.value.source);
  }
}

void CollectAssigned(const ast::State& state, Assigned* assigned) {
  CollectAssigned(state.assign, assigned);
  const auto catchers = [&](const ast::ResultHandling& handling) {
    for (const ast::Catcher& catcher : handling.catchers)
      CollectAssigned(catcher.assign, assigned);
  };
  if (const auto* choice = std::get_if<ast::ChoiceState>(&state.details)) {
    for (const ast::ChoiceRule& rule : choice->rules)
      CollectAssigned(rule.assign, assigned);
  }
  if (const auto* task = std::get_if<ast::TaskState>(&state.details)) catchers(task->handling);
  if (const auto* map = std::get_if<ast::MapState>(&state.details)) catchers(map->handling);
  if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
    catchers(parallel->handling);
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
      CollectReads(path, &read);
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
