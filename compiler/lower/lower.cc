#include "compiler/lower/lower.h"

#include "compiler/lower/machine_plan.h"
#include "compiler/lower/state_lowering.h"
#include "compiler/lower/template_expression.h"

namespace aslx::compiler {
namespace {

/// Regions and states with their labels; code comes later.
void Declare(const MachinePlan& plan, ir::Module* module) {
  for (const PlannedState& planned : plan.states) {
    ir::State& state = module->states.emplace_back();
    state.state = planned.state;
    state.region = planned.region;
    state.enter = module->label_count++;
  }
  for (size_t i = 0; i < plan.regions.size(); ++i) {
    const PlannedRegion& planned = plan.regions[i];
    ir::Region& region = module->regions.emplace_back();
    region.kind = planned.kind;
    region.parent = planned.parent;
    region.state = planned.state;
    region.start =
        module->states[plan.StateNamed(static_cast<uint32_t>(i), planned.machine->start_at)].enter;
    for (uint32_t s = 0; s < planned.machine->states.size(); ++s)
      region.states.push_back(planned.first_state + s);
  }
}

/// An iteration computes its input from the Map's ItemSelector, then enters its first state.
void LowerPrologue(uint32_t region_index, MachinePlan* plan, ir::Module* module,
                   Diagnostics* diagnostics) {
  const PlannedRegion& planned = plan->regions[region_index];
  const bool iteration = planned.kind == RegionKind::kMapIteration;
  CodeBuilder code(module, plan, region_index, diagnostics);
  code.Begin(&module->regions[region_index].prologue, planned.machine->source,
             iteration ? kRegisterOuter + 1 : 1);
  if (iteration) {
    const auto& map = std::get<ast::MapState>(plan->states[planned.state].state->details);
    if (map.item_selector) {
      code.SetSource(map.item_selector->source);
      code.Evaluate(ExpressionOf(*map.item_selector, map.item_selector_field),
                    {kRegisterOuter, planned.outer_is_event}, kRegisterInput);
    }
    code.Emit(Opcode::kBeginIteration);
  }
  code.Jump(module->regions[region_index].start);
}

}  // namespace

StateLowering::StateLowering(ir::Module* module, MachinePlan* plan, uint32_t state_index,
                             Diagnostics* diagnostics)
    : module_(module),
      plan_(plan),
      state_index_(state_index),
      state_(*plan->states[state_index].state),
      region_(plan->states[state_index].region),
      input_is_event_(plan->states[state_index].input_is_event),
      code_(module, plan, region_, diagnostics) {}

void StateLowering::Lower() {
  code_.Begin(&out().code, state_.source, 1);
  code_.Place(out().enter);
  code_.Emit(Opcode::kEnterState, kRegisterInput, 0, state_index_);
  std::visit([this](const auto& details) { LowerState(details); }, state_.details);
}

ir::Module Lower(const ast::Definition& definition, ::aslx::MachineType type,
                 Diagnostics* diagnostics) {
  ir::Module module;
  MachinePlan plan(definition.machine);
  FindEventInputs(&plan);
  module.comment = definition.machine.comment;
  module.type = type;
  if (definition.machine.timeout_seconds)
    module.timeout_seconds = ir::Clamped(*definition.machine.timeout_seconds);
  Declare(plan, &module);
  for (uint32_t i = 0; i < plan.regions.size(); ++i)
    LowerPrologue(i, &plan, &module, diagnostics);
  for (uint32_t i = 0; i < plan.states.size(); ++i)
    StateLowering(&module, &plan, i, diagnostics).Lower();
  for (uint32_t i = 0; i < plan.regions.size(); ++i)
    module.regions[i].variables = plan.regions[i].variables;
  return module;
}

}  // namespace aslx::compiler
