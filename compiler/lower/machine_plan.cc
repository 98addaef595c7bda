#include "compiler/lower/machine_plan.h"

#include "runtime/base/check.h"

namespace aslx::compiler {
namespace {

void AddVariables(const std::vector<ast::Assignment>& assignments, PlannedRegion* region) {
  for (const ast::Assignment& assignment : assignments) {
    const auto slot = static_cast<uint32_t>(region->variables.size());
    if (region->slots.try_emplace(assignment.variable, slot).second)
      region->variables.push_back(assignment.variable);
  }
}

const ast::ResultHandling* HandlingOf(const ast::State& state) {
  if (const auto* task = std::get_if<ast::TaskState>(&state.details)) return &task->handling;
  if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details))
    return &parallel->handling;
  if (const auto* map = std::get_if<ast::MapState>(&state.details)) return &map->handling;
  return nullptr;
}

void AddVariablesOf(const ast::State& state, PlannedRegion* region) {
  AddVariables(state.assign, region);
  if (const auto* choice = std::get_if<ast::ChoiceState>(&state.details)) {
    for (const ast::ChoiceRule& rule : choice->rules)
      AddVariables(rule.assign, region);
  }
  if (const ast::ResultHandling* handling = HandlingOf(state)) {
    for (const ast::Catcher& catcher : handling->catchers)
      AddVariables(catcher.assign, region);
  }
}

bool IsNull(const ast::PathSetting& setting) {
  return setting.kind == ast::PathSetting::Kind::kNull;
}

/// Whether a state that got the event may hand it on, as it is, to its Next or Default.
bool HandsOnInput(const ast::State& state) {
  if (!PassesThrough(state.output_path)) return false;
  if (const ast::ResultHandling* handling = HandlingOf(state)) return IsNull(handling->result_path);
  if (const auto* pass = std::get_if<ast::PassState>(&state.details)) {
    if (IsNull(pass->result_path)) return true;
    return pass->result == nullptr && !pass->parameters && PassesThrough(pass->result_path) &&
           PassesThrough(state.input_path);
  }
  return PassesThrough(state.input_path);
}

/// The states of one region, from its start on, that the event may reach.
class EventWalk {
 public:
  EventWalk(MachinePlan* plan, uint32_t region) : plan_(plan), region_(region) {}

  void Run() {
    Reach(plan_->regions[region_].machine->start_at);
    while (!pending_.empty()) {
      const ast::State& state = *plan_->states[pending_.back()].state;
      pending_.pop_back();
      if (HandsOnInput(state)) ReachSuccessors(state);
      const ast::ResultHandling* handling = HandlingOf(state);
      if (handling == nullptr) continue;
      for (const ast::Catcher& catcher : handling->catchers)
        if (IsNull(catcher.result_path)) Reach(catcher.next);
    }
  }

 private:
  void ReachSuccessors(const ast::State& state) {
    if (!state.next.empty()) Reach(state.next);
    const auto* choice = std::get_if<ast::ChoiceState>(&state.details);
    if (choice == nullptr) return;
    for (const ast::ChoiceRule& rule : choice->rules)
      Reach(rule.next);
    if (choice->default_next) Reach(*choice->default_next);
  }

  void Reach(std::string_view name) {
    const uint32_t index = plan_->StateNamed(region_, name);
    if (plan_->states[index].input_is_event) return;
    plan_->states[index].input_is_event = true;
    pending_.push_back(index);
  }

  MachinePlan* plan_;
  uint32_t region_;
  std::vector<uint32_t> pending_;
};

}  // namespace

bool PassesThrough(const ast::PathSetting& setting) {
  if (setting.kind == ast::PathSetting::Kind::kAbsent) return true;
  return setting.kind == ast::PathSetting::Kind::kPath &&
         setting.path.root == ast::PathRoot::kInput && setting.path.is_root();
}

MachinePlan::MachinePlan(const ast::Machine& machine) {
  AddRegion(machine, RegionKind::kRoot, kNoIndex, kNoIndex);
  // Children are appended while the walk goes on: breadth first, branches of a Parallel together.
  for (uint32_t i = 0; i < states.size(); ++i)
    AddChildren(i);
}

void MachinePlan::AddRegion(const ast::Machine& machine, RegionKind kind, uint32_t parent,
                            uint32_t state) {
  const auto index = static_cast<uint32_t>(regions.size());
  PlannedRegion& region = regions.emplace_back();
  region.machine = &machine;
  region.kind = kind;
  region.parent = parent;
  region.state = state;
  region.first_state = static_cast<uint32_t>(states.size());
  for (const ast::State& one : machine.states) {
    region.states.emplace(one.name, static_cast<uint32_t>(states.size()));
    states.push_back({&one, index, false, kNoIndex});
    AddVariablesOf(one, &region);
  }
}

void MachinePlan::AddChildren(uint32_t state_index) {
  const ast::State& state = *states[state_index].state;
  const uint32_t parent = states[state_index].region;
  const auto first_child = static_cast<uint32_t>(regions.size());
  if (const auto* parallel = std::get_if<ast::ParallelState>(&state.details)) {
    states[state_index].first_child_region = first_child;
    for (const auto& branch : parallel->branches)
      AddRegion(*branch, RegionKind::kParallelBranch, parent, state_index);
  }
  if (const auto* map = std::get_if<ast::MapState>(&state.details)) {
    states[state_index].first_child_region = first_child;
    AddRegion(*map->processor, RegionKind::kMapIteration, parent, state_index);
  }
}

uint32_t MachinePlan::StateNamed(uint32_t region, std::string_view name) const {
  const auto found = regions[region].states.find(name);
  ASLX_CHECK(found != regions[region].states.end());
  return found->second;
}

VariableSlot MachinePlan::FindVariable(uint32_t region, std::string_view name) {
  uint8_t depth = 0;
  for (uint32_t at = region; at != kNoIndex && depth < UINT8_MAX;
       at = regions[at].parent, ++depth) {
    const auto found = regions[at].slots.find(name);
    if (found != regions[at].slots.end()) return {depth, found->second};
  }
  PlannedRegion& own = regions[region];
  const auto slot = static_cast<uint32_t>(own.variables.size());
  own.slots.emplace(name, slot);
  own.variables.push_back(name);
  return {0, slot};
}

void FindEventInputs(MachinePlan* plan) {
  plan->regions[0].input_is_event = true;
  // Parents stand before their children.
  for (uint32_t i = 0; i < plan->regions.size(); ++i) {
    PlannedRegion& region = plan->regions[i];
    if (region.state != kNoIndex) {
      const PlannedState& holder = plan->states[region.state];
      const bool same = holder.input_is_event && PassesThrough(holder.state->input_path);
      const auto* parallel = std::get_if<ast::ParallelState>(&holder.state->details);
      region.input_is_event = same && parallel != nullptr && !parallel->parameters;
      region.outer_is_event = same && parallel == nullptr;
    }
    if (region.input_is_event) EventWalk(plan, i).Run();
  }
}

}  // namespace aslx::compiler
