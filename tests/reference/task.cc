#include <algorithm>

#include "tests/reference/decimal.h"
#include "tests/reference/execution.h"
#include "tests/reference/payload.h"

namespace aslx::reference {
namespace {

constexpr int64_t kForever = 99'999'999;  // seconds, the service's default of TimeoutSeconds

// How events speak of a resource: a Lambda function's ARN has events of its own.
struct Resource {
  bool function = false;
  bool activity = false;
  std::string type;  // of a service: "lambda", "aws-sdk:s3"
  std::string name;  // of its action, or the ARN
  // Whom a result that is too large is blamed on.
  std::string blamed() const { return function || activity ? name : type; }
};

Resource ResourceOf(const std::string& arn) {
  constexpr std::string_view kService = "arn:aws:states:::";
  Resource resource;
  if (arn.substr(0, kService.size()) != kService) {
    resource.function = arn.find(":lambda:") != std::string::npos;
    resource.activity = arn.find(":activity:") != std::string::npos;
    resource.name = arn;
    return resource;
  }
  const std::string action = arn.substr(kService.size());
  const size_t colon = action.rfind(':');
  resource.type = action.substr(0, colon);
  resource.name = action.substr(colon + 1);
  return resource;
}

struct Call {
  Resource resource;
  Json parameters;
  std::optional<int64_t> timeout_seconds;
  std::optional<int64_t> heartbeat_seconds;
  const Json* credentials = nullptr;
};

Outcome<std::optional<int64_t>> SecondsOf(const Frame& frame, const std::string& field,
                                          const Json& effective) {
  if (const Json* literal = frame.form.Find(field)) return RoundHalfUp(literal->text());
  const Json* path = frame.form.Find(field + "Path");
  if (path == nullptr) return std::nullopt;
  // A miss is worded as InputPath's.
  const Outcome<Json> value = EvaluatePathField(path->text(), effective, frame.scope());
  if (!value.has_value()) return tl::unexpected<Fault>(value.error());
  const Outcome<int64_t> seconds = LongAt(frame, field + "Path", effective);
  if (!seconds.has_value()) return tl::unexpected<Fault>(seconds.error());
  return std::min(*seconds, kForever);
}

Outcome<Call> Prepare(const Frame& frame) {
  Call call;
  call.resource = ResourceOf(frame.form.Find("Resource")->text());
  const Outcome<Json> effective = EffectiveInput(frame);
  if (!effective.has_value()) return tl::unexpected<Fault>(effective.error());
  const Outcome<Json> parameters = TaskInput(frame);
  if (!parameters.has_value()) return tl::unexpected<Fault>(parameters.error());
  call.parameters = *parameters;
  const auto timeout = SecondsOf(frame, "TimeoutSeconds", *effective);
  if (!timeout.has_value()) return tl::unexpected<Fault>(timeout.error());
  call.timeout_seconds = *timeout;
  const auto heartbeat = SecondsOf(frame, "HeartbeatSeconds", *effective);
  if (!heartbeat.has_value()) return tl::unexpected<Fault>(heartbeat.error());
  call.heartbeat_seconds = *heartbeat;
  const Outcome<Json> fits = WithinLimit(call.parameters, frame.name);
  if (!fits.has_value()) return tl::unexpected<Fault>(fits.error());
  return call;
}

// The stem of the events' names and of their details' names.
std::string Stem(const Resource& resource) {
  return resource.function ? "LambdaFunction" : resource.activity ? "Activity" : "Task";
}

std::string DetailsStem(const Resource& resource) {
  return resource.function ? "lambdaFunction" : resource.activity ? "activity" : "task";
}

Json::Members ResourceDetails(const Resource& resource) {
  if (resource.function || resource.activity) return {};
  return {{"resourceType", Json::String(resource.type)}, {"resource", Json::String(resource.name)}};
}

void Schedule(Frame& frame, const Call& call) {
  Json::Members details = ResourceDetails(call.resource);
  if (call.resource.function || call.resource.activity) {
    details.emplace_back("resource", Json::String(call.resource.name));
    AddPayload(details, "input", call.parameters);
  } else {
    details.emplace_back("region", Json::String(frame.execution().region));
    details.emplace_back("parameters", Json::String(WriteJson(call.parameters)));
  }
  if (call.timeout_seconds.has_value()) {
    details.emplace_back("timeoutInSeconds", Json::Number(*call.timeout_seconds));
  }
  if (call.heartbeat_seconds.has_value()) {
    details.emplace_back("heartbeatInSeconds", Json::Number(*call.heartbeat_seconds));
  }
  frame.Add(Stem(call.resource) + "Scheduled", DetailsStem(call.resource) + "Scheduled",
            std::move(details));
  const bool service = !call.resource.function && !call.resource.activity;
  frame.Add(Stem(call.resource) + "Started", service ? "taskStarted" : "",
            ResourceDetails(call.resource));
}

Outcome<Json> Failed(Frame& frame, const Call& call, Fault fault) {
  Json::Members details = ResourceDetails(call.resource);
  if (fault.error.has_value()) details.emplace_back("error", Json::String(*fault.error));
  if (fault.cause.has_value()) details.emplace_back("cause", Json::String(*fault.cause));
  const char* end = fault.timed_out ? "TimedOut" : "Failed";
  frame.Add(Stem(call.resource) + end, DetailsStem(call.resource) + end, std::move(details));
  return tl::unexpected<Fault>(std::move(fault));
}

// A call that nobody answers ends at its time-out or heartbeat, whichever comes first.
Job<Outcome<Json>> RunOut(Frame& frame, const Call& call) {
  const int64_t timeout = call.timeout_seconds.value_or(kForever);
  const int64_t heartbeat = call.heartbeat_seconds.value_or(kForever);
  const int64_t seconds = std::min(timeout, heartbeat);
  Clock& clock = frame.execution().clock;
  co_await clock.Until(clock.now_ns() + seconds * kNanosecondsPerSecond);
  Fault fault;
  fault.error = "States.Timeout";
  fault.timed_out = true;
  fault.heartbeat = heartbeat < timeout;
  co_return Failed(frame, call, std::move(fault));
}

bool Says(const Json& response, std::string_view key) {
  const Json* value = response.Find(key);
  return value != nullptr && value->is_bool() && value->boolean();
}

Outcome<Json> Answer(Frame& frame, const Call& call, const Json& response) {
  const Json* output = response.Find("output");
  if (output == nullptr) {
    Fault fault;
    const Json* error = response.Find("error");
    const Json* cause = response.Find("cause");
    if (error != nullptr && error->is_string()) fault.error = error->text();
    if (cause != nullptr && cause->is_string()) fault.cause = cause->text();
    return Failed(frame, call, std::move(fault));
  }
  Json value = *output;
  if (const Json* text = response.Find("output_text")) {
    value = ParseJson(text->text()).value_or(value);
  }
  const Outcome<Json> checked = WithinLimit(value, call.resource.blamed());
  if (!checked.has_value()) return Failed(frame, call, checked.error());
  Json::Members details = ResourceDetails(call.resource);
  AddPayload(details, "output", value);
  frame.Add(Stem(call.resource) + "Succeeded", DetailsStem(call.resource) + "Succeeded",
            std::move(details));
  return value;
}

}  // namespace

Job<Outcome<Transition>> AttemptTask(Frame& frame, Attempt& attempt) {
  const Outcome<Call> call = Prepare(frame);
  if (!call.has_value()) co_return tl::unexpected<Fault>(call.error());
  Schedule(frame, *call);
  const std::optional<Json> response = frame.execution().stubs.Take(
      frame.name, call->resource.type, call->resource.name, call->parameters);
  if (response.has_value() && (Says(*response, "timeout") || Says(*response, "never"))) {
    const Outcome<Json> nothing = co_await RunOut(frame, *call);
    attempt.while_waiting = true;
    co_return tl::unexpected<Fault>(nothing.error());
  }
  co_await frame.execution().clock.Answer();
  if (!response.has_value()) {
    attempt.while_waiting = true;
    Fault fault;
    fault.error = "States.Runtime";
    fault.cause = "No stub answers the state '" + frame.name + "' with the parameters " +
                  WriteJson(call->parameters);
    const Outcome<Json> failed = Failed(frame, *call, std::move(fault));
    co_return tl::unexpected<Fault>(failed.error());
  }
  const Outcome<Json> result = Answer(frame, *call, *response);
  if (!result.has_value()) {
    attempt.while_waiting = true;
    co_return tl::unexpected<Fault>(result.error());
  }
  co_await frame.execution().clock.Yield();
  co_return FinishWithResult(frame, *result, true);
}

}  // namespace aslx::reference
