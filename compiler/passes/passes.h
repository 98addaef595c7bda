// What is improved between lowering and emit, in order. Each pass is a small file of its own that
// leaves a valid Module.
//
// What it is not: needed for correctness; a Module runs without any of them. Constants are folded
// earlier, while code is selected (fold_constants.h).
// Thread: one. Memory: changes the Module in place.
#pragma once

#include "compiler/ir/module.h"

namespace aslx::compiler {

/// All of the below, as often and in the order that serves.
void RunPasses(ir::Module* module);

/// States that no transition reaches from their region's start go, and with them their regions.
void RemoveUnreachableStates(ir::Module* module);
/// Equal paths, uses, constants, templates share one record.
void ShareRecords(ir::Module* module);
/// Within a Choice a path is read once where every way to a second read passes the first.
void ShareChoiceLoads(ir::Module* module);
/// Four or more StringEquals in a row on one value become a switch_string.
void BuildSwitches(ir::Module* module);
/// Jumps to jumps go to the end of the chain; instructions that nothing reaches go.
void ThreadJumps(ir::Module* module);
/// States are laid out so that the usual successor follows, and jumps to what follows go.
void OrderStates(ir::Module* module);

}  // namespace aslx::compiler
