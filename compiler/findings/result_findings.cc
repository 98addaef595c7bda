// Results that nothing uses. Each result is followed from its state along all transitions, as the
// place it has in the input of the next state: until something reads that place, a part of it or
// what holds it (the result is used), or it is left out or replaced (this way ends). Whatever is
// not certain counts as use: a copy, a graft into it, a state in JSONata mode, a state that fails
// (its input shows in the history).
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/findings/finding.h"
#include "compiler/findings/visit.h"

namespace aslx::compiler {
namespace {

/// Beyond as many visits of states, in the whole definition, results count as used.
constexpr size_t kStepsMax = 200'000;

/// Where a result stands in a document: names from the root. Empty: it is the document.
using Place = std::vector<std::string>;

/// How what a path names relates to a place.
enum class Relation : uint8_t { kApart, kHolds, kWithin, kUnclear };

/// `kHolds` also when both are the same.
Relation Relate(const ast::Path& path, const Place& place) {
  if (path.root != ast::PathRoot::kInput) return Relation::kApart;
  for (size_t i = 0; i < path.steps.size(); ++i) {
    if (i == place.size()) return Relation::kWithin;
    const auto* child = std::get_if<ast::ChildStep>(&path.steps[i]);
    if (child == nullptr) return Relation::kUnclear;
    if (child->name != place[i]) return Relation::kApart;
  }
  return Relation::kHolds;
}

/// True when `path` selects anything of `place`, or looks at it in a filter.
bool Touches(const ast::Path& path, const Place& place) {
  bool touches = false;
  ForEachPathWithin(path, [&](const ast::Path& within) {
    touches = touches || Relate(within, place) != Relation::kApart;
  });
  return touches;
}

/// What becomes of a result in one step.
enum class Fate : uint8_t { kStays, kDropped, kUsed };

Fate AfterSelection(const ast::PathSetting& setting, Place* place) {
  if (setting.kind == ast::PathSetting::Kind::kAbsent) return Fate::kStays;
  if (setting.kind == ast::PathSetting::Kind::kNull) return Fate::kDropped;
  const Relation relation = Relate(setting.path, *place);
  if (relation == Relation::kApart && !Touches(setting.path, *place)) return Fate::kDropped;
  if (relation == Relation::kHolds) {
    place->erase(place->begin(), place->begin() + static_cast<int64_t>(setting.path.steps.size()));
    return Fate::kStays;
  }
  if (relation == Relation::kWithin && setting.path.is_definite()) {
    place->clear();
    return Fate::kStays;
  }
  return Fate::kUsed;
}

/// What a ResultPath does to what stands at `place` in the state's input.
Fate AfterGraft(const ast::PathSetting& setting, const Place& place) {
  if (setting.kind == ast::PathSetting::Kind::kAbsent) return Fate::kDropped;
  if (setting.kind == ast::PathSetting::Kind::kNull) return Fate::kStays;
  switch (Relate(setting.path, place)) {
    case Relation::kApart: return Fate::kStays;
    case Relation::kHolds: return Fate::kDropped;
    case Relation::kWithin:
    case Relation::kUnclear: break;
  }
  return Fate::kUsed;
}

const ast::PathSetting* ResultPathOf(const ast::State& state) {
  if (const auto* pass = std::get_if<ast::PassState>(&state.details)) return &pass->result_path;
  const ast::ResultHandling* handling = HandlingOf(state);
  return handling == nullptr ? nullptr : &handling->result_path;
}

/// True when the state makes something of its own, and says to keep it.
bool KeepsAResult(const ast::State& state) {
  if (state.query_language == ast::QueryLanguage::kJsonata) return false;
  const ast::PathSetting* result_path = ResultPathOf(state);
  if (result_path == nullptr || result_path->kind == ast::PathSetting::Kind::kNull) return false;
  if (state.output_path.kind == ast::PathSetting::Kind::kNull) return false;
  const auto* pass = std::get_if<ast::PassState>(&state.details);
  return pass == nullptr || pass->result != nullptr || pass->parameters;
}

/// True when Assign looks at what the state works on: its result, for most types.
bool AssignsFromDocument(const ast::State& state) {
  bool found = false;
  for (const ast::Assignment& assignment : state.assign) {
    ForEachPathIn(assignment.value, [&](const ast::Path& path, const JsonNode&) {
      found = found || Touches(path, {});
    });
  }
  return found;
}

/// True when the state takes its whole effective input without naming it.
bool TakesWholeInput(const ast::State& state) {
  if (const auto* task = std::get_if<ast::TaskState>(&state.details)) return !task->parameters;
  if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
    return !parallel->parameters;
  }
  if (const auto* map = std::get_if<ast::MapState>(&state.details)) {
    return map->distributed || map->items_path.kind == ast::PathSetting::Kind::kAbsent;
  }
  const auto* pass = std::get_if<ast::PassState>(&state.details);
  const bool copies = pass != nullptr && pass->result == nullptr && !pass->parameters &&
                      pass->result_path.kind == ast::PathSetting::Kind::kPath &&
                      !pass->result_path.path.is_root();
  return copies || state.type() == ast::StateType::kFail;
}

/// The effective input becomes the output, and ResultPath puts nothing into the input.
bool PassesItsInputOn(const ast::State& state) {
  const auto* pass = std::get_if<ast::PassState>(&state.details);
  if (pass == nullptr) return ResultPathOf(state) == nullptr;
  const ast::PathSetting& result_path = pass->result_path;
  const bool replaces =
      result_path.kind == ast::PathSetting::Kind::kAbsent ||
      (result_path.kind == ast::PathSetting::Kind::kPath && result_path.path.is_root());
  return replaces && pass->result == nullptr && !pass->parameters;
}

/// Follows results through the states of one machine.
class ResultFinder {
 public:
  ResultFinder(const ast::Machine& machine, size_t* steps, Diagnostics* diagnostics)
      : machine_(machine), steps_(steps), diagnostics_(diagnostics) {
    for (const ast::State& state : machine.states)
      states_.emplace(state.name, &state);
  }

  void Find() {
    for (const ast::State& state : machine_.states) {
      if (KeepsAResult(state) && !AssignsFromDocument(state) && !IsUsed(state)) Add(state);
    }
    for (const ast::State& state : machine_.states) {
      if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
        for (const auto& branch : parallel->branches)
          ResultFinder(*branch, steps_, diagnostics_).Find();
      }
      if (const auto* map = std::get_if<ast::MapState>(&state.details)) {
        ResultFinder(*map->processor, steps_, diagnostics_).Find();
      }
    }
  }

 private:
  using Visit = std::pair<const ast::State*, Place>;

  bool IsUsed(const ast::State& state) {
    open_.clear();
    seen_.clear();
    dropped_by_ = nullptr;
    used_ = false;
    Leave(state, PlaceOfResult(*ResultPathOf(state)));
    dropped_at_once_ = dropped_by_ != nullptr;
    while (!open_.empty() && !used_) {
      const Visit visit = std::move(open_.back());
      open_.pop_back();
      if (++*steps_ > kStepsMax) return true;
      Pass(*visit.first, visit.second);
    }
    return used_;
  }

  /// Of an element of an array, the array: what reads it may read the element.
  static Place PlaceOfResult(const ast::PathSetting& result_path) {
    Place place;
    for (const ast::PathStep& step : result_path.path.steps) {
      const auto* child = std::get_if<ast::ChildStep>(&step);
      if (child == nullptr) break;
      place.push_back(child->name);
    }
    return place;
  }

  /// A result at `place` of its input goes through `state`.
  void Pass(const ast::State& state, const Place& place) {
    if (state.query_language == ast::QueryLanguage::kJsonata) return Use();
    Place effective = place;
    const Fate selected = AfterSelection(state.input_path, &effective);
    const bool named = state.input_path.kind == ast::PathSetting::Kind::kPath &&
                       !state.input_path.path.is_root() && selected == Fate::kStays;
    if (selected == Fate::kUsed || (named && !PassesItsInputOn(state))) return Use();
    if (selected == Fate::kStays && Reads(state, effective)) return Use();
    if (PassesItsInputOn(state)) {
      return selected == Fate::kStays ? Leave(state, std::move(effective)) : Drop(state);
    }
    Follow(AfterGraft(*ResultPathOf(state), place), state, place);
    if (const ast::ResultHandling* handling = HandlingOf(state)) Catch(state, *handling, place);
  }

  static bool Reads(const ast::State& state, const Place& place) {
    if (TakesWholeInput(state)) return true;
    bool reads = false;
    ForEachInputPathOf(state, [&](const ast::Path& path, const JsonNode&) {
      reads = reads || Touches(path, place);
    });
    return reads;
  }

  void Catch(const ast::State& state, const ast::ResultHandling& handling, const Place& place) {
    for (const ast::Catcher& catcher : handling.catchers) {
      switch (AfterGraft(catcher.result_path, place)) {
        case Fate::kStays: Enter(catcher.next, place); break;
        case Fate::kDropped: Drop(state); break;
        case Fate::kUsed: Use(); break;
      }
    }
  }

  void Follow(Fate fate, const ast::State& state, const Place& place) {
    switch (fate) {
      case Fate::kStays: return Leave(state, place);
      case Fate::kDropped: return Drop(state);
      case Fate::kUsed: return Use();
    }
  }

  /// A result at `place` of what OutputPath works on goes to the next states.
  void Leave(const ast::State& state, Place place) {
    switch (AfterSelection(state.output_path, &place)) {
      case Fate::kStays: break;
      case Fate::kDropped: return Drop(state);
      case Fate::kUsed: return Use();
    }
    if (state.end || state.type() == ast::StateType::kSucceed) return Use();
    if (const auto* choice = std::get_if<ast::ChoiceState>(&state.details)) {
      for (const ast::ChoiceRule& rule : choice->rules)
        Enter(rule.next, place);
      if (choice->default_next) Enter(*choice->default_next, place);
      return;
    }
    Enter(state.next, place);
  }

  void Enter(const std::string& name, const Place& place) {
    const auto target = states_.find(name);
    if (target == states_.end()) return Use();
    Visit visit(target->second, place);
    if (seen_.insert(visit).second) open_.push_back(std::move(visit));
  }

  void Use() { used_ = true; }
  void Drop(const ast::State& state) {
    if (dropped_by_ == nullptr) dropped_by_ = &state;
  }

  void Add(const ast::State& state) {
    const ast::PathSetting& result_path = *ResultPathOf(state);
    const bool says_where = result_path.kind == ast::PathSetting::Kind::kPath;
    std::string why = "no state reads it";
    if (dropped_at_once_) {
      why = "its own OutputPath leaves it out";
    } else if (dropped_by_ != nullptr) {
      why = "'" + dropped_by_->name + "' replaces it or leaves it out before a state reads it";
    }
    std::string hint = "set ResultPath to null";
    if (state.type() == ast::StateType::kPass) {
      hint = "remove what makes it";
    } else if (state.output_path.kind == ast::PathSetting::Kind::kPath && !dropped_at_once_) {
      hint = "set ResultPath to null and mind what OutputPath then selects";
    }
    AddFinding("ASLX_RESULT_UNUSED", says_where ? *result_path.source : *state.source,
               "Nothing uses the result of '" + state.name + "': " + why,
               hint + ", or read the result where it was meant to be read", diagnostics_);
  }

  const ast::Machine& machine_;
  size_t* steps_;
  Diagnostics* diagnostics_;
  std::map<std::string_view, const ast::State*> states_;
  // Of the result that is followed.
  std::vector<Visit> open_;
  std::set<Visit> seen_;
  const ast::State* dropped_by_ = nullptr;
  bool dropped_at_once_ = false;
  bool used_ = false;
};

}  // namespace

void FindInResults(const ast::Machine& machine, Diagnostics* diagnostics) {
  size_t steps = 0;
  ResultFinder(machine, &steps, diagnostics).Find();
}

}  // namespace aslx::compiler
