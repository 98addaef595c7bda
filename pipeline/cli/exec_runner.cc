#include "pipeline/cli/exec_runner.h"

#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "pipeline/cli/history_json.h"
#include "pipeline/tasks/completion_answers.h"
#include "pipeline/tasks/mocked_tasks.h"
#include "runtime/base/clock.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"
#include "runtime/value/timestamp.h"
#include "runtime/worker/worker.h"

namespace aslx {
namespace {

// Where no answers were given: a Task fails, and says what it misses.
class UnansweredTasks final : public TaskGateway {
 public:
  explicit UnansweredTasks(AnswerSink* answers) : answers_(answers) {}
  void Submit(const TaskRequest& request) override {
    answers_->Answer(
        request.token,
        TaskAnswer::Failure(
            "States.Runtime",
            fmt::format("Nothing answers the task of state '{}' ({}): give its "
                        "answers with --mock",
                        request.state_name, request.program->TextOf(request.task->arn))));
  }
  void Cancel(SuspensionToken) override {}

 private:
  AnswerSink* answers_;
};

// The fourth part of the machine's ARN.
std::string_view RegionOf(std::string_view arn) {
  for (int i = 0; i < 3; ++i) {
    const size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return "us-east-1";
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

std::string Contents(const Value& value, Arena& arena) {
  return value.type == Type::kString ? std::string(Decode(value, arena)) : JsonString(value);
}

// A worker with one execution, driven until that has ended.
class ExecLoop final : public ExecutionListener {
 public:
  explicit ExecLoop(ExecRequest request)
      : request_(std::move(request)),
        unanswered_(&answers_),
        completions_(nullptr),
        sim_clock_(request_.context.start_wall_ns < 0 ? system_clock_.Wall()
                                                      : request_.context.start_wall_ns),
        history_(*request_.program, {request_.context.role_arn, request_.context.state_machine_id,
                                     RegionOf(request_.context.state_machine_id)}) {
    answers_.Attach(&completions_);
    TaskGateway* gateway = &unanswered_;
    if (request_.mocks != nullptr) {
      mocked_ = std::make_unique<MockedTasks>(std::move(request_.mocks), &answers_);
      gateway = mocked_.get();
    }
    WorkerOptions options;
    options.seed = request_.seed;
    worker_ = std::make_unique<Worker>(options, &completions_, gateway, this);
  }

  Result<ExecReport> RunToEnd() {
    worker_->SetTime(clock().Now(), clock().Wall());
    ExecutionStart start;
    start.program = request_.program.get();
    start.input = request_.input;
    const ExecutionInfo info = Info();
    start.info = &info;
    start.sink = request_.with_history ? &history_ : nullptr;
    const StartResult started = worker_->Start(start);
    if (started.status == StartResult::Status::kRefused) {
      return Fail(ErrorKind::kData, fmt::format("input is not acceptable: at byte {}: {}",
                                                started.error.offset, started.error.message));
    }
    while (!ended_) {
      worker_->Settle();
      if (ended_) break;
      if (!worker_->busy()) PassUntil(worker_->NextDueNs());
      worker_->SetTime(clock().Now(), clock().Wall());
      worker_->Turn();
    }
    if (mocked_ != nullptr) report_.unused_responses = mocked_->unused_response_count();
    if (request_.with_history) report_.events = history_.Finish();
    return std::move(report_);
  }

  void OnEnded(uint64_t, Execution& execution) override {
    ended_ = true;
    switch (execution.status) {
      case ExecutionStatus::kSucceeded:
        report_.status = ExecReport::Status::kSucceeded;
        report_.output = JsonString(execution.output);
        return;
      case ExecutionStatus::kTimedOut: report_.status = ExecReport::Status::kTimedOut; return;
      case ExecutionStatus::kIdle:
      case ExecutionStatus::kRunning:
      case ExecutionStatus::kFailed: break;
    }
    const Fault& fault = execution.fault;
    report_.has_error = !fault.name.undefined();
    report_.has_cause = !fault.cause.undefined();
    if (report_.has_error) report_.error = Contents(fault.name, execution.arena);
    if (report_.has_cause) report_.cause = Contents(fault.cause, execution.arena);
  }
  std::string_view OnDetached(uint64_t) override { return request_.input; }

 private:
  Clock& clock() { return request_.virtual_time ? static_cast<Clock&>(sim_clock_) : system_clock_; }

  void PassUntil(int64_t due_ns) {
    if (request_.virtual_time) {
      sim_clock_.AdvanceTo(due_ns);
    } else {
      std::this_thread::sleep_for(std::chrono::nanoseconds(due_ns - clock().Now()));
    }
  }

  ExecutionInfo Info() const {
    const ExecContext& from = request_.context;
    ExecutionInfo info;
    info.execution_id = from.execution_id;
    info.execution_name = from.execution_name;
    info.role_arn = from.role_arn;
    info.state_machine_id = from.state_machine_id;
    info.state_machine_name = from.state_machine_name;
    info.task_token = from.task_token;
    info.redrive_count = from.redrive_count;
    return info;
  }

  ExecRequest request_;
  CompletionAnswers answers_;
  UnansweredTasks unanswered_;
  std::unique_ptr<MockedTasks> mocked_;
  CompletionQueue completions_;
  SystemClock system_clock_;
  SimClock sim_clock_;
  HistoryJson history_;
  std::unique_ptr<Worker> worker_;
  ExecReport report_;
  bool ended_ = false;
};

}  // namespace

Result<ExecContext> ParseExecContext(std::string_view name, std::string_view text) {
  ExecContext context;
  BlockPool pool;
  Arena arena(&pool);
  JsonReader reader;
  Value root;
  const JsonError error = reader.Read(text, nullptr, nullptr, &root);
  if (error.kind != JsonError::Kind::kNone || root.type != Type::kObject) {
    return Fail(ErrorKind::kUsage,
                fmt::format("{}: expected a JSON object{}{}", name,
                            error.kind == JsonError::Kind::kNone ? "" : ": ", error.message));
  }
  std::string now;
  const std::map<std::string_view, std::string*> texts = {
      {"state_machine_name", &context.state_machine_name},
      {"state_machine_id", &context.state_machine_id},
      {"execution_name", &context.execution_name},
      {"execution_id", &context.execution_id},
      {"role_arn", &context.role_arn},
      {"task_token", &context.task_token},
      {"now", &now}};
  const Value object = Open(root, arena);
  for (uint32_t i = 0; i < object.size; ++i) {
    const std::string_view key = Decode(object.members[i].key, arena);
    const Value& value = object.members[i].value;
    const auto text_field = texts.find(key);
    if (value.type == Type::kNull) continue;  // as if it were not there
    if (text_field != texts.end() && value.type == Type::kString) {
      *text_field->second = Decode(value, arena);
    } else if (key == "redrive_count" && value.type == Type::kNumber) {
      context.redrive_count = ToNumber(value).integer;
    } else {
      const bool known = text_field != texts.end() || key == "redrive_count";
      return Fail(ErrorKind::kUsage,
                  known
                      ? fmt::format("{}: {}: expected a {}, found {}", name, key,
                                    key == "redrive_count" ? "number" : "string", JsonString(value))
                      : fmt::format("{}: unknown name '{}'", name, key));
    }
  }
  Timestamp timestamp;
  if (!now.empty() && !ParseTimestamp(now, &timestamp)) {
    return Fail(ErrorKind::kUsage,
                fmt::format("{}: now: expected a timestamp, found '{}'", name, now));
  }
  if (!now.empty()) {
    context.start_wall_ns = timestamp.seconds * 1'000'000'000 + timestamp.nanoseconds;
  }
  return context;
}

Result<ExecReport> RunOne(ExecRequest request) {
  if (request.input.size() > limits::kPayloadBytesMax) {
    return Fail(ErrorKind::kData, fmt::format("input is not acceptable: {} bytes, at most {} are",
                                              request.input.size(), limits::kPayloadBytesMax));
  }
  return ExecLoop(std::move(request)).RunToEnd();
}

std::string ReportJson(const ExecReport& report) {
  static constexpr const char* kStatus[] = {"SUCCEEDED", "FAILED", "TIMED_OUT"};
  std::string json = fmt::format(R"({{"status":"{}")", kStatus[static_cast<int>(report.status)]);
  const auto add = [&](const char* key, const std::string& text) {
    json += fmt::format(",\"{}\":", key);
    AppendQuoted(text, &json);
  };
  if (report.status == ExecReport::Status::kSucceeded) add("output", report.output);
  if (report.has_error) add("error", report.error);
  if (report.has_cause) add("cause", report.cause);
  json += fmt::format(",\"unused_stub_responses\":{}", report.unused_responses);
  if (!report.events.empty()) json += ",\"events\":" + report.events;
  return json + "}";
}

}  // namespace aslx
