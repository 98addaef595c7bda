#include "pipeline/cli/exec_runner.h"

#include <chrono>
#include <deque>
#include <map>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "pipeline/cli/history_json.h"
#include "pipeline/tasks/mocked_tasks.h"
#include "runtime/base/clock.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"
#include "runtime/value/timestamp.h"
#include "runtime/vm/interpreter.h"

namespace aslx {
namespace {

/// 2024-01-01T00:00:00Z: where virtual time starts unless the context says otherwise.
constexpr int64_t kVirtualStartNs = 1'704'067'200'000'000'000;

// The worker's part for a single execution: timers in order of their time, then of their start;
// answers in order of arrival.
class ExecHost final : public VmHost, public AnswerSink {
 public:
  ExecHost(std::unique_ptr<MockFile> mocks) {
    if (mocks != nullptr) gateway_ = std::make_unique<MockedTasks>(std::move(mocks), this);
  }

  void SubmitTask(const TaskRequest& request) override {
    if (gateway_ != nullptr) {
      gateway_->Submit(request);
      return;
    }
    Answer(request.token,
           TaskAnswer::Failure(
               "States.Runtime",
               fmt::format("Nothing answers the task of state '{}' ({}): give its "
                           "answers with --mock",
                           request.state_name, request.program->TextOf(request.task->arn))));
  }
  void CancelTask(SuspensionToken) override {}
  void StartTimer(SuspensionToken token, int64_t due_ns) override {
    timers_.emplace(due_ns, token);
  }
  void CancelTimer(SuspensionToken token) override {
    for (auto at = timers_.begin(); at != timers_.end(); ++at) {
      if (at->second == token) {
        timers_.erase(at);
        return;
      }
    }
  }
  void Answer(SuspensionToken token, TaskAnswer answer) override {
    answers_.emplace_back(token, std::move(answer));
  }

  std::deque<std::pair<SuspensionToken, TaskAnswer>> answers_;
  std::multimap<int64_t, SuspensionToken> timers_;
  std::unique_ptr<MockedTasks> gateway_;
};

class ExecLoop {
 public:
  explicit ExecLoop(ExecRequest request)
      : request_(std::move(request)),
        host_(std::move(request_.mocks)),
        random_(request_.seed),
        sim_clock_(request_.context.start_wall_ns < 0 ? kVirtualStartNs
                                                      : request_.context.start_wall_ns),
        execution_(&pool_),
        history_(*request_.program,
                 {request_.context.role_arn, request_.context.state_machine_id, Region()}) {
    context_ = {&host_, &reader_, &pool_, &random_, 0, 0};
  }

  Result<ExecReport> RunToEnd() {
    ReadClock();
    FillInfo();
    const JsonError error = Begin(execution_, *request_.program, request_.input, context_);
    if (error.kind != JsonError::Kind::kNone) {
      return Fail(ErrorKind::kData, fmt::format("input is not acceptable: at byte {}: {}",
                                                error.offset, error.message));
    }
    while (Run(execution_, context_) != RunResult::kEnded) {
      if (!Wake()) break;
    }
    return Report();
  }

 private:
  // The fourth part of the machine's ARN.
  std::string_view Region() const {
    std::string_view arn = request_.context.state_machine_id;
    for (int i = 0; i < 3; ++i) {
      const size_t colon = arn.find(':');
      if (colon == std::string_view::npos) return "us-east-1";
      arn.remove_prefix(colon + 1);
    }
    return arn.substr(0, arn.find(':'));
  }

  Clock& clock() { return request_.virtual_time ? static_cast<Clock&>(sim_clock_) : system_clock_; }
  void ReadClock() {
    context_.now_ns = clock().Now();
    context_.wall_ns = clock().Wall();
  }

  void FillInfo() {
    const ExecContext& from = request_.context;
    execution_.info.execution_id = from.execution_id;
    execution_.info.execution_name = from.execution_name;
    execution_.info.role_arn = from.role_arn;
    execution_.info.state_machine_id = from.state_machine_id;
    execution_.info.state_machine_name = from.state_machine_name;
    execution_.info.task_token = from.task_token;
    execution_.info.redrive_count = from.redrive_count;
    if (request_.with_history) execution_.sink = &history_;
  }

  // An answer, the next timer or the deadline, whichever is first. False: nothing is left to wait
  // for, which the deadline of an Express machine excludes.
  bool Wake() {
    if (!host_.answers_.empty()) {
      const auto [token, answer] = std::move(host_.answers_.front());
      host_.answers_.pop_front();
      CompleteTask(execution_, token, answer.outcome(), context_);
      return true;
    }
    const bool timer_first =
        !host_.timers_.empty() && host_.timers_.begin()->first < execution_.deadline_ns;
    const int64_t due_ns = timer_first ? host_.timers_.begin()->first : execution_.deadline_ns;
    if (due_ns == INT64_MAX) return false;
    PassUntil(due_ns);
    if (!timer_first) {
      TimeOut(execution_, context_);
      return true;
    }
    const SuspensionToken token = host_.timers_.begin()->second;
    host_.timers_.erase(host_.timers_.begin());
    FireTimer(execution_, token, context_);
    return true;
  }

  void PassUntil(int64_t due_ns) {
    if (request_.virtual_time) {
      sim_clock_.AdvanceTo(due_ns);
    } else {
      std::this_thread::sleep_for(std::chrono::nanoseconds(due_ns - clock().Now()));
    }
    ReadClock();
  }

  ExecReport Report() {
    ExecReport report;
    const auto text = [&](const Value& value) {
      return value.type == Type::kString ? std::string(Decode(value, execution_.arena))
                                         : JsonString(value);
    };
    if (execution_.status == ExecutionStatus::kSucceeded) {
      report.status = ExecReport::Status::kSucceeded;
      report.output = JsonString(execution_.output);
    } else if (execution_.status == ExecutionStatus::kTimedOut) {
      report.status = ExecReport::Status::kTimedOut;
    } else {
      report.has_error = !execution_.fault.name.undefined();
      report.has_cause = !execution_.fault.cause.undefined();
      if (report.has_error) report.error = text(execution_.fault.name);
      if (report.has_cause) report.cause = text(execution_.fault.cause);
    }
    if (host_.gateway_ != nullptr) {
      report.unused_responses = host_.gateway_->unused_response_count();
    }
    if (request_.with_history) report.events = history_.Finish();
    return report;
  }

  ExecRequest request_;
  ExecHost host_;
  BlockPool pool_;
  JsonReader reader_;
  Random random_;
  SystemClock system_clock_;
  SimClock sim_clock_;
  Execution execution_;
  HistoryJson history_;
  VmContext context_;
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
  const auto read = [&](std::string_view key, std::string* into) {
    const Value value = FindMember(root, key, arena);
    if (value.type == Type::kString) *into = Decode(value, arena);
  };
  read("state_machine_name", &context.state_machine_name);
  read("state_machine_id", &context.state_machine_id);
  read("execution_name", &context.execution_name);
  read("execution_id", &context.execution_id);
  read("role_arn", &context.role_arn);
  read("task_token", &context.task_token);
  const Value redrives = FindMember(root, "redrive_count", arena);
  if (redrives.type == Type::kNumber) context.redrive_count = ToNumber(redrives).integer;
  std::string now;
  read("now", &now);
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
