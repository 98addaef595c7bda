// The gateway of a worker: finds the integration of a call by the configured patterns.
//
//   functions:              | what a pattern is matched against
//   - match: checkInventory | a function call: the name as the state gives it (an ARN whole), and
//                           |   its bare name
//   - match: "*:sqs:*"      | any other service: the Resource as written
//
// What it is not: an integration. `*` in a pattern is any run of characters; the `**********` of an
// anonymised ARN is text.
// Thread: the worker's. Memory: integrations outlive it.
#pragma once

#include <string>
#include <vector>

#include "pipeline/tasks/function_integration.h"
#include "runtime/base/result.h"
#include "runtime/worker/task_gateway.h"

namespace aslx {

/// One of the two is set.
struct TaskRoute {
  std::string pattern;
  FunctionIntegration* functions = nullptr;  // takes function calls only
  TaskGateway* gateway = nullptr;            // takes anything (mocks)
};

class TaskRouter final : public TaskGateway {
 public:
  /// The first route that fits decides.
  TaskRouter(std::vector<TaskRoute> routes, AnswerSink* answers)
      : routes_(std::move(routes)), answers_(answers) {}
  TaskRouter(const TaskRouter&) = delete;
  TaskRouter& operator=(const TaskRouter&) = delete;

  void Submit(const TaskRequest& request) override;
  void Cancel(SuspensionToken token) override;

  /// Every resource and every function name that `program` spells out has an integration that can
  /// call it; the error names all that have none. Names that are computed are left to the call.
  Result<void> Check(const Program& program) const;

 private:
  const TaskRoute* RouteOf(std::string_view text, std::string_view bare_name,
                           bool is_function) const;
  std::string WhyNot(const Program& program, const TaskRecord& task,
                     std::string_view literal_name) const;
  std::string Patterns() const;

  std::vector<TaskRoute> routes_;
  AnswerSink* answers_;
  BlockPool pool_;
  Arena arena_{&pool_};
};

}  // namespace aslx
