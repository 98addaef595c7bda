#include "compiler/passes/passes.h"

namespace aslx::compiler {

void RunPasses(ir::Module* module) {
  ShareRecords(module);
  ThreadJumps(module);
  ShareChoiceLoads(module);
  BuildSwitches(module);
  // Duplicate cases are gone, and perhaps the only way to some code with them.
  ThreadJumps(module);
  RemoveUnreachableStates(module);
  OrderStates(module);
}

}  // namespace aslx::compiler
