// Answers of integrations into a worker's queue of completions.
//
// What it is not: thread-safe before Attach; the gateway is built before the worker that owns the
// queue, and attached to it before anything runs.
// Who uses it: whoever builds a worker with integrations. Thread: Answer, any. Memory: the queue
// outlives all calls that are under way.
#pragma once

#include "pipeline/tasks/function_integration.h"
#include "runtime/base/check.h"
#include "runtime/worker/completion_queue.h"

namespace aslx {

class CompletionAnswers final : public AnswerSink {
 public:
  CompletionAnswers() = default;
  CompletionAnswers(const CompletionAnswers&) = delete;
  CompletionAnswers& operator=(const CompletionAnswers&) = delete;

  void Attach(CompletionQueue* queue) { queue_ = queue; }

  void Answer(SuspensionToken token, TaskAnswer answer) override {
    AnswerQuietly(token, std::move(answer));
    Wake();
  }
  void AnswerQuietly(SuspensionToken token, TaskAnswer answer) override {
    ASLX_CHECK(queue_ != nullptr);
    queue_->PushQuietly(Completion::Answer(token, answer.outcome()));
  }
  void Wake() override { queue_->Wake(); }

 private:
  CompletionQueue* queue_ = nullptr;
};

}  // namespace aslx
