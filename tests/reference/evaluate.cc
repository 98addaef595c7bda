#include "tests/reference/evaluate.h"

#include <algorithm>

#include "tests/reference/decimal.h"
#include "tests/reference/execution.h"
#include "tests/reference/timestamp.h"

namespace aslx::reference {
namespace {

constexpr int64_t kExpressSecondsMax = 300;  // the service's limit of an Express execution

std::string TextOr(const Json& context, const std::string& key, const std::string& otherwise) {
  const Json* value = context.Find(key);
  return value != nullptr && value->is_string() ? value->text() : otherwise;
}

void FillContext(const Request& request, Execution& execution) {
  const Json& context = request.context;
  execution.start_ms = request.now_ms;
  if (const std::optional<Instant> now = ParseTimestamp(TextOr(context, "now", ""))) {
    execution.start_ms = static_cast<int64_t>(*now / 1'000'000);
  }
  const std::string machine = TextOr(context, "state_machine_name", "StateMachine");
  const std::string name = TextOr(context, "execution_name", "execution");
  const std::string machine_id = TextOr(
      context, "state_machine_id", "arn:aws:states:us-east-1:123456789012:stateMachine:" + machine);
  Json::Members values = {
      {"Id", Json::String(TextOr(context, "execution_id",
                                 "arn:aws:states:us-east-1:123456789012:express:" + machine + ":" +
                                     name + ":run"))},
      {"Input", request.input},
      {"StartTime", Json::String(WriteTimestamp(execution.start_ms))},
      {"Name", Json::String(name)},
      {"RoleArn", Json::String(TextOr(context, "role_arn", "arn:aws:iam::123456789012:role/aslx"))},
  };
  const Json* redrive = context.Find("redrive_count");
  if (redrive != nullptr && redrive->is_number()) values.emplace_back("RedriveCount", *redrive);
  execution.execution_context = Json::Object(std::move(values));
  execution.machine_context =
      Json::Object({{"Id", Json::String(machine_id)}, {"Name", Json::String(machine)}});
  // arn:aws:states:REGION:…
  execution.region = "us-east-1";
  const std::string prefix = "arn:aws:states:";
  if (machine_id.compare(0, prefix.size(), prefix) == 0) {
    execution.region = machine_id.substr(prefix.size());
    execution.region.resize(std::min(execution.region.find(':'), execution.region.size()));
  }
}

int64_t DeadlineNs(const Request& request) {
  int64_t deadline = request.express ? kExpressSecondsMax * kNanosecondsPerSecond : INT64_MAX;
  if (const Json* seconds = request.definition.Find("TimeoutSeconds")) {
    const int64_t limit = RoundHalfUp(seconds->text()).value_or(INT32_MAX);
    deadline = std::min(deadline, limit * kNanosecondsPerSecond);
  }
  return deadline;
}

void AddTexts(Json::Members& members, const Fault& fault) {
  if (fault.error.has_value()) members.emplace_back("error", Json::String(*fault.error));
  if (fault.cause.has_value()) members.emplace_back("cause", Json::String(*fault.cause));
}

// Ends the history as the execution ended and says so in the report.
Json::Members Conclude(Execution& execution, const Line& line, Outcome<Json>* outcome) {
  Json::Members report;
  Json::Members details;
  if (outcome == nullptr) {
    report.emplace_back("status", Json::String("TIMED_OUT"));
    execution.history.Add("ExecutionTimedOut", 0, execution.now_ms(), "executionTimedOut",
                          {{"error", Json::String("States.Timeout")}});
  } else if (outcome->has_value()) {
    report.emplace_back("status", Json::String("SUCCEEDED"));
    report.emplace_back("output", Json::String(WriteJson(**outcome)));
    AddPayload(details, "output", **outcome);
    execution.history.Add("ExecutionSucceeded", line.last_event, execution.now_ms(),
                          "executionSucceeded", std::move(details));
  } else {
    report.emplace_back("status", Json::String("FAILED"));
    AddTexts(report, outcome->error());
    AddTexts(details, outcome->error());
    execution.history.Add("ExecutionFailed", line.last_event, execution.now_ms(), "executionFailed",
                          std::move(details));
  }
  return report;
}

}  // namespace

Json RunExecution(const Request& request) {
  Execution execution(request.definition, request.mock);
  execution.random.seed(request.seed);
  FillContext(request, execution);
  Json::Members details;
  AddPayload(details, "input", request.input);
  details.emplace_back("roleArn", *execution.execution_context.Find("RoleArn"));
  Line line{.execution = execution, .history = execution.history};
  line.last_event = execution.history.Add("ExecutionStarted", 0, execution.now_ms(),
                                          "executionStarted", std::move(details));
  Json::Members report;
  {
    Job<Outcome<Json>> root = RunStates(line, execution.definition, request.input);
    execution.clock.Append(root.handle());
    const bool ended = execution.clock.Run(DeadlineNs(request), [&] { return root.done(); });
    report = Conclude(execution, line, ended ? &root.result() : nullptr);
  }
  report.emplace_back("unused_stub_responses", Json::Number(execution.stubs.unused()));
  report.emplace_back("events", Json::Array(execution.history.events()));
  return Json::Object(std::move(report));
}

}  // namespace aslx::reference
