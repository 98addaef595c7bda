#include "pipeline/flow/record_context.h"

namespace aslx {

ContextUse FindContextUse(const Program& program) {
  ContextUse use;
  use.execution = !program.tasks().empty();
  for (const PathRecord& path : program.paths()) {
    if (path.root != PathRoot::kContext) continue;
    const auto steps = program.path_steps().subspan(path.first_step, path.step_count);
    const auto key_of = [&](size_t i) {
      return program.TextOf(TextRef{steps[i].operand, steps[i].extra});
    };
    const auto is_key = [&](size_t i) {
      return i < steps.size() && steps[i].kind == PathStepKind::kKey;
    };
    const bool any = !is_key(0);
    if (any || key_of(0) == "Execution" || key_of(0) == "StateMachine") use.execution = true;
    if (!any && key_of(0) != "Kafka") continue;
    use.record = true;
    if (any || !is_key(1) || key_of(1) == "Headers") use.headers = true;
  }
  return use;
}

}  // namespace aslx
