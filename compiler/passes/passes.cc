#include "compiler/passes/passes.h"

namespace aslx::compiler {

void RunPasses(ir::Module* module) {
  RemoveUnreachableStates(module);
  ShareRecords(module);
  ShareChoiceLoads(module);
  ThreadJumps(module);
  BuildSwitches(module);
  OrderStates(module);
}

}  // namespace aslx::compiler
