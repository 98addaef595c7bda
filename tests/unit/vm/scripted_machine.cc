#include "tests/unit/vm/scripted_machine.h"

#include <gtest/gtest.h>

#include "compiler/compile.h"
#include "compiler/diagnostics/report.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/parking.h"

namespace aslx {

ScriptedMachine::ScriptedMachine(const std::string& definition, uint64_t seed) : random(seed) {
  compiler::Diagnostics diagnostics;
  auto bytes = compiler::Compile(definition, {}, &diagnostics);
  EXPECT_TRUE(bytes.has_value()) << compiler::FormatForPeople(diagnostics, "definition",
                                                              definition);
  if (!bytes) return;
  auto loaded = Program::Load(std::move(*bytes));
  EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  program = *loaded;
  context = {this, &reader, &pool, &random, 1'000'000'000, 1'704'067'200'000'000'000};
  execution = std::make_unique<Execution>(&pool);
}

ScriptedMachine::~ScriptedMachine() {
  if (execution == nullptr) return;
  Abort(*execution, context);
  Recycle(*execution);
  EXPECT_EQ(pool.taken_count(), 0u) << "blocks are missing from the pool";
}

void ScriptedMachine::Start(std::string input) {
  input_ = std::make_unique<std::string>(std::move(input));
  const JsonError error = Begin(*execution, *program, *input_, context);
  ASSERT_EQ(error.kind, JsonError::Kind::kNone) << error.message;
}

RunResult ScriptedMachine::Go() {
  const RunResult result = Run(*execution, context);
  if (park_always_ && result == RunResult::kSuspended) {
    auto moved = std::make_unique<std::string>(*input_);
    ParkedExecution* const parked = Park(*execution, *moved, context);
    input_->assign(input_->size(), '#');  // nobody may look at it any more
    input_ = std::move(moved);
    EXPECT_EQ(pool.taken_count(), 0u) << "what waits has no pooled block";
    execution = std::make_unique<Execution>(&pool);
    Unpark(parked, *execution);
  }
  return result;
}

bool ScriptedMachine::Answer(const Call& call, std::string output) {
  TaskOutcome outcome;
  outcome.succeeded = true;
  outcome.output = output;
  return CompleteTask(*execution, call.token, outcome, context);
}

bool ScriptedMachine::Throw(const Call& call, std::string error, std::string cause) {
  TaskOutcome outcome;
  outcome.error = error;
  outcome.cause = cause;
  outcome.has_error = outcome.has_cause = true;
  return CompleteTask(*execution, call.token, outcome, context);
}

int64_t ScriptedMachine::FireNext() {
  EXPECT_FALSE(timers.empty());
  if (timers.empty()) return -1;
  const auto [due_ns, token] = *timers.begin();
  timers.erase(timers.begin());
  const int64_t delay_ms = (due_ns - context.now_ns) / 1'000'000;
  context.wall_ns += due_ns - context.now_ns;
  context.now_ns = due_ns;
  FireTimer(*execution, token, context);
  return delay_ms;
}

void ScriptedMachine::GoToEnd() {
  while (Go() != RunResult::kEnded) {
    if (!timers.empty()) FireNext();
  }
}

std::string ScriptedMachine::Ending() {
  return execution->status == ExecutionStatus::kSucceeded ? Output() : Error() + ": " + Cause();
}

std::string ScriptedMachine::Output() {
  return JsonString(execution->output);
}
std::string ScriptedMachine::Error() {
  return std::string(execution->fault.name.text_view());
}
std::string ScriptedMachine::Cause() {
  return std::string(execution->fault.cause.text_view());
}

void ScriptedMachine::SubmitTask(const TaskRequest& request) {
  calls.push_back({request.token, std::string(request.state_name), JsonString(request.parameters)});
}

void ScriptedMachine::CancelTimer(SuspensionToken token) {
  for (auto at = timers.begin(); at != timers.end(); ++at) {
    if (at->second == token) {
      timers.erase(at);
      return;
    }
  }
}

std::string NestedArrays(size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

}  // namespace aslx
