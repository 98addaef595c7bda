// Where Task states call out: the one interface that integrations implement.
//
// What it is not: the integrations (pipeline/tasks).
// Thread: Submit and Cancel on the worker's thread; answers from any thread through
// CompletionQueue. Memory: a TaskRequest lives during Submit only: an integration that answers
// later copies what it needs.
#pragma once

#include "runtime/vm/interpreter.h"

namespace aslx {

class TaskGateway {
 public:
  virtual ~TaskGateway() = default;
  /// Starts the call. Its answer comes by the worker's CompletionQueue, also when it is known at
  /// once.
  virtual void Submit(const TaskRequest& request) = 0;
  /// Nobody waits for the answer any more; it may come all the same and is refused by its token.
  virtual void Cancel(SuspensionToken token) = 0;
};

}  // namespace aslx
