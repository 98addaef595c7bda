#include "pipeline/cli/task_gateways.h"

#include "pipeline/cli/definition_file.h"
#include "pipeline/tasks/in_process_tasks.h"

namespace aslx {
namespace {

HttpEndpoint EndpointOf(const HttpFunctionConfig& config) {
  HttpEndpoint endpoint;
  endpoint.url = config.url;
  endpoint.function_name = config.function;
  for (const auto& [name, value] : config.headers)
    endpoint.headers.push_back(name + ": " + value);
  endpoint.timeout_ms = config.timeout_ms;
  endpoint.connect_timeout_ms = config.connect_timeout_ms;
  endpoint.ca_file = config.ca_file;
  endpoint.client_cert = config.certificate_file;
  endpoint.client_key = config.key_file;
  endpoint.proxy = config.proxy;
  return endpoint;
}

}  // namespace

Result<std::unique_ptr<TaskGateways>> TaskGateways::Make(
    const std::vector<FunctionConfig>& functions, SharedIntegrations* shared,
    CompletionQueue* queue) {
  std::unique_ptr<TaskGateways> gateways(new TaskGateways(queue));
  std::vector<TaskRoute> routes;
  for (const FunctionConfig& function : functions) {
    Result<TaskRoute> route = gateways->MakeRoute(function, shared);
    if (!route) return tl::unexpected<Error>(route.error());
    routes.push_back(std::move(*route));
  }
  gateways->router_ = std::make_unique<TaskRouter>(std::move(routes), &gateways->answers_);
  return gateways;
}

Result<TaskRoute> TaskGateways::MakeRoute(const FunctionConfig& function,
                                          SharedIntegrations* shared) {
  TaskRoute route;
  route.pattern = function.match;
  switch (function.kind) {
    case FunctionConfig::Kind::kInProcess:
      functions_.push_back(std::make_unique<InProcessTasks>(&shared->registry, function.in_process,
                                                            &shared->delayed, &answers_));
      route.functions = functions_.back().get();
      return route;
    case FunctionConfig::Kind::kHttp:
      functions_.push_back(
          std::make_unique<HttpTasks>(shared->http.get(), EndpointOf(function.http), &answers_));
      route.functions = functions_.back().get();
      return route;
    case FunctionConfig::Kind::kMock: break;
  }
  Result<std::string> text = ReadFileOrInput(function.mock.file);
  if (!text) return Fail(ErrorKind::kConfiguration, text.error().message);
  auto file = MockFile::Parse(function.mock.file, std::move(*text),
                              {function.mock.test_case, function.mock.machine});
  if (!file) return Fail(ErrorKind::kConfiguration, file.error().message);
  mocks_.push_back(std::make_unique<MockedTasks>(std::move(*file), &answers_));
  route.gateway = mocks_.back().get();
  return route;
}

}  // namespace aslx
