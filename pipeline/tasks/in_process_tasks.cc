#include "pipeline/tasks/in_process_tasks.h"

#include <fmt/core.h>

namespace aslx {
namespace {

/// In the form of the service's request ids; the same for the same suspension.
std::string RequestId(const SuspensionToken& token) {
  return fmt::format("{:08x}-{:04x}-4000-8000-{:04x}{:08x}", token.execution,
                     token.generation & 0xFFFFu, token.branch & 0xFFFFu, token.serial);
}

}  // namespace

void InProcessTasks::Start(const FunctionCall& call) {
  std::string_view name = fixed_name_.empty() ? call.function.name : std::string_view(fixed_name_);
  const FunctionHandler* handler = registry_->Find(name);
  int64_t delay_ms = 0;
  TaskAnswer answer;
  if (handler == nullptr) {
    answer = ShapeServiceError(404, "ResourceNotFoundException",
                               fmt::format("Function not found: {}", call.function.text),
                               RequestId(call.token));
  } else {
    answer = Call(*handler, call, &delay_ms);
  }
  if (delay_ms > 0)
    delayed_->Add(answers_, call.token, std::move(answer), delay_ms);
  else
    answers_->Answer(call.token, std::move(answer));
}

TaskAnswer InProcessTasks::Call(const FunctionHandler& handler, const FunctionCall& call,
                                int64_t* delay_ms) {
  arena_.Reset();
  std::string request_id = RequestId(call.token);
  Value payload;
  JsonError error = reader_.Read(call.payload, nullptr, nullptr, &payload);
  if (error.kind != JsonError::Kind::kNone) {
    return ShapeServiceError(400, "InvalidRequestContentException",
                             fmt::format("Could not parse request body into json: {} at byte {}",
                                         error.message, error.offset),
                             request_id);
  }
  FunctionInvocation invocation(call.function.name, call.payload, payload, call.execution_id,
                                arena_);
  handler(invocation);
  *delay_ms = invocation.delay_ms();
  FunctionReply reply;
  bool asynchronous = call.invocation_type == "Event";
  reply.status = asynchronous ? 202 : call.invocation_type == "DryRun" ? 204 : 200;
  reply.function_error = invocation.failed() && reply.status == 200;
  reply.payload = reply.status == 200 ? std::string_view(invocation.reply()) : std::string_view{};
  if (reply.status == 200) reply.executed_version = "$LATEST";
  reply.request_id = request_id;
  const std::pair<std::string, std::string> headers[] = {
      {"Content-Type", "application/json"},
      {"Content-Length", std::to_string(reply.payload.size())},
      {"x-amzn-RequestId", request_id}};
  reply.headers = headers;
  return shaper_.Shape(call.form, call.function.text, reply);
}

std::string InProcessTasks::WhyNot(const FunctionName& function) const {
  std::string_view name = fixed_name_.empty() ? function.name : std::string_view(fixed_name_);
  if (registry_->Find(name) != nullptr) return {};
  return fmt::format("no function '{}' in process; there are: {}", name, registry_->Names());
}

}  // namespace aslx
