#include "compiler/passes/control_flow.h"
#include "compiler/passes/passes.h"

namespace aslx::compiler {
namespace {

/// From the start along each state's last jump as long as it leads to a state that is not placed
/// yet, then the same from the next state in the author's order.
void OrderRegion(ir::Module* module, ir::Region* region,
                 const std::vector<uint32_t>& state_of_label, std::vector<bool>& placed) {
  std::vector<uint32_t> order;
  const auto follow = [&](uint32_t state) {
    while (state != kNoIndex && !placed[state]) {
      placed[state] = true;
      order.push_back(state);
      const ir::Code& code = module->states[state].code;
      const bool jumps = !code.empty() && !code.back().is_label && code.back().op == Opcode::kJump;
      state = jumps ? state_of_label[code.back().c] : kNoIndex;
    }
  };
  follow(state_of_label[region->start]);
  for (uint32_t state : region->states)
    follow(state);
  region->states = std::move(order);
}

/// Removes jumps over nothing but labels; `next` is what is laid out behind `code`.
void RemoveJumpsToNext(const ir::Code* next, ir::Code* code) {
  ir::Code kept;
  for (size_t i = 0; i < code->size(); ++i) {
    const ir::Instruction& instruction = (*code)[i];
    const bool guarded = !kept.empty() && ir::Skips(kept.back());
    if (instruction.is_label || instruction.op != Opcode::kJump || guarded) {
      kept.push_back(instruction);
      continue;
    }
    bool follows = false;
    size_t at = i + 1;
    for (; at < code->size() && (*code)[at].is_label; ++at)
      follows = follows || (*code)[at].c == instruction.c;
    if (at == code->size() && next != nullptr)
      follows = follows || (next->front().is_label && next->front().c == instruction.c);
    if (!follows) kept.push_back(instruction);
  }
  *code = std::move(kept);
}

}  // namespace

void OrderStates(ir::Module* module) {
  std::vector<uint32_t> state_of_label(module->label_count, kNoIndex);
  for (uint32_t i = 0; i < module->states.size(); ++i)
    state_of_label[module->states[i].enter] = i;
  std::vector<bool> placed(module->states.size());
  for (ir::Region& region : module->regions) {
    if (!region.live) continue;
    OrderRegion(module, &region, state_of_label, placed);
    ir::Code* before = &region.prologue;
    for (uint32_t state : region.states) {
      RemoveJumpsToNext(&module->states[state].code, before);
      before = &module->states[state].code;
    }
    RemoveJumpsToNext(nullptr, before);
  }
}

}  // namespace aslx::compiler
