// Where control goes from an instruction: shared by the passes that follow jumps.
//
// Thread: any. Memory: none of its own.
#pragma once

#include "compiler/ir/module.h"

namespace aslx::compiler {

/// Calls `visit(Label&)` for every label that `instruction` may continue at.
template <typename Visit>
void ForEachTarget(ir::Module* module, ir::Instruction* instruction, Visit visit) {
  if (instruction->is_label) return;
  if (instruction->op == Opcode::kJump) visit(instruction->c);
  if (instruction->op == Opcode::kSwitchString) {
    for (ir::SwitchCase& one : module->switches[instruction->c])
      visit(one.target);
  }
}

/// Calls `visit(Code&)` for the code of every live region and state.
template <typename Visit>
void ForEachCode(ir::Module* module, Visit visit) {
  for (ir::Region& region : module->regions) {
    if (!region.live) continue;
    visit(region.prologue);
    for (uint32_t state : region.states)
      visit(module->states[state].code);
  }
}

}  // namespace aslx::compiler
