#include "pipeline/cli/history_json.h"

#include <fmt/core.h>

#include "runtime/base/arena.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

// Where the details of an event type stand and which of them it has.
struct EventShape {
  const char* type;
  const char* details;  // null: none
  bool name, index, task_type;
};

EventShape ShapeOf(EventType type) {
  switch (type) {
#define SHAPE(event, details, name, index, task) \
  case EventType::k##event:                      \
    return {#event, details, name, index, task};
#define STATE_SHAPES(state)                                                  \
  SHAPE(state##StateEntered, "stateEnteredEventDetails", true, false, false) \
  SHAPE(state##StateExited, "stateExitedEventDetails", true, false, false)
    STATE_SHAPES(Pass)
    STATE_SHAPES(Task)
    STATE_SHAPES(Choice)
    STATE_SHAPES(Wait)
    STATE_SHAPES(Succeed)
    STATE_SHAPES(Parallel)
    STATE_SHAPES(Map)
    SHAPE(FailStateEntered, "stateEnteredEventDetails", true, false, false)
    SHAPE(ExecutionStarted, "executionStartedEventDetails", false, false, false)
    SHAPE(ExecutionSucceeded, "executionSucceededEventDetails", false, false, false)
    SHAPE(ExecutionFailed, "executionFailedEventDetails", false, false, false)
    SHAPE(ExecutionTimedOut, "executionTimedOutEventDetails", false, false, false)
    SHAPE(ExecutionAborted, "executionAbortedEventDetails", false, false, false)
    SHAPE(TaskStateAborted, nullptr, false, false, false)
    SHAPE(WaitStateAborted, nullptr, false, false, false)
    SHAPE(ParallelStateStarted, nullptr, false, false, false)
    SHAPE(ParallelStateSucceeded, nullptr, false, false, false)
    SHAPE(ParallelStateFailed, nullptr, false, false, false)
    SHAPE(ParallelStateAborted, nullptr, false, false, false)
    SHAPE(MapStateStarted, "mapStateStartedEventDetails", false, false, false)
    SHAPE(MapStateSucceeded, nullptr, false, false, false)
    SHAPE(MapStateFailed, nullptr, false, false, false)
    SHAPE(MapStateAborted, nullptr, false, false, false)
    SHAPE(MapIterationStarted, "mapIterationStartedEventDetails", true, true, false)
    SHAPE(MapIterationSucceeded, "mapIterationSucceededEventDetails", true, true, false)
    SHAPE(MapIterationFailed, "mapIterationFailedEventDetails", true, true, false)
    SHAPE(MapIterationAborted, "mapIterationAbortedEventDetails", true, true, false)
    SHAPE(TaskScheduled, "taskScheduledEventDetails", false, false, true)
    SHAPE(TaskStarted, "taskStartedEventDetails", false, false, true)
    SHAPE(TaskSubmitted, "taskSubmittedEventDetails", false, false, true)
    SHAPE(TaskSucceeded, "taskSucceededEventDetails", false, false, true)
    SHAPE(TaskFailed, "taskFailedEventDetails", false, false, true)
    SHAPE(TaskTimedOut, "taskTimedOutEventDetails", false, false, true)
    SHAPE(LambdaFunctionScheduled, "lambdaFunctionScheduledEventDetails", false, false, false)
    SHAPE(LambdaFunctionStarted, nullptr, false, false, false)
    SHAPE(LambdaFunctionSucceeded, "lambdaFunctionSucceededEventDetails", false, false, false)
    SHAPE(LambdaFunctionFailed, "lambdaFunctionFailedEventDetails", false, false, false)
    SHAPE(LambdaFunctionTimedOut, "lambdaFunctionTimedOutEventDetails", false, false, false)
    SHAPE(EvaluationFailed, "evaluationFailedEventDetails", false, false, false)
    SHAPE(MapRunStarted, "mapRunStartedEventDetails", false, false, false)
    SHAPE(MapRunSucceeded, nullptr, false, false, false)
    SHAPE(MapRunFailed, "mapRunFailedEventDetails", false, false, false)
#undef STATE_SHAPES
#undef SHAPE
  }
  return {"", nullptr, false, false, false};
}

constexpr std::string_view kWhole = R"({"truncated":false})";

// The members of one details object.
class Details {
 public:
  void Text(std::string_view key, std::string_view text) {
    Key(key);
    AppendQuoted(text, &json_);
  }
  void Number(std::string_view key, int64_t number) {
    Key(key);
    json_ += std::to_string(number);
  }
  /// JSON text in a string, as the API has payloads.
  void Payload(std::string_view key, const Value& value) {
    if (!value.undefined()) Text(key, JsonString(value));
  }
  /// An input or output, with what the API says of it: nothing is ever cut here.
  void WholePayload(std::string_view key, const Value& value) {
    if (value.undefined()) return;
    Payload(key, value);
    Raw(std::string(key) + "Details", kWhole);
  }
  /// Error or cause: the string itself; anything else as JSON text.
  void Contents(std::string_view key, const Value& value, Arena& arena) {
    if (value.undefined()) return;
    Text(key, value.type == Type::kString ? std::string(Decode(value, arena)) : JsonString(value));
  }
  void Raw(std::string_view key, std::string_view json) {
    Key(key);
    json_ += json;
  }
  const std::string& json() const { return json_; }

 private:
  void Key(std::string_view key) {
    if (!json_.empty()) json_ += ',';
    AppendQuoted(key, &json_);
    json_ += ':';
  }
  std::string json_;
};

// Name to value: a string's contents as they are, anything else as JSON text, as recorded.
std::string AssignedJson(const Value& assigned, Arena& arena) {
  const Value object = Open(assigned, arena);
  Details variables;
  for (uint32_t i = 0; i < object.size; ++i) {
    variables.Contents(object.members[i].key_view(), object.members[i].value, arena);
  }
  return "{" + variables.json() + "}";
}

void AddTask(const Program& program, const Event& event, bool task_type,
             const HistoryOptions& options, Details* details) {
  const TaskRecord& task = *event.task;
  if (task_type) {
    details->Text("resourceType", program.TextOf(task.resource_type));
    details->Text("resource", program.TextOf(task.resource));
  } else if (event.type == EventType::kLambdaFunctionScheduled) {
    details->Text("resource", program.TextOf(task.arn));
  }
  if (event.type == EventType::kTaskScheduled) details->Text("region", options.region);
  details->Payload("parameters", event.parameters);
  if (event.timeout_seconds >= 0) details->Number("timeoutInSeconds", event.timeout_seconds);
  if (event.heartbeat_seconds >= 0) details->Number("heartbeatInSeconds", event.heartbeat_seconds);
  if (!event.credentials.undefined()) {
    details->Raw("taskCredentials", JsonString(event.credentials));
  }
}

std::string MapRunArn(std::string_view state_machine_id, uint64_t id) {
  std::string arn(state_machine_id);
  const size_t kind = arn.find(":stateMachine:");
  if (kind != std::string::npos) arn.replace(kind, 14, ":mapRun:");
  return fmt::format("{}/{:032x}", arn, id);
}

}  // namespace

void HistoryJson::OnEvent(const Event& event) {
  BlockPool pool(0);
  Arena arena(&pool);
  const EventShape shape = ShapeOf(event.type);
  Details details;
  if (shape.name) details.Text("name", event.name);
  if (shape.index) details.Number("index", event.index);
  if (event.task != nullptr) AddTask(program_, event, shape.task_type, options_, &details);
  if (event.type == EventType::kMapStateStarted) details.Number("length", event.length);
  if (event.type == EventType::kMapRunStarted) {
    details.Text("mapRunArn", MapRunArn(options_.state_machine_id, event.id));
  }
  details.WholePayload("input", event.input);
  if (event.type == EventType::kExecutionStarted) details.Text("roleArn", options_.role_arn);
  details.WholePayload("output", event.output);
  details.Contents("error", event.error, arena);
  details.Contents("cause", event.cause, arena);
  if (!event.assigned.undefined()) {
    details.Raw("assignedVariables", AssignedJson(event.assigned, arena));
    details.Raw("assignedVariablesDetails", kWhole);
  }
  if (!events_.empty()) events_ += ',';
  events_ += fmt::format(R"({{"timestamp":{}.{:03},"type":"{}","id":{},"previousEventId":{})",
                         event.wall_ns / 1'000'000'000, event.wall_ns / 1'000'000 % 1000,
                         shape.type, event.id, event.previous_id);
  if (shape.details != nullptr) {
    events_ += fmt::format(",\"{}\":{{{}}}", shape.details, details.json());
  }
  events_ += '}';
}

}  // namespace aslx
