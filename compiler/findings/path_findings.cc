#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/findings/finding.h"
#include "compiler/findings/visit.h"

namespace aslx::compiler {
namespace {

/// A state that is looked at this often without coming to rest gets "anything".
constexpr int kVisitsMax = 16;

Shape ShapeOf(const ast::Template& value, const Shape& document) {
  if (value.is_literal()) return Shape::FromJson(*value.source);
  if (const auto* path = std::get_if<ast::Path>(&value.value)) {
    return Select(document, *path).value_or(Shape::Anything());
  }
  if (const auto* object = std::get_if<ast::TemplateObject>(&value.value)) {
    Shape::Members members;
    for (const ast::TemplateMember& member : object->members) {
      members.insert_or_assign(member.name, ShapeOf(member.value, document));
    }
    return Shape::Object(std::move(members), false);
  }
  return Shape::Anything();
}

Shape Apply(const ast::PathSetting& setting, const Shape& shape) {
  switch (setting.kind) {
    case ast::PathSetting::Kind::kAbsent: return shape;
    case ast::PathSetting::Kind::kNull: return Shape::Object({}, false);
    case ast::PathSetting::Kind::kPath: break;
  }
  return Select(shape, setting.path).value_or(Shape::Anything());
}

Shape ApplyResultPath(const ast::PathSetting& setting, const Shape& input, const Shape& result) {
  switch (setting.kind) {
    case ast::PathSetting::Kind::kAbsent: return result;
    case ast::PathSetting::Kind::kNull: return input;
    case ast::PathSetting::Kind::kPath: break;
  }
  return Graft(input, setting.path, result);
}

/// Carries shapes along the transitions of one machine until nothing changes, then looks at the
/// paths of each state with what may come into it.
class PathFinder {
 public:
  PathFinder(const ast::Machine& machine, Diagnostics* diagnostics)
      : machine_(machine), diagnostics_(diagnostics) {
    for (const ast::State& state : machine.states)
      states_.emplace(state.name, &state);
  }

  void Find(const Shape& input) {
    Flow(machine_.start_at, input);
    while (!open_.empty()) {
      const ast::State& state = *open_.back();
      open_.pop_back();
      FlowOn(state, inputs_.at(&state));
    }
    for (const ast::State& state : machine_.states) {
      const auto it = inputs_.find(&state);
      if (it == inputs_.end() || state.query_language == ast::QueryLanguage::kJsonata) continue;
      Check(state, it->second);
    }
    for (const ast::State& state : machine_.states)
      FindInside(state);
  }

 private:
  // --- Flow --------------------------------------------------------------------------------------

  void Flow(std::string_view name, const Shape& shape) {
    const auto target = states_.find(name);
    if (target == states_.end()) return;
    const auto [it, first] = inputs_.try_emplace(target->second, shape);
    Shape joined = first ? shape : Join(it->second, shape);
    if (++visits_[target->second] > kVisitsMax) joined = Shape::Anything();
    if (!first && joined == it->second) return;
    it->second = std::move(joined);
    open_.push_back(target->second);
  }

  void FlowOn(const ast::State& state, const Shape& input) {
    const bool jsonata = state.query_language == ast::QueryLanguage::kJsonata;
    const Shape output = jsonata ? Shape::Anything() : OutputOf(state, input);
    Flow(state.next, output);
    if (const auto* choice = std::get_if<ast::ChoiceState>(&state.details)) {
      for (const ast::ChoiceRule& rule : choice->rules)
        Flow(rule.next, output);
      if (choice->default_next) Flow(*choice->default_next, output);
    }
    const ast::ResultHandling* handling = HandlingOf(state);
    if (handling == nullptr) return;
    const Shape error =
        Shape::Object({{"Error", Shape::Anything()}, {"Cause", Shape::Anything()}}, false);
    for (const ast::Catcher& catcher : handling->catchers) {
      const bool known = !jsonata;
      Flow(catcher.next,
           known ? ApplyResultPath(catcher.result_path, input, error) : Shape::Anything());
    }
  }

  static Shape OutputOf(const ast::State& state, const Shape& input) {
    return Apply(state.output_path, BeforeOutputPath(state, input));
  }

  static Shape BeforeOutputPath(const ast::State& state, const Shape& input) {
    const Shape effective = Apply(state.input_path, input);
    if (const auto* pass = std::get_if<ast::PassState>(&state.details)) {
      Shape result = pass->parameters ? ShapeOf(*pass->parameters, effective) : effective;
      if (pass->result != nullptr) result = Shape::FromJson(*pass->result);
      return ApplyResultPath(pass->result_path, input, result);
    }
    const ast::ResultHandling* handling = HandlingOf(state);
    if (handling == nullptr) return effective;
    Shape result = Shape::Anything();
    if (state.type() != ast::StateType::kTask) result = Shape::Array(Shape::Anything());
    if (handling->result_selector) result = ShapeOf(*handling->result_selector, result);
    return ApplyResultPath(handling->result_path, input, result);
  }

  // --- Findings ----------------------------------------------------------------------------------

  void Check(const ast::State& state, const Shape& input) {
    const Shape effective = Apply(state.input_path, input);
    CheckSetting(state.input_path, input);
    CheckSetting(state.output_path, BeforeOutputPath(state, input));
    const VisitPath check = [&](const ast::Path& path, const JsonNode& node) {
      CheckPath(path, node, effective);
    };
    if (const auto* pass = std::get_if<ast::PassState>(&state.details)) {
      if (pass->parameters) ForEachPathIn(*pass->parameters, check);
    } else if (const auto* task = std::get_if<ast::TaskState>(&state.details)) {
      if (task->parameters) ForEachPathIn(*task->parameters, check);
    } else if (const auto* choice = std::get_if<ast::ChoiceState>(&state.details)) {
      for (const ast::ChoiceRule& rule : choice->rules) {
        if (!AsksForPresence(rule.test)) ForEachPathIn(rule.test, check);
      }
    } else if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
      if (parallel->parameters) ForEachPathIn(*parallel->parameters, check);
    } else if (const auto* map = std::get_if<ast::MapState>(&state.details)) {
      CheckSetting(map->items_path, effective);
      if (map->item_selector) ForEachPathIn(*map->item_selector, check);
    } else if (const auto* wait = std::get_if<ast::WaitState>(&state.details)) {
      if (wait->seconds) CheckVariant(wait->seconds->value, *wait->seconds->source, effective);
      if (wait->timestamp)
        CheckVariant(wait->timestamp->value, *wait->timestamp->source, effective);
    } else if (const auto* fail = std::get_if<ast::FailState>(&state.details)) {
      if (fail->error) CheckVariant(fail->error->value, *fail->error->source, effective);
      if (fail->cause) CheckVariant(fail->cause->value, *fail->cause->source, effective);
    }
  }

  /// A rule that asks whether something is there may name what is not.
  static bool AsksForPresence(const ast::ChoiceTest& test) {
    const auto any = [](const std::vector<ast::ChoiceTest>& operands) {
      for (const ast::ChoiceTest& operand : operands) {
        if (AsksForPresence(operand)) return true;
      }
      return false;
    };
    if (const auto* comparison = std::get_if<ast::Comparison>(&test.node)) {
      return comparison->op == ast::ComparisonOperator::kIsPresent;
    }
    if (const auto* all = std::get_if<ast::ChoiceAnd>(&test.node)) return any(all->operands);
    if (const auto* either = std::get_if<ast::ChoiceOr>(&test.node)) return any(either->operands);
    if (const auto* no = std::get_if<ast::ChoiceNot>(&test.node)) {
      return AsksForPresence(*no->operand);
    }
    return false;
  }

  void CheckSetting(const ast::PathSetting& setting, const Shape& shape) {
    if (setting.kind == ast::PathSetting::Kind::kPath) {
      CheckPath(setting.path, *setting.source, shape);
    }
  }

  template <typename Variant>
  void CheckVariant(const Variant& value, const JsonNode& node, const Shape& shape) {
    if (const auto* path = std::get_if<ast::Path>(&value)) CheckPath(*path, node, shape);
  }

  void CheckPath(const ast::Path& path, const JsonNode& node, const Shape& shape) {
    if (Select(shape, path)) return;
    AddFinding("ASLX_PATH_CANNOT_EXIST", node,
               "'" + path.text + "' selects nothing: what comes here is " + Describe(shape),
               "correct the path, or keep the value in the states before", diagnostics_);
  }

  // --- Machines inside ---------------------------------------------------------------------------

  void FindInside(const ast::State& state) {
    const auto it = inputs_.find(&state);
    const bool known = it != inputs_.end() && state.query_language == ast::QueryLanguage::kJsonPath;
    const Shape effective = known ? Apply(state.input_path, it->second) : Shape::Anything();
    if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
      const bool computed = known && parallel->parameters;
      const Shape input = computed ? ShapeOf(*parallel->parameters, effective) : effective;
      for (const auto& branch : parallel->branches)
        PathFinder(*branch, diagnostics_).Find(input);
    }
    if (const auto* map = std::get_if<ast::MapState>(&state.details)) {
      Shape item = Shape::Anything();
      const Shape items = Apply(map->items_path, effective);
      if (items.kind() == Shape::Kind::kArray) item = items.element();
      if (map->item_selector) item = ShapeOf(*map->item_selector, effective);
      if (!known || map->distributed) item = Shape::Anything();
      PathFinder(*map->processor, diagnostics_).Find(item);
    }
  }

  const ast::Machine& machine_;
  Diagnostics* diagnostics_;
  std::map<std::string_view, const ast::State*> states_;
  std::map<const ast::State*, Shape> inputs_;
  std::map<const ast::State*, int> visits_;
  std::vector<const ast::State*> open_;
};

}  // namespace

void FindInPaths(const ast::Machine& machine, const Shape& input, Diagnostics* diagnostics) {
  PathFinder(machine, diagnostics).Find(input);
}

}  // namespace aslx::compiler
