#include "pipeline/tasks/task_router.h"

#include <fmt/core.h>

#include "pipeline/tasks/literal_function_names.h"
#include "runtime/program/error_names.h"

namespace aslx {

const TaskRoute* TaskRouter::RouteOf(std::string_view text, std::string_view bare_name,
                                     bool is_function) const {
  for (const TaskRoute& route : routes_) {
    if (!is_function && route.gateway == nullptr) continue;
    if (MatchesNamePattern(route.pattern, text) || MatchesNamePattern(route.pattern, bare_name))
      return &route;
  }
  return nullptr;
}

void TaskRouter::Submit(const TaskRequest& request) {
  arena_.Reset();
  const Program& program = *request.program;
  std::string_view resource = program.TextOf(request.task->arn);
  if (!IsFunctionTask(*request.task, program)) {
    const TaskRoute* route = RouteOf(resource, resource, false);
    if (route != nullptr) {
      route->gateway->Submit(request);
      return;
    }
    answers_->Answer(request.token,
                     TaskAnswer::Failure(error_names::kRuntime,
                                         fmt::format("No integration is configured for the "
                                                     "resource '{}'",
                                                     resource)));
    return;
  }
  FunctionCall call;
  if (std::optional<TaskAnswer> refused = MakeFunctionCall(request, arena_, &call)) {
    answers_->Answer(request.token, std::move(*refused));
    return;
  }
  const TaskRoute* route = RouteOf(call.function.text, call.function.name, true);
  if (route == nullptr) {
    answers_->Answer(
        request.token,
        ShapeServiceError(404, "ResourceNotFoundException",
                          fmt::format("Function not found: {}: nothing in `functions` matches it",
                                      call.function.text),
                          ""));
  } else if (route->gateway != nullptr) {
    route->gateway->Submit(request);
  } else {
    route->functions->Start(call);
  }
}

void TaskRouter::Cancel(SuspensionToken token) {
  // Which integration has the token is not kept: cancelling is rare, integrations are few.
  for (const TaskRoute& route : routes_) {
    if (route.gateway != nullptr)
      route.gateway->Cancel(token);
    else
      route.functions->Cancel(token);
  }
}

std::string TaskRouter::Patterns() const {
  std::string patterns;
  for (const TaskRoute& route : routes_) {
    if (!patterns.empty()) patterns += ", ";
    patterns += route.pattern;
  }
  return patterns.empty() ? "nothing" : patterns;
}

std::string TaskRouter::WhyNot(const Program& program, const TaskRecord& task,
                               std::string_view literal_name) const {
  std::string_view resource = program.TextOf(task.arn);
  if (!IsFunctionTask(task, program)) {
    if (RouteOf(resource, resource, false) != nullptr) return {};
    return fmt::format(
        "resource '{}' has no integration: functions are called in process or over "
        "HTTP, other services only by a mock; `functions` matches {}",
        resource, Patterns());
  }
  if (task.kind == TaskKind::kLambdaArn) literal_name = resource;
  if (literal_name.empty()) {
    if (!routes_.empty()) return {};
    return fmt::format("resource '{}' has no integration: `functions` is empty", resource);
  }
  FunctionName function = ParseFunctionName(literal_name);
  const TaskRoute* route = RouteOf(function.text, function.name, true);
  if (route == nullptr) {
    return fmt::format("function '{}' has no integration: `functions` matches {}", literal_name,
                       Patterns());
  }
  return route->functions != nullptr ? route->functions->WhyNot(function) : std::string{};
}

Result<void> TaskRouter::Check(const Program& program) const {
  BlockPool pool;
  Arena arena(&pool);
  std::string message;
  for (const TaskTarget& target : TaskTargets(program, arena)) {
    std::string why = WhyNot(program, *target.task, target.function_name);
    if (why.empty()) continue;
    if (!message.empty()) message += "\n";
    message += fmt::format("state '{}': {}", target.state_name, why);
  }
  if (message.empty()) return {};
  return Fail(ErrorKind::kConfiguration, std::move(message));
}

}  // namespace aslx
