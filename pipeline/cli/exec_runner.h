// One execution of a program in this process, to its end, on a clock of its own: what `aslx exec`
// does, and what tests compare other evaluators with.
//
// It is a worker (runtime/worker) with one execution and, with virtual time, a simulated clock.
// What it is not: a pipeline.
// Thread: one. Memory: results own their texts.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "pipeline/tasks/mock_file.h"
#include "runtime/program/program.h"

namespace aslx {

/// What the context object shows (CONTRACT's --context).
struct ExecContext {
  std::string state_machine_name = "StateMachine";
  std::string state_machine_id = "arn:aws:states:us-east-1:000000000000:stateMachine:StateMachine";
  std::string execution_name = "execution";
  std::string execution_id =
      "arn:aws:states:us-east-1:000000000000:execution:StateMachine:execution";
  std::string role_arn = "arn:aws:iam::000000000000:role/StateMachine";
  std::string task_token;
  int64_t redrive_count = -1;  // -1: absent
  int64_t start_wall_ns = -1;  // -1: now
};

/// Reads the JSON of --context over the defaults.
Result<ExecContext> ParseExecContext(std::string_view name, std::string_view text);

struct ExecRequest {
  std::shared_ptr<const Program> program;
  std::string_view input;
  /// Null: a Task state fails, since nothing answers it.
  std::unique_ptr<MockFile> mocks;
  ExecContext context;
  bool virtual_time = true;
  bool with_history = false;
  uint64_t seed = 1;
};

struct ExecReport {
  enum class Status { kSucceeded, kFailed, kTimedOut };
  Status status = Status::kFailed;
  /// JSON text when succeeded.
  std::string output;
  std::string error;
  std::string cause;
  bool has_error = false;
  bool has_cause = false;
  uint64_t unused_responses = 0;
  /// The events as a JSON array, with_history.
  std::string events;
};

/// The error is the input's: it is not one acceptable JSON text, or too large.
Result<ExecReport> RunOne(ExecRequest request);

/// The report of CONTRACT's `--report json`.
std::string ReportJson(const ExecReport& report);

}  // namespace aslx
