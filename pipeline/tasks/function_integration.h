// What an integration that runs functions implements: in process, over HTTP.
//
// What it is not: the gateway that the worker calls (task_router.h), which finds the integration.
// Thread: Start and Cancel on the worker's thread; an integration answers from any thread.
// Memory: a FunctionCall lives during Start only; what answers later copies what it needs.
#pragma once

#include "pipeline/tasks/lambda_call.h"

namespace aslx {

/// Where answers go: the worker's queue of completions. May be called from any thread.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  virtual void Answer(SuspensionToken token, TaskAnswer answer) = 0;
  /// The same without waking whoever waits: for several answers at once, with Wake after the last.
  virtual void AnswerQuietly(SuspensionToken token, TaskAnswer answer) {
    Answer(token, std::move(answer));
  }
  virtual void Wake() {}
};

class FunctionIntegration {
 public:
  virtual ~FunctionIntegration() = default;
  virtual void Start(const FunctionCall& call) = 0;
  /// Nobody waits any more. A token that this integration does not know is not an error.
  virtual void Cancel(SuspensionToken token) = 0;
  /// Empty when the integration can call `function`, else why not. Asked at start for the names
  /// that a program spells out.
  virtual std::string WhyNot(const FunctionName& function) const = 0;
};

}  // namespace aslx
