// Pass, Wait, Succeed and Fail.
#include "compiler/lower/state_lowering.h"
#include "compiler/lower/template_expression.h"

namespace aslx::compiler {

void StateLowering::LowerState(const ast::PassState& pass) {
  Subject result;
  if (pass.result != nullptr) {
    // With a Result neither InputPath nor Parameters are evaluated, and its text is never looked
    // at.
    code_.SetSource(pass.result);
    result.reg = code_.NewRegister();
    code_.LoadConstant(result.reg, ToJsonText(*pass.result));
  } else {
    result = Selected(pass.parameters, "Parameters", EffectiveInput());
  }
  Finish(result, std::nullopt, pass.result_path);
}

void StateLowering::LowerState(const ast::WaitState& wait) {
  const Subject input = EffectiveInput();
  const ir::Register until = code_.NewRegister();
  ir::Wait record;
  const ast::Path* path = nullptr;
  if (wait.seconds) {
    code_.SetSource(wait.seconds->source);
    if (const auto* seconds = std::get_if<int64_t>(&wait.seconds->value)) {
      record.kind = WaitKind::kSeconds;
      code_.LoadConstant(until, std::to_string(*seconds));
    } else {
      record.kind = WaitKind::kSecondsPath;
      path = &std::get<ast::Path>(wait.seconds->value);
    }
  } else {
    code_.SetSource(wait.timestamp->source);
    if (const auto* timestamp = std::get_if<std::string>(&wait.timestamp->value)) {
      record.kind = WaitKind::kTimestamp;
      code_.LoadText(until, *timestamp);
    } else if (const auto* call = std::get_if<ast::IntrinsicCall>(&wait.timestamp->value)) {
      record.kind = WaitKind::kTimestampPath;
      record.path = call->text;
      code_.Evaluate(ExpressionOf(*call), input, until);
    } else {
      record.kind = WaitKind::kTimestampPath;
      path = &std::get<ast::Path>(wait.timestamp->value);
    }
  }
  if (path != nullptr) {
    record.path = path->text;
    code_.Read({path, MissMode::kUndefined, {}, {}}, input, until);
  }
  module_->waits.push_back(record);
  code_.Emit(Opcode::kWait, until, 0, static_cast<uint32_t>(module_->waits.size() - 1));
  // Nothing to graft: the effective input goes on.
  Finish(input, std::nullopt, {});
}

void StateLowering::LowerState(const ast::SucceedState& /*succeed*/) {
  const Subject output = Output(EffectiveInput());
  code_.SetSource(state_.source);
  code_.Emit(Opcode::kExitState, output.reg);
  code_.Emit(Opcode::kEnd, output.reg);
}

void StateLowering::LowerState(const ast::FailState& fail) {
  const ir::Register error = FailText(fail.error, "ErrorPath");
  const ir::Register cause = FailText(fail.cause, "CausePath");
  code_.SetSource(state_.source);
  code_.Emit(Opcode::kFailState, error, cause);
}

ir::Register StateLowering::FailText(const std::optional<ast::TextSetting>& setting,
                                     std::string_view path_field) {
  const ir::Register text = code_.NewRegister();
  if (!setting) {
    code_.Emit(Opcode::kLoadUndefined, text);
    return text;
  }
  code_.SetSource(setting->source);
  code_.Evaluate(ExpressionOf(*setting, path_field), {kRegisterInput, input_is_event_}, text);
  return text;
}

}  // namespace aslx::compiler
