#include <array>
#include <string>

#include "compiler/findings/finding.h"

namespace aslx::compiler {
namespace {

/// What the service's own check asked of these calls.
struct RequiredParameter {
  std::string_view call;
  std::string_view field;
};
constexpr std::array<RequiredParameter, 9> kRequired = {{
    {"lambda:invoke", "FunctionName"},
    {"sqs:sendMessage", "QueueUrl"},
    {"sqs:sendMessage", "MessageBody"},
    {"sns:publish", "Message"},
    {"dynamodb:putItem", "TableName"},
    {"dynamodb:getItem", "TableName"},
    {"states:startExecution", "StateMachineArn"},
    {"events:putEvents", "Entries"},
    {"glue:startJobRun", "JobName"},
}};

bool HasField(const JsonNode& parameters, std::string_view field) {
  return parameters.Find(field) != nullptr || parameters.Find(std::string(field) + ".$") != nullptr;
}

}  // namespace

void FindInTasks(const ast::State& state, Diagnostics* diagnostics) {
  const auto* task = std::get_if<ast::TaskState>(&state.details);
  if (task == nullptr) return;
  constexpr std::string_view kPrefix = "arn:aws:states:::";
  const std::string_view resource = task->resource;
  if (resource.substr(0, kPrefix.size()) != kPrefix) return;
  std::string_view call = resource.substr(kPrefix.size());
  call = call.substr(0, call.find('.'));
  const JsonNode* parameters = task->parameters ? task->parameters->source : nullptr;
  if (parameters != nullptr && !parameters->is_object()) return;
  for (const RequiredParameter& required : kRequired) {
    if (required.call != call) continue;
    if (parameters != nullptr && HasField(*parameters, required.field)) continue;
    AddFinding("ASLX_PARAMETER_MISSING", parameters == nullptr ? *state.source : *parameters,
               std::string(call) + " needs the parameter '" + std::string(required.field) + "'",
               "without it the service refuses the definition or the call fails", diagnostics);
  }
}

}  // namespace aslx::compiler
