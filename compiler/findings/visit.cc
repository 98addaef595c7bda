#include "compiler/findings/visit.h"

#include <type_traits>

namespace aslx::compiler {
namespace {

/// Nesting of calls, templates, tests and machines is limited by the parsers and the JSON reader.
void VisitCall(const ast::IntrinsicCall& call, const JsonNode& source, const VisitPath& visit) {
  for (const ast::IntrinsicArgument& argument : call.arguments) {
    if (const auto* path = std::get_if<ast::Path>(&argument)) visit(*path, source);
    if (const auto* inner = std::get_if<std::unique_ptr<ast::IntrinsicCall>>(&argument)) {
      VisitCall(**inner, source, visit);
    }
  }
}

void VisitFilter(const ast::FilterExpression& filter,
                 const std::function<void(const ast::Path&)>& visit) {
  const auto operand = [&](const ast::FilterOperand& value) {
    if (const auto* path = std::get_if<ast::Path>(&value)) ForEachPathWithin(*path, visit);
  };
  if (const auto* exists = std::get_if<ast::FilterExists>(&filter.node)) {
    ForEachPathWithin(exists->path, visit);
  } else if (const auto* comparison = std::get_if<ast::FilterComparison>(&filter.node)) {
    operand(comparison->left);
    operand(comparison->right);
  } else if (const auto* all = std::get_if<ast::FilterAnd>(&filter.node)) {
    for (const auto& inner : all->operands)
      VisitFilter(inner, visit);
  } else if (const auto* any = std::get_if<ast::FilterOr>(&filter.node)) {
    for (const auto& inner : any->operands)
      VisitFilter(inner, visit);
  } else if (const auto* no = std::get_if<ast::FilterNot>(&filter.node)) {
    VisitFilter(*no->operand, visit);
  }
}

void VisitSetting(const ast::PathSetting& setting, const VisitPath& visit) {
  if (setting.kind == ast::PathSetting::Kind::kPath) visit(setting.path, *setting.source);
}

template <typename Setting>
void VisitSetting(const std::optional<Setting>& setting, const VisitPath& visit) {
  if (!setting) return;
  if (const auto* path = std::get_if<ast::Path>(&setting->value)) visit(*path, *setting->source);
  if constexpr (std::is_same_v<Setting, ast::TextSetting>) {
    if (const auto* call = std::get_if<ast::IntrinsicCall>(&setting->value)) {
      VisitCall(*call, *setting->source, visit);
    }
  }
}

void VisitTemplate(const std::optional<ast::Template>& value, const VisitPath& visit) {
  if (value) ForEachPathIn(*value, visit);
}

void VisitAssign(const std::vector<ast::Assignment>& assign, const VisitPath& visit) {
  for (const ast::Assignment& assignment : assign)
    ForEachPathIn(assignment.value, visit);
}

/// A ResultSelector works on the result.
enum class Selectors : uint8_t { kWith, kWithout };

void VisitHandling(const ast::ResultHandling& handling, Selectors selectors,
                   const VisitPath& visit) {
  if (selectors == Selectors::kWith) VisitTemplate(handling.result_selector, visit);
  for (const ast::Catcher& catcher : handling.catchers)
    VisitAssign(catcher.assign, visit);
}

struct VisitDetails {
  const VisitPath& visit;
  Selectors selectors = Selectors::kWith;

  void operator()(const ast::PassState& pass) const { VisitTemplate(pass.parameters, visit); }
  void operator()(const ast::TaskState& task) const {
    VisitTemplate(task.parameters, visit);
    VisitTemplate(task.credentials, visit);
    VisitSetting(task.timeout_seconds, visit);
    VisitSetting(task.heartbeat_seconds, visit);
    VisitHandling(task.handling, selectors, visit);
  }
  void operator()(const ast::ChoiceState& choice) const {
    for (const ast::ChoiceRule& rule : choice.rules) {
      ForEachPathIn(rule.test, visit);
      VisitAssign(rule.assign, visit);
    }
  }
  void operator()(const ast::WaitState& wait) const {
    VisitSetting(wait.seconds, visit);
    VisitSetting(wait.timestamp, visit);
  }
  void operator()(const ast::SucceedState&) const {}
  void operator()(const ast::FailState& fail) const {
    VisitSetting(fail.error, visit);
    VisitSetting(fail.cause, visit);
  }
  void operator()(const ast::ParallelState& parallel) const {
    VisitTemplate(parallel.parameters, visit);
    VisitHandling(parallel.handling, selectors, visit);
  }
  void operator()(const ast::MapState& map) const {
    VisitSetting(map.items_path, visit);
    VisitTemplate(map.item_selector, visit);
    VisitSetting(map.concurrency_max, visit);
    VisitSetting(map.tolerated_failure_count, visit);
    VisitSetting(map.tolerated_failure_percentage, visit);
    VisitHandling(map.handling, selectors, visit);
  }
};

}  // namespace

void ForEachState(const ast::Machine& machine,
                  const std::function<void(const ast::State&)>& visit) {
  for (const ast::State& state : machine.states)
    visit(state);
  for (const ast::State& state : machine.states) {
    if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
      for (const auto& branch : parallel->branches)
        ForEachState(*branch, visit);
    }
    if (const auto* map = std::get_if<ast::MapState>(&state.details)) {
      ForEachState(*map->processor, visit);
    }
  }
}

void ForEachPathIn(const ast::Template& value, const VisitPath& visit) {
  if (const auto* path = std::get_if<ast::Path>(&value.value)) visit(*path, *value.source);
  if (const auto* call = std::get_if<ast::IntrinsicCall>(&value.value)) {
    VisitCall(*call, *value.source, visit);
  }
  if (const auto* array = std::get_if<ast::TemplateArray>(&value.value)) {
    for (const ast::Template& item : array->items)
      ForEachPathIn(item, visit);
  }
  if (const auto* object = std::get_if<ast::TemplateObject>(&value.value)) {
    for (const ast::TemplateMember& member : object->members)
      ForEachPathIn(member.value, visit);
  }
}

void ForEachPathIn(const ast::ChoiceTest& test, const VisitPath& visit) {
  if (const auto* comparison = std::get_if<ast::Comparison>(&test.node)) {
    visit(comparison->variable, *test.source);
    if (comparison->path) visit(*comparison->path, *test.source);
  }
  if (const auto* all = std::get_if<ast::ChoiceAnd>(&test.node)) {
    for (const ast::ChoiceTest& operand : all->operands)
      ForEachPathIn(operand, visit);
  }
  if (const auto* any = std::get_if<ast::ChoiceOr>(&test.node)) {
    for (const ast::ChoiceTest& operand : any->operands)
      ForEachPathIn(operand, visit);
  }
  if (const auto* no = std::get_if<ast::ChoiceNot>(&test.node)) ForEachPathIn(*no->operand, visit);
}

void ForEachPathWithin(const ast::Path& path, const std::function<void(const ast::Path&)>& visit) {
  visit(path);
  for (const ast::PathStep& step : path.steps) {
    if (const auto* filter = std::get_if<ast::FilterStep>(&step)) {
      VisitFilter(*filter->expression, visit);
    }
  }
}

void ForEachPathOf(const ast::State& state, const VisitPath& visit) {
  VisitSetting(state.input_path, visit);
  VisitSetting(state.output_path, visit);
  VisitAssign(state.assign, visit);
  std::visit(VisitDetails{visit}, state.details);
}

void ForEachInputPathOf(const ast::State& state, const VisitPath& visit) {
  VisitAssign(state.assign, visit);
  std::visit(VisitDetails{visit, Selectors::kWithout}, state.details);
}

const ast::ResultHandling* HandlingOf(const ast::State& state) {
  if (const auto* task = std::get_if<ast::TaskState>(&state.details)) return &task->handling;
  if (const auto* map = std::get_if<ast::MapState>(&state.details)) return &map->handling;
  if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
    return &parallel->handling;
  }
  return nullptr;
}

}  // namespace aslx::compiler
