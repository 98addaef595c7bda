// Task: what is called, with what, for how long.
#include "compiler/lower/state_lowering.h"
#include "compiler/lower/template_expression.h"
#include "compiler/rules/resource_name.h"

namespace aslx::compiler {
namespace {

void SetResource(std::string_view arn, ir::Task* task) {
  task->arn = arn;
  task->kind = TaskKind::kLambdaArn;
  const std::optional<ResourceName> name = ParseResource(arn);
  if (!name || name->kind == ResourceKind::kOther) return;
  if (name->kind == ResourceKind::kActivity) {
    task->kind = TaskKind::kActivity;
    return;
  }
  task->kind = TaskKind::kService;
  task->resource_type = name->service;
  if (name->action.empty()) return;
  // Events name the calling pattern as part of the resource, and the service of an SDK call as part
  // of the type: `aws-sdk:s3` and `getObject.waitForTaskToken`.
  auto begin = static_cast<size_t>(name->action.data() - arn.data());
  const auto type_begin = static_cast<size_t>(name->service.data() - arn.data());
  if (name->service == "aws-sdk") {
    const size_t colon = arn.find(':', begin);
    if (colon != std::string_view::npos) begin = colon + 1;
  }
  task->resource_type = arn.substr(type_begin, begin - 1 - type_begin);
  task->resource = arn.substr(begin);
}

}  // namespace

StateLowering::TimeSetting StateLowering::Time(const std::optional<ast::IntegerSetting>& setting,
                                               Subject input) {
  TimeSetting time;
  if (!setting) return time;
  code_.SetSource(setting->source);
  if (const auto* seconds = std::get_if<int64_t>(&setting->value)) {
    time.seconds = ir::Clamped(*seconds);
    return time;
  }
  const auto& path = std::get<ast::Path>(setting->value);
  time.path = path.text;
  time.reg = ReadStatePath(path, input);
  return time;
}

void StateLowering::LowerState(const ast::TaskState& task) {
  DeclareHandlers(task.handling);
  const Subject input = EffectiveInput();
  const Subject parameters = Selected(task.parameters, "Parameters", input);
  const TimeSetting timeout = Time(task.timeout_seconds, input);
  const TimeSetting heartbeat = Time(task.heartbeat_seconds, input);
  ir::Task record;
  SetResource(task.resource, &record);
  record.timeout_seconds = timeout.seconds;
  record.timeout_register = timeout.reg;
  record.timeout_path = timeout.path;
  record.heartbeat_seconds = heartbeat.seconds;
  record.heartbeat_register = heartbeat.reg;
  record.heartbeat_path = heartbeat.path;
  if (task.credentials)
    record.credentials_register = Selected(task.credentials, "Credentials", input).reg;

  const Subject result{ResultRegister(task.handling), false};
  module_->tasks.push_back(record);
  code_.SetSource(state_.source);
  code_.Emit(Opcode::kTask, result.reg, parameters.reg,
             static_cast<uint32_t>(module_->tasks.size() - 1));
  Finish(result, task.handling.result_selector, task.handling.result_path);
  LowerHandlers();
}

}  // namespace aslx::compiler
