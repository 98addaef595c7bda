#include "tests/sim/machine.h"

#include <cstdlib>
#include <string_view>

#include <fmt/core.h>

#include "compiler/compile.h"

namespace aslx::sim {
namespace {

constexpr std::string_view kDefinition = R"json({
  "StartAt": "Choose",
  "TimeoutSeconds": 60,
  "States": {
    "Choose": {
      "Type": "Choice",
      "Choices": [
        {"Variable": "$.do", "StringEquals": "task", "Next": "Call"},
        {"Variable": "$.do", "StringEquals": "retry", "Next": "CallAgain"},
        {"Variable": "$.do", "StringEquals": "both", "Next": "CallBoth"},
        {"Variable": "$.do", "StringEquals": "each", "Next": "CallEach"},
        {"Variable": "$.do", "StringEquals": "beat", "Next": "CallBeating"},
        {"Variable": "$.do", "StringEquals": "wait", "Next": "Pause"},
        {"Variable": "$.do", "StringEquals": "fail", "Next": "Broken"},
        {"Variable": "$.do", "StringEquals": "spin", "Next": "Spin"}
      ],
      "Default": "Done"
    },
    "Call": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:000000000000:function:call",
      "TimeoutSeconds": 30,
      "ResultPath": "$.result",
      "Next": "Done"
    },
    "CallAgain": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:000000000000:function:call",
      "TimeoutSeconds": 10,
      "Retry": [
        {"ErrorEquals": ["Sim.Passing", "States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 2,
         "BackoffRate": 2}
      ],
      "Catch": [{"ErrorEquals": ["Sim.Caught"], "ResultPath": "$.caught", "Next": "Done"}],
      "ResultPath": "$.result",
      "Next": "Done"
    },
    "CallBoth": {
      "Type": "Parallel",
      "Branches": [
        {"StartAt": "Left", "States": {"Left": {
          "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:call",
          "TimeoutSeconds": 30, "End": true}}},
        {"StartAt": "Right", "States": {"Right": {
          "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:call",
          "TimeoutSeconds": 30, "End": true}}}
      ],
      "ResultSelector": {"for.$": "$[0].for"},
      "ResultPath": "$.result",
      "Next": "Done"
    },
    "CallEach": {
      "Type": "Map",
      "ItemsPath": "$.each",
      "MaxConcurrency": 2,
      "ItemProcessor": {"StartAt": "One", "States": {"One": {
        "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:call",
        "TimeoutSeconds": 30, "End": true}}},
      "ResultSelector": {"for.$": "$[0].for"},
      "ResultPath": "$.result",
      "Next": "Done"
    },
    "CallBeating": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:000000000000:function:call",
      "TimeoutSeconds": 30,
      "HeartbeatSeconds": 5,
      "ResultPath": "$.result",
      "Next": "Done"
    },
    "Pause": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Done"},
    "Broken": {"Type": "Fail", "Error": "Sim.Broken", "Cause": "on purpose"},
    "Spin": {"Type": "Pass", "Next": "Spin"},
    "Done": {"Type": "Succeed"}
  }
})json";

[[noreturn]] void Give(const std::string& why) {
  fmt::print(stderr, "the simulated machine does not compile: {}\n", why);
  std::exit(70);
}

}  // namespace

std::shared_ptr<const Program> SimulatedMachine() {
  compiler::CompileOptions options;
  options.parse.purpose = compiler::ParsePurpose::kCompile;
  compiler::Diagnostics diagnostics;
  auto bytes = compiler::Compile(kDefinition, options, &diagnostics);
  if (!bytes) {
    std::string findings = bytes.error().message;
    for (const compiler::Diagnostic& found : diagnostics.all())
      findings += "; " + found.message + " at " + found.location;
    Give(findings);
  }
  auto program = Program::Load(std::move(*bytes));
  if (!program) Give(program.error().message);
  return *program;
}

}  // namespace aslx::sim
