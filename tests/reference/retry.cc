#include <algorithm>
#include <cmath>
#include <map>

#include "tests/reference/decimal.h"
#include "tests/reference/execution.h"
#include "tests/reference/payload.h"

namespace aslx::reference {
namespace {

bool Matches(const Json& rule, const Fault& fault) {
  for (const Json& name : rule.Find("ErrorEquals")->items()) {
    if (name.text() == "States.ALL") return true;
    if (name.text() == "States.TaskFailed" && fault.error != "States.Timeout") return true;
    if (name.text() == "States.HeartbeatTimeout" && fault.heartbeat) return true;
    if (fault.error == name.text()) return true;
  }
  return false;
}

double NumberOr(const Json& rule, const std::string& field, double otherwise) {
  const Json* value = rule.Find(field);
  return value == nullptr ? otherwise : *ParseDouble(value->text());
}

int64_t DelayNs(const Json& rule, int64_t attempts, std::mt19937_64& random) {
  double seconds = NumberOr(rule, "IntervalSeconds", 1) *
                   std::pow(NumberOr(rule, "BackoffRate", 2), static_cast<double>(attempts));
  seconds = std::min(seconds, NumberOr(rule, "MaxDelaySeconds", 99'999'999));
  const Json* jitter = rule.Find("JitterStrategy");
  if (jitter != nullptr && jitter->text() == "FULL") {
    seconds *= std::uniform_real_distribution<double>(0, 1)(random);
  }
  return std::llround(seconds * static_cast<double>(kNanosecondsPerSecond));
}

Json ErrorOutput(const Fault& fault) {
  const auto text = [](const std::optional<std::string>& value) {
    return value.has_value() ? Json::String(*value) : Json();
  };
  const Json cause =
      fault.timed_out && !fault.cause.has_value() ? Json::String("") : text(fault.cause);
  return Json::Object({{"Error", text(fault.error)}, {"Cause", cause}});
}

Outcome<Transition> Catch(const Frame& frame, const Json& catcher, const Fault& fault) {
  const Json error = ErrorOutput(fault);
  Transition transition;
  transition.next = catcher.Find("Next")->text();
  if (const Json* assign = catcher.Find("Assign")) {
    Outcome<Json> values = EvaluateTemplate(*assign, error, frame.scope());
    if (!values.has_value()) return tl::unexpected<Fault>(values.error());
    transition.assigned = values->members();
  }
  const Json* path = catcher.Find("ResultPath");
  transition.output = error;
  if (path != nullptr && path->is_null()) {
    transition.output = frame.input;
  } else if (path != nullptr) {
    Outcome<Json> output = Graft(frame.input, path->text(), error);
    if (!output.has_value()) return tl::unexpected<Fault>(output.error());
    transition.output = std::move(*output);
  }
  return transition;
}

Job<Outcome<Transition>> AttemptOnce(Frame& frame, Attempt& attempt) {
  const std::string type = frame.type();
  if (type == "Task") co_return co_await AttemptTask(frame, attempt);
  if (type == "Parallel") co_return co_await AttemptParallel(frame, attempt);
  co_return co_await AttemptMap(frame, attempt);
}

const Json* FirstMatch(const Frame& frame, const std::string& field, const Fault& fault,
                       size_t* index) {
  const Json* rules = frame.form.Find(field);
  if (rules == nullptr) return nullptr;
  for (size_t i = 0; i < rules->items().size(); ++i) {
    if (!Matches(rules->items()[i], fault)) continue;
    if (index != nullptr) *index = i;
    return &rules->items()[i];
  }
  return nullptr;
}

}  // namespace

Job<Outcome<Transition>> RunWithRetries(Frame& frame) {
  std::map<size_t, int64_t> attempts;  // by retrier
  while (true) {
    Attempt attempt;
    Outcome<Transition> result = co_await AttemptOnce(frame, attempt);
    if (result.has_value()) {
      const Outcome<Json> checked = ExitWithinLimits(*result, frame.name);
      if (checked.has_value()) co_return result;
      result = tl::unexpected<Fault>(checked.error());
    }
    Fault fault = result.error();
    AddPrefix(frame, fault);
    if (IsRuntime(fault)) co_return tl::unexpected<Fault>(std::move(fault));
    size_t index = 0;
    const Json* retrier = FirstMatch(frame, "Retry", fault, &index);
    if (retrier != nullptr) {
      const double most = NumberOr(*retrier, "MaxAttempts", 3);
      if (static_cast<double>(attempts[index]) < most) {
        const int64_t delay = DelayNs(*retrier, attempts[index], frame.execution().random);
        ++attempts[index];
        co_await frame.execution().clock.Until(frame.execution().clock.now_ns() + delay);
        co_await frame.execution().clock.Yield();
        ++frame.retry_count;
        RefreshContext(frame);
        continue;
      }
    }
    if (!attempt.failed_event.empty()) {
      frame.line.last_event = frame.AddBeside(attempt.failed_event, attempt.failed_previous);
    }
    const Json* catcher = FirstMatch(frame, "Catch", fault, nullptr);
    if (catcher == nullptr) co_return tl::unexpected<Fault>(std::move(fault));
    if (attempt.while_waiting) co_await frame.execution().clock.Yield();
    co_return Catch(frame, *catcher, fault);
  }
}

}  // namespace aslx::reference
