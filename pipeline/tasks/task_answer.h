// The answer of an integration on its way to the worker: a TaskOutcome that owns its texts.
//
// What it is not: the queue (runtime/worker) that carries it there.
// Thread: plain data; handed over whole. Memory: owns its texts.
#pragma once

#include <string>
#include <string_view>

#include "runtime/vm/interpreter.h"

namespace aslx {

struct TaskAnswer {
  bool succeeded = false;
  bool has_error = false;
  bool has_cause = false;
  bool timed_out = false;
  /// See TaskOutcome.
  bool submission = false;
  std::string output;  // JSON text when succeeded
  std::string error;
  std::string cause;

  static TaskAnswer Success(std::string output) {
    TaskAnswer answer;
    answer.succeeded = true;
    answer.output = std::move(output);
    return answer;
  }
  static TaskAnswer Failure(std::string_view error, std::string cause) {
    TaskAnswer answer;
    answer.has_error = answer.has_cause = true;
    answer.error = error;
    answer.cause = std::move(cause);
    return answer;
  }

  /// Views into this answer.
  TaskOutcome outcome() const {
    return {.succeeded = succeeded,
            .output = output,
            .error = error,
            .cause = cause,
            .has_error = has_error,
            .has_cause = has_cause,
            .timed_out = timed_out,
            .submission = submission};
  }
};

}  // namespace aslx
