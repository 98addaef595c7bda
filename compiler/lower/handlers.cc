// Retriers and Catchers: an exception table beside the code, and a handler for each Catcher.
#include "compiler/lower/state_lowering.h"

namespace aslx::compiler {

void StateLowering::DeclareHandlers(const ast::ResultHandling& handling) {
  retries_ = !handling.retry.empty();
  catches_ = !handling.catchers.empty();
  out().retriers = &handling.retry;
  for (const ast::Catcher& catcher : handling.catchers)
    out().catchers.push_back({&catcher, code_.NewLabel(), 1});
}

void StateLowering::LowerHandlers() {
  // Nothing but the raw input outlives a fault, so every handler starts with the error in R1.
  for (const ir::Catcher& handler : std::vector<ir::Catcher>(out().catchers)) {
    const ast::Catcher& catcher = *handler.catcher;
    code_.SetSource(catcher.source);
    code_.Place(handler.handler);
    code_.Release(1);
    const Subject error{code_.NewRegister(), false};
    const ir::Register assigned = AssignedOf(catcher.assign, error);
    const Subject output = Grafted(catcher.result_path, error);
    Exit(assigned, catcher.assign, output.reg);
    Leave(output.reg, catcher.next);
  }
}

}  // namespace aslx::compiler
