#include <algorithm>

#include "tests/reference/choice.h"
#include "tests/reference/decimal.h"
#include "tests/reference/execution.h"
#include "tests/reference/payload.h"
#include "tests/reference/timestamp.h"

namespace aslx::reference {
namespace {

Outcome<Transition> RunPass(const Frame& frame) {
  const Json* result = frame.form.Find("Result");
  if (result != nullptr) return FinishWithResult(frame, *result, false);
  Outcome<Json> value = TaskInput(frame);
  if (!value.has_value()) return tl::unexpected<Fault>(value.error());
  return FinishWithResult(frame, *value, false);
}

Outcome<Transition> RunChoice(const Frame& frame) {
  const Outcome<Json> effective = EffectiveInput(frame);
  if (!effective.has_value()) return tl::unexpected<Fault>(effective.error());
  for (const Json& rule : frame.form.Find("Choices")->items()) {
    const Outcome<bool> holds = RuleHolds(rule, *effective, frame.scope());
    if (!holds.has_value()) return tl::unexpected<Fault>(holds.error());
    if (!*holds) continue;
    Outcome<Transition> result = FinishWithInput(frame, *effective, rule.Find("Assign"));
    if (result.has_value()) result->next = rule.Find("Next")->text();
    return result;
  }
  const Json* otherwise = frame.form.Find("Default");
  if (otherwise == nullptr) {
    return RuntimeFault(
        "Failed to transition out of the state. The state does not point to a next state.");
  }
  Outcome<Transition> result = FinishWithInput(frame, *effective, frame.form.Find("Assign"));
  if (result.has_value()) result->next = otherwise->text();
  return result;
}

// The instant at which a Wait ends, from the start of the execution.
Outcome<int64_t> WaitEnd(const Frame& frame, const Json& effective) {
  constexpr int64_t kSecondsMax = 99'999'999;
  const int64_t now = frame.execution().clock.now_ns();
  if (const Json* seconds = frame.form.Find("Seconds")) {
    return now + *RoundHalfUp(seconds->text()) * kNanosecondsPerSecond;
  }
  if (frame.form.Find("SecondsPath") != nullptr) {
    const Outcome<int64_t> seconds = LongAt(frame, "SecondsPath", effective);
    if (!seconds.has_value()) return seconds;
    return now + std::min(*seconds, kSecondsMax) * kNanosecondsPerSecond;
  }
  std::string text;
  if (const Json* literal = frame.form.Find("Timestamp")) {
    text = literal->text();
  } else {
    const std::string path = frame.form.Find("TimestampPath")->text();
    const std::optional<Json> value = FindAt(path, effective, frame.scope());
    if (!value.has_value()) {
      return RuntimeFault("The TimestampPath parameter does not reference an input value: " + path);
    }
    text = value->is_string() ? value->text() : WriteJson(*value);
    if (!value->is_string() || !ParseTimestamp(text).has_value()) {
      return RuntimeFault(
          "The TimestampPath parameter does not reference a valid ISO-8601 extended offset "
          "date-time format string: " +
          path + " == " + text);
    }
  }
  const std::optional<Instant> instant = ParseTimestamp(text);
  const Instant start = static_cast<Instant>(frame.execution().start_ms) * 1'000'000;
  if (!instant.has_value() || *instant - start <= now) return now;
  const Instant latest = static_cast<Instant>(kSecondsMax) * kNanosecondsPerSecond + now;
  return static_cast<int64_t>(std::min(*instant - start, latest));
}

Job<Outcome<Transition>> RunWait(const Frame& frame) {
  const Outcome<Json> effective = EffectiveInput(frame);
  if (!effective.has_value()) co_return tl::unexpected<Fault>(effective.error());
  const Outcome<int64_t> end = WaitEnd(frame, *effective);
  if (!end.has_value()) co_return tl::unexpected<Fault>(end.error());
  co_await frame.execution().clock.Until(*end);
  co_await frame.execution().clock.Yield();
  co_return FinishWithInput(frame, *effective, frame.form.Find("Assign"));
}

Outcome<Transition> RunSucceed(const Frame& frame) {
  const Outcome<Json> effective = EffectiveInput(frame);
  if (!effective.has_value()) return tl::unexpected<Fault>(effective.error());
  return FinishWithInput(frame, *effective, nullptr);
}

// Error or Cause of a Fail state: its literal, or the text that its …Path field finds.
Outcome<std::optional<std::string>> FailText(const Frame& frame, const std::string& field) {
  if (const Json* literal = frame.form.Find(field)) return literal->text();
  const Json* path = frame.form.Find(field + "Path");
  if (path == nullptr) return std::nullopt;
  const Outcome<Json> value =
      EvaluateField(field + "Path", path->text(), frame.input, frame.scope());
  if (!value.has_value()) return tl::unexpected<Fault>(value.error());
  if (!value->is_string()) {
    return RuntimeFault("The " + field + "Path field does not reference a string: " + path->text() +
                        " == " + WriteJson(*value));
  }
  return value->text();
}

Outcome<Transition> RunFail(const Frame& frame) {
  Fault fault;
  for (const char* field : {"Error", "Cause"}) {
    Outcome<std::optional<std::string>> text = FailText(frame, field);
    if (!text.has_value()) return tl::unexpected<Fault>(text.error());
    (field == std::string("Error") ? fault.error : fault.cause) = *text;
  }
  return tl::unexpected<Fault>(fault);
}

Job<Outcome<Transition>> RunState(Frame& frame) {
  const std::string type = frame.type();
  if (type == "Pass") co_return RunPass(frame);
  if (type == "Choice") co_return RunChoice(frame);
  if (type == "Succeed") co_return RunSucceed(frame);
  if (type == "Fail") co_return RunFail(frame);
  if (type == "Wait") co_return co_await RunWait(frame);
  co_return co_await RunWithRetries(frame);
}

void Enter(Frame& frame) {
  frame.line.state_type = frame.type();
  Json::Members details = {{"name", Json::String(frame.name)}};
  AddPayload(details, "input", frame.input);
  // The first state of an execution points to nothing, not to ExecutionStarted.
  if (frame.line.last_event == 1) frame.line.last_event = 0;
  frame.Add(frame.type() + "StateEntered", "stateEntered", std::move(details));
  frame.entered_id = frame.line.last_event;
  frame.entered_time = WriteTimestamp(frame.execution().now_ms());
  RefreshContext(frame);
}

void Exit(Frame& frame, const Transition& transition) {
  Json::Members details = {{"name", Json::String(frame.name)}};
  AddPayload(details, "output", transition.output);
  if (!transition.assigned.empty()) {
    Json::Members texts;
    for (const auto& [name, value] : transition.assigned) {
      // A text is shown as it is, everything else as JSON.
      texts.emplace_back(name, Json::String(value.is_string() ? value.text() : WriteJson(value)));
      frame.line.variables.values[name] = value;
    }
    details.emplace_back("assignedVariables", Json::Object(std::move(texts)));
    details.emplace_back("assignedVariablesDetails",
                         Json::Object({{"truncated", Json::Bool(false)}}));
  }
  frame.Add(frame.type() + "StateExited", "stateExited", std::move(details));
  frame.line.state_type.clear();
}

}  // namespace

void AddPayload(Json::Members& details, const std::string& key, const Json& value) {
  details.emplace_back(key, Json::String(WriteJson(value)));
  details.emplace_back(key + "Details", Json::Object({{"truncated", Json::Bool(false)}}));
}

void RefreshContext(Frame& frame) {
  Json::Members state = {{"Name", Json::String(frame.name)},
                         {"EnteredTime", Json::String(frame.entered_time)}};
  if (frame.type() == "Task") state.emplace_back("RetryCount", Json::Number(frame.retry_count));
  Json::Members context = {{"Execution", frame.execution().execution_context},
                           {"StateMachine", frame.execution().machine_context},
                           {"State", Json::Object(std::move(state))}};
  if (!frame.line.item.is_null()) {
    context.emplace_back("Map", Json::Object({{"Item", frame.line.item}}));
  }
  frame.context = Json::Object(std::move(context));
}

void AddPrefix(const Frame& frame, Fault& fault) {
  if (!fault.needs_prefix) return;
  fault.needs_prefix = false;
  fault.cause = "An error occurred while executing the state '" + frame.name +
                "' (entered at the event id #" + std::to_string(frame.entered_id) + "). " +
                *fault.cause;
}

Job<Outcome<Json>> RunStates(Line& line, const Json& machine, Json input) {
  std::string name = machine.Find("StartAt")->text();
  while (true) {
    Frame frame{line, name, *machine.Find("States")->Find(name), std::move(input)};
    Enter(frame);
    Outcome<Transition> result = co_await RunState(frame);
    if (result.has_value()) {
      const Outcome<Json> checked = ExitWithinLimits(*result, frame.name);
      if (!checked.has_value()) result = tl::unexpected<Fault>(checked.error());
    }
    if (!result.has_value()) {
      Fault fault = result.error();
      AddPrefix(frame, fault);
      co_return tl::unexpected<Fault>(std::move(fault));
    }
    Exit(frame, *result);
    if (!result->next.has_value()) co_return std::move(result->output);
    name = *result->next;
    input = std::move(result->output);
  }
}

}  // namespace aslx::reference
