#include "tests/reference/decimal.h"
#include "tests/reference/execution.h"
#include "tests/reference/payload.h"

namespace aslx::reference {
namespace {

// InputPath or OutputPath: null stands for an empty object.
Outcome<Json> PathFieldOf(const Frame& frame, const std::string& field, const Json& document) {
  const Json* path = frame.form.Find(field);
  if (path == nullptr) return document;
  if (path->is_null()) return Json::Object({});
  return EvaluatePathField(path->text(), document, frame.scope());
}

tl::unexpected<Fault> NoPlace(const std::string& path, const Json& input) {
  tl::unexpected<Fault> fault =
      NamedFault("States.ResultPathMatchFailure",
                 "Unable to apply step \"" + path + "\" to input " + WriteJson(input));
  fault.value().needs_prefix = true;
  return fault;
}

// Puts the value where the steps from `i` on lead, making the objects on the way.
std::optional<Json> Put(const std::vector<PathStep>& steps, size_t i, const Json* at, Json value) {
  if (i == steps.size()) return value;
  if (steps[i].kind == PathStep::Kind::kNames) {
    if (at != nullptr && !at->is_object()) return std::nullopt;
    const std::string& name = steps[i].names[0];
    const Json object = at != nullptr ? *at : Json::Object({});
    std::optional<Json> inner = Put(steps, i + 1, object.Find(name), std::move(value));
    if (!inner.has_value()) return std::nullopt;
    return object.With(name, std::move(*inner));
  }
  // An element has to be there to be replaced.
  if (at == nullptr || !at->is_array() || steps[i].kind != PathStep::Kind::kIndexes) {
    return std::nullopt;
  }
  const int64_t index = steps[i].indexes[0];
  if (index < 0 || index >= static_cast<int64_t>(at->items().size())) return std::nullopt;
  Json::Items items = at->items();
  Json& item = items[static_cast<size_t>(index)];
  std::optional<Json> inner = Put(steps, i + 1, &item, std::move(value));
  if (!inner.has_value()) return std::nullopt;
  item = std::move(*inner);
  return Json::Array(std::move(items));
}

Outcome<Json::Members> Assigned(const Frame& frame, const Json* assign, const Json& document) {
  if (assign == nullptr) return Json::Members();
  Outcome<Json> values = EvaluateTemplate(*assign, document, frame.scope());
  if (!values.has_value()) return tl::unexpected<Fault>(values.error());
  return values->members();
}

}  // namespace

std::optional<std::string> NextOf(const Json& form) {
  const Json* next = form.Find("Next");
  if (next == nullptr) return std::nullopt;
  return next->text();
}

Outcome<Json> EffectiveInput(const Frame& frame) {
  return PathFieldOf(frame, "InputPath", frame.input);
}

Outcome<Json> TaskInput(const Frame& frame) {
  Outcome<Json> effective = EffectiveInput(frame);
  const Json* parameters = frame.form.Find("Parameters");
  if (!effective.has_value() || parameters == nullptr) return effective;
  return EvaluateTemplate(*parameters, *effective, frame.scope());
}

Outcome<Json> Graft(const Json& input, const std::string& path, Json value) {
  const std::optional<Path> parsed = ParsePath(path);
  if (!parsed.has_value()) return NoPlace(path, input);
  std::optional<Json> result = Put(parsed->steps, 0, &input, std::move(value));
  if (!result.has_value()) return NoPlace(path, input);
  return std::move(*result);
}

Outcome<Transition> FinishWithResult(const Frame& frame, const Json& result, bool select) {
  Outcome<Json::Members> assigned = Assigned(frame, frame.form.Find("Assign"), result);
  if (!assigned.has_value()) return tl::unexpected<Fault>(assigned.error());
  Outcome<Json> value = result;
  const Json* selector = frame.form.Find("ResultSelector");
  if (select && selector != nullptr) {
    value = EvaluateTemplate(*selector, result, frame.scope());
    if (!value.has_value()) return tl::unexpected<Fault>(value.error());
  }
  const Json* path = frame.form.Find("ResultPath");
  if (path != nullptr && path->is_null()) {
    value = frame.input;
  } else if (path != nullptr) {
    value = Graft(frame.input, path->text(), std::move(*value));
    if (!value.has_value()) return tl::unexpected<Fault>(value.error());
  }
  Outcome<Json> output = PathFieldOf(frame, "OutputPath", *value);
  if (!output.has_value()) return tl::unexpected<Fault>(output.error());
  return Transition{std::move(*output), NextOf(frame.form), std::move(*assigned)};
}

Outcome<Transition> FinishWithInput(const Frame& frame, const Json& effective, const Json* assign) {
  Outcome<Json::Members> assigned = Assigned(frame, assign, effective);
  if (!assigned.has_value()) return tl::unexpected<Fault>(assigned.error());
  Outcome<Json> output = PathFieldOf(frame, "OutputPath", effective);
  if (!output.has_value()) return tl::unexpected<Fault>(output.error());
  return Transition{std::move(*output), NextOf(frame.form), std::move(*assigned)};
}

Outcome<Json> WithinLimit(Json value, const std::string& whose) {
  if (WriteJson(value).size() <= kPayloadMax) return value;
  return NamedFault("States.DataLimitExceeded",
                    "The state/task '" + whose +
                        "' returned a result with a size exceeding the maximum number of bytes "
                        "service limit.");
}

Outcome<Json> ExitWithinLimits(const Transition& transition, const std::string& state) {
  size_t bytes = 0;
  for (const auto& [name, value] : transition.assigned)
    bytes += WriteJson(value).size();
  if (bytes > kPayloadMax) {
    tl::unexpected<Fault> fault =
        NamedFault("States.DataLimitExceeded",
                   "The variables of one Assign exceed the limit of 262144 bytes.");
    fault.value().needs_prefix = true;
    return fault;
  }
  return WithinLimit(transition.output, state);
}

Outcome<int64_t> LongAt(const Frame& frame, const std::string& field, const Json& effective) {
  const std::string path = frame.form.Find(field)->text();
  const std::optional<Json> value = FindAt(path, effective, frame.scope());
  if (!value.has_value()) {
    return RuntimeFault("The " + field + " parameter does not reference an input value: " + path);
  }
  const bool scalar = value->is_string() || value->is_number();
  const std::string text = scalar ? value->text() : WriteJson(*value);
  const std::optional<int64_t> number = scalar ? ParseLong(text) : std::nullopt;
  if (!number.has_value()) {
    return RuntimeFault("The " + field + " parameter cannot be parsed as a long value: " + path +
                        " == " + text);
  }
  const bool zero_allowed = field == "SecondsPath";
  if (*number < 0 || (*number == 0 && !zero_allowed)) {
    return RuntimeFault("The " + field + " parameter references a " +
                        (zero_allowed ? "negative value: " : "value that is not positive: ") +
                        path + " == " + text);
  }
  return *number;
}

}  // namespace aslx::reference
