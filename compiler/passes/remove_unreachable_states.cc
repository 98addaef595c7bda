#include <algorithm>

#include "compiler/passes/control_flow.h"
#include "compiler/passes/passes.h"

namespace aslx::compiler {

void RemoveUnreachableStates(ir::Module* module) {
  std::vector<uint32_t> state_of_label(module->label_count, kNoIndex);
  for (uint32_t i = 0; i < module->states.size(); ++i)
    state_of_label[module->states[i].enter] = i;

  std::vector<bool> reached(module->states.size());
  std::vector<uint32_t> pending;
  const auto reach = [&](ir::Label label) {
    const uint32_t state = state_of_label[label];
    if (state == kNoIndex || reached[state]) return;
    reached[state] = true;
    pending.push_back(state);
  };
  // Parents stand before their children, so that one walk suffices.
  for (ir::Region& region : module->regions) {
    region.live = region.state == kNoIndex || reached[region.state];
    if (!region.live) continue;
    reach(region.start);
    while (!pending.empty()) {
      ir::State& state = module->states[pending.back()];
      pending.pop_back();
      for (ir::Instruction& instruction : state.code)
        ForEachTarget(module, &instruction, reach);
    }
    std::erase_if(region.states, [&](uint32_t state) { return !reached[state]; });
  }
}

}  // namespace aslx::compiler
