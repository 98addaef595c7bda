// The fields that shape documents: InputPath, templates, Assign, ResultPath, OutputPath, and the
// way out of a state.
#include <unordered_set>

#include "compiler/lower/state_lowering.h"
#include "compiler/lower/template_expression.h"
#include "runtime/base/check.h"

namespace aslx::compiler {

Subject StateLowering::EffectiveInput() {
  const Subject raw{kRegisterInput, input_is_event_};
  if (PassesThrough(state_.input_path)) return raw;
  code_.SetSource(state_.input_path.source);
  const Subject input{code_.NewRegister(), false};
  if (state_.input_path.kind == ast::PathSetting::Kind::kNull) {
    code_.LoadConstant(input.reg, "{}");
  } else {
    code_.Read({&state_.input_path.path, MissMode::kStatePath, {}, {}}, raw, input.reg);
  }
  return input;
}

Subject StateLowering::Selected(const std::optional<ast::Template>& selector,
                                std::string_view field, Subject subject) {
  if (!selector) return subject;
  code_.SetSource(selector->source);
  const Subject selected{code_.NewRegister(), false};
  code_.Evaluate(ExpressionOf(*selector, field), subject, selected.reg);
  return selected;
}

ir::Register StateLowering::AssignedOf(const std::vector<ast::Assignment>& assignments,
                                       Subject subject) {
  if (assignments.empty()) return kNoRegister;
  code_.SetSource(assignments.front().value.source);
  const ir::Register assigned = code_.NewRegister();
  code_.Evaluate(ExpressionOf(assignments), subject, assigned);
  return assigned;
}

Subject StateLowering::Grafted(const ast::PathSetting& result_path, Subject result) {
  if (result_path.kind == ast::PathSetting::Kind::kNull) return {kRegisterInput, input_is_event_};
  if (PassesThrough(result_path)) return result;
  code_.SetSource(result_path.source);
  const ir::Register grafted =
      InputMayBeNeeded() ? code_.NewRegister() : static_cast<ir::Register>(kRegisterInput);
  module_->grafts.push_back(&result_path.path);
  code_.Emit(Opcode::kGraft, grafted, static_cast<uint32_t>(kRegisterInput | result.reg << 8),
             static_cast<uint32_t>(module_->grafts.size() - 1));
  return {grafted, false};
}

Subject StateLowering::Output(Subject document) {
  if (PassesThrough(state_.output_path)) return document;
  code_.SetSource(state_.output_path.source);
  const ir::Register output =
      InputMayBeNeeded() ? code_.NewRegister() : static_cast<ir::Register>(kRegisterInput);
  if (state_.output_path.kind == ast::PathSetting::Kind::kNull) {
    code_.LoadConstant(output, "{}");
  } else {
    code_.Read({&state_.output_path.path, MissMode::kStatePath, {}, {}}, document, output);
  }
  return {output, false};
}

void StateLowering::Finish(Subject result, const std::optional<ast::Template>& selector,
                           const ast::PathSetting& result_path) {
  const ir::Register assigned = AssignedOf(state_.assign, result);
  const Subject selected = Selected(selector, "ResultSelector", result);
  const Subject output = Output(Grafted(result_path, selected));
  Exit(assigned, state_.assign, output.reg);
  Leave(output.reg, state_.end ? std::string_view{} : state_.next);
}

void StateLowering::Exit(ir::Register assigned, const std::vector<ast::Assignment>& assignments,
                         ir::Register output) {
  if (assigned != kNoRegister) {
    code_.SetSource(assignments.front().value.source);
    ir::Assign targets;
    std::unordered_set<std::string_view> named;
    for (const ast::Assignment& assignment : assignments) {
      const std::string_view name = assignment.variable;
      if (named.insert(name).second)
        targets.push_back({name, plan_->FindVariable(region_, name).slot});
    }
    module_->assigns.push_back(std::move(targets));
    code_.Emit(Opcode::kAssign, assigned, 0, static_cast<uint32_t>(module_->assigns.size() - 1));
  }
  code_.SetSource(state_.source);
  code_.Emit(Opcode::kExitState, output);
}

void StateLowering::Leave(ir::Register output, std::string_view next) {
  if (next.empty()) {
    code_.Emit(Opcode::kEnd, output);
    return;
  }
  if (output != kRegisterInput) code_.Emit(Opcode::kMove, kRegisterInput, output);
  code_.Jump(module_->states[plan_->StateNamed(region_, next)].enter);
}

ir::Register StateLowering::ResultRegister(const ast::ResultHandling& handling) {
  const bool replaces_input =
      PassesThrough(handling.result_path) && !handling.result_selector && state_.assign.empty();
  if (replaces_input && !InputMayBeNeeded()) return kRegisterInput;
  return code_.NewRegister();
}

ir::Register StateLowering::ReadStatePath(const ast::Path& path, Subject input) {
  const ir::Register value = code_.NewRegister();
  code_.Read({&path, MissMode::kStatePath, {}, {}}, input, value);
  return value;
}

}  // namespace aslx::compiler
