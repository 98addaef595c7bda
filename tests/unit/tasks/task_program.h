// Programs of one Task state, made without a compiler, and requests from it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/tasks/function_integration.h"
#include "runtime/program/builder.h"
#include "runtime/program/program.h"
#include "runtime/value/json_reader.h"

namespace aslx {

/// A state "Call" with this Resource; `service` such as "lambda:invoke", empty for a function's
/// ARN. `parameters` is a literal.
inline std::shared_ptr<const Program> TaskProgram(std::string_view arn, std::string_view service,
                                                  std::string_view parameters) {
  ProgramBuilder builder;
  MachineRecord machine{};
  machine.timeout_seconds = kNoIndex;
  builder.machines.push_back(machine);
  RegionRecord region{};
  region.parent_region = kNoIndex;
  region.state = kNoIndex;
  region.register_count = 2;
  builder.regions.push_back(region);
  TaskRecord task{};
  task.kind = service.empty() ? TaskKind::kLambdaArn : TaskKind::kService;
  task.timeout_register = task.heartbeat_register = task.credentials_register = kNoRegister;
  task.timeout_seconds = task.heartbeat_seconds = kNoIndex;
  task.arn = builder.Text(arn);
  if (!service.empty()) {
    size_t colon = service.rfind(':');
    task.resource_type = builder.Text(service.substr(0, colon));
    task.resource = builder.Text(service.substr(colon + 1));
  }
  builder.tasks.push_back(task);
  builder.code = {
      {Opcode::kEnterState, 0, 0, 0}, {Opcode::kLoad, 1, 0, builder.Constant(parameters)},
      {Opcode::kTask, 1, 1, 0},       {Opcode::kExitState, 1, 0, 0},
      {Opcode::kEnd, 1, 0, 0},
  };
  StateRecord state{};
  state.name = builder.Text("Call");
  state.type = StateType::kTask;
  state.pc_end = 5;
  builder.states.push_back(state);
  auto program = Program::Load(builder.Finish(0));
  if (!program) {
    ADD_FAILURE() << program.error().message;
    return nullptr;
  }
  return *program;
}

inline std::shared_ptr<const Program> InvokeProgram(std::string_view parameters) {
  return TaskProgram("arn:aws:states:::lambda:invoke", "lambda:invoke", parameters);
}

/// A request of that state; the texts live as long as this.
struct Request {
  Request(std::shared_ptr<const Program> of, std::string parameters_json, uint32_t serial = 1)
      : program(std::move(of)), text(std::move(parameters_json)) {
    request.token = {1, 2, 3, serial};
    request.task = &program->tasks()[0];
    request.program = program.get();
    request.state_name = "Call";
    request.execution_id = "execution-1";
    EXPECT_EQ(reader.Read(text, nullptr, nullptr, &request.parameters).kind,
              JsonError::Kind::kNone);
  }

  std::shared_ptr<const Program> program;
  std::string text;
  JsonReader reader;
  TaskRequest request;
};

/// Keeps what comes.
struct KeptAnswers final : AnswerSink {
  void Answer(SuspensionToken token, TaskAnswer answer) override {
    tokens.push_back(token);
    answers.push_back(std::move(answer));
  }
  std::vector<SuspensionToken> tokens;
  std::vector<TaskAnswer> answers;
};

}  // namespace aslx
