// The integrations of one worker, made from the configuration's functions, behind one gateway.
//
// What it is not: the integrations (pipeline/tasks).
// Who uses it: `aslx run`, one a pipeline and worker.
// Thread: the worker's. Memory: what all workers share (registry, HTTP client, delayed answers)
// outlives it.
#pragma once

#include <memory>
#include <vector>

#include "pipeline/config/run_config.h"
#include "pipeline/tasks/completion_answers.h"
#include "pipeline/tasks/delayed_answers.h"
#include "pipeline/tasks/function_registry.h"
#include "pipeline/tasks/http_tasks.h"
#include "pipeline/tasks/mocked_tasks.h"
#include "pipeline/tasks/task_router.h"
#include "runtime/base/result.h"

namespace aslx {

struct SharedIntegrations {
  FunctionRegistry registry;
  DelayedAnswers delayed;
  std::unique_ptr<HttpClient> http;  // null: no function is behind HTTP
};

class TaskGateways {
 public:
  static Result<std::unique_ptr<TaskGateways>> Make(const std::vector<FunctionConfig>& functions,
                                                    SharedIntegrations* shared,
                                                    CompletionQueue* queue);
  TaskGateways(const TaskGateways&) = delete;
  TaskGateways& operator=(const TaskGateways&) = delete;

  TaskRouter& router() { return *router_; }

 private:
  explicit TaskGateways(CompletionQueue* queue) { answers_.Attach(queue); }
  Result<TaskRoute> MakeRoute(const FunctionConfig& function, SharedIntegrations* shared);

  CompletionAnswers answers_;
  std::vector<std::unique_ptr<FunctionIntegration>> functions_;
  std::vector<std::unique_ptr<MockedTasks>> mocks_;
  std::unique_ptr<TaskRouter> router_;
};

}  // namespace aslx
