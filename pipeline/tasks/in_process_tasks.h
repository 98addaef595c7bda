// Functions of the registry, called as if they stood behind the Lambda Invoke API.
//
// What it is not: the functions (function_registry.h, demo_functions.cc, order_functions.cc).
// Thread: the worker's; handlers run on it, so a slow one holds its core (it says DelayMs instead).
// Memory: registry and delayed answers outlive it.
#pragma once

#include <string>

#include "pipeline/tasks/delayed_answers.h"
#include "pipeline/tasks/function_integration.h"
#include "pipeline/tasks/function_registry.h"

namespace aslx {

class InProcessTasks final : public FunctionIntegration {
 public:
  /// `fixed_name`: the function that answers all calls; empty: the one the call names.
  InProcessTasks(const FunctionRegistry* registry, std::string fixed_name, DelayedAnswers* delayed,
                 AnswerSink* answers)
      : registry_(registry),
        fixed_name_(std::move(fixed_name)),
        delayed_(delayed),
        answers_(answers) {}
  InProcessTasks(const InProcessTasks&) = delete;
  InProcessTasks& operator=(const InProcessTasks&) = delete;
  ~InProcessTasks() override { delayed_->Forget(answers_); }

  void Start(const FunctionCall& call) override;
  /// A delayed answer comes all the same and is refused by its token.
  void Cancel(SuspensionToken) override {}
  std::string WhyNot(const FunctionName& function) const override;

 private:
  TaskAnswer Call(const FunctionHandler& handler, const FunctionCall& call, int64_t* delay_ms);

  const FunctionRegistry* registry_;
  std::string fixed_name_;
  DelayedAnswers* delayed_;
  AnswerSink* answers_;
  ReplyShaper shaper_;
  JsonReader reader_;
  BlockPool pool_;
  Arena arena_{&pool_};
};

}  // namespace aslx
