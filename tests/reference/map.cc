#include <algorithm>

#include "tests/reference/children.h"
#include "tests/reference/decimal.h"
#include "tests/reference/payload.h"

namespace aslx::reference {
namespace {

constexpr int64_t kConcurrencyMax = 40;  // of an inline Map, the service's limit

struct Plan {
  Json effective;
  Json items;
  const Json* processor = nullptr;
  const Json* selector = nullptr;
  int64_t concurrency = 0;
  bool distributed = false;
  std::optional<int64_t> tolerated_count;
  std::optional<double> tolerated_percentage;
  bool tolerates() const { return tolerated_count.has_value() || tolerated_percentage.has_value(); }
};

tl::unexpected<Fault> BadNumber(const std::string& field, const Json& value,
                                const std::string& path, const char* kind) {
  const bool scalar = value.is_string() || value.is_number();
  return RuntimeFault("The " + field + " field refers to value \"" +
                      (scalar ? value.text() : WriteJson(value)) + "\" which is not a valid " +
                      kind + ": " + path);
}

// MaxConcurrency and ToleratedFailureCount: the literal, or a whole number or its text at a path.
Outcome<std::optional<int64_t>> WholeNumber(const Frame& frame, const Json& effective,
                                            const std::string& field) {
  if (const Json* literal = frame.form.Find(field)) return RoundHalfUp(literal->text());
  const Json* path = frame.form.Find(field + "Path");
  if (path == nullptr) return std::nullopt;
  const Outcome<Json> value = EvaluatePathField(path->text(), effective, frame.scope());
  if (!value.has_value()) return tl::unexpected<Fault>(value.error());
  const bool scalar = value->is_string() || value->is_number();
  const std::optional<int64_t> number = scalar ? ParseLong(value->text()) : std::nullopt;
  if (!number.has_value()) return BadNumber(field + "Path", *value, path->text(), "integer");
  if (*number < 0) return RuntimeFault(field + " cannot be negative.");
  return number;
}

Outcome<std::optional<double>> Percentage(const Frame& frame, const Json& effective) {
  const std::string field = "ToleratedFailurePercentage";
  std::optional<double> percentage;
  if (const Json* literal = frame.form.Find(field)) {
    percentage = ParseDouble(literal->text());
  } else if (const Json* path = frame.form.Find(field + "Path")) {
    const Outcome<Json> value = EvaluatePathField(path->text(), effective, frame.scope());
    if (!value.has_value()) return tl::unexpected<Fault>(value.error());
    const bool scalar = value->is_string() || value->is_number();
    const std::optional<double> number = scalar ? ParseDouble(value->text()) : std::nullopt;
    if (!number.has_value()) return BadNumber(field + "Path", *value, path->text(), "float");
    percentage = number;
  }
  if (percentage.has_value() && (*percentage < 0 || *percentage > 100)) {
    return RuntimeFault(field + " must be between 0 and 100.");
  }
  return percentage;
}

Outcome<Plan> Prepare(const Frame& frame) {
  Plan plan;
  const Outcome<Json> effective = EffectiveInput(frame);
  if (!effective.has_value()) return tl::unexpected<Fault>(effective.error());
  plan.effective = *effective;
  // Paths that lead nowhere come before numbers that are none.
  if (const Json* limit = frame.form.Find("MaxConcurrencyPath")) {
    const Outcome<Json> found = EvaluatePathField(limit->text(), *effective, frame.scope());
    if (!found.has_value()) return tl::unexpected<Fault>(found.error());
  }
  const Json* path = frame.form.Find("ItemsPath");
  const std::string items_path = path != nullptr ? path->text() : "$";
  const Outcome<Json> items = EvaluatePathField(items_path, *effective, frame.scope());
  if (!items.has_value()) return tl::unexpected<Fault>(items.error());
  const auto concurrency = WholeNumber(frame, *effective, "MaxConcurrency");
  if (!concurrency.has_value()) return tl::unexpected<Fault>(concurrency.error());
  plan.concurrency = concurrency->value_or(0);
  if (!items->is_array()) {
    return RuntimeFault("Reference path \"" + items_path + "\" must point to array.");
  }
  plan.items = *items;
  plan.processor = frame.form.Find("ItemProcessor");
  if (plan.processor == nullptr) plan.processor = frame.form.Find("Iterator");
  plan.selector = frame.form.Find("ItemSelector");
  if (plan.selector == nullptr) plan.selector = frame.form.Find("Parameters");
  const Json* config = plan.processor->Find("ProcessorConfig");
  const Json* mode = config != nullptr ? config->Find("Mode") : nullptr;
  plan.distributed = mode != nullptr && mode->text() == "DISTRIBUTED";
  return plan;
}

// The tolerated failures, which are read once the state has started.
Outcome<bool> ReadTolerance(const Frame& frame, Plan& plan) {
  const auto count = WholeNumber(frame, plan.effective, "ToleratedFailureCount");
  if (!count.has_value()) return tl::unexpected<Fault>(count.error());
  const auto percentage = Percentage(frame, plan.effective);
  if (!percentage.has_value()) return tl::unexpected<Fault>(percentage.error());
  plan.tolerated_count = *count;
  plan.tolerated_percentage = *percentage;
  return true;
}

Json::Members IterationDetails(const Frame& frame, size_t index) {
  return {{"name", Json::String(frame.name)}, {"index", Json::Number(static_cast<int64_t>(index))}};
}

// Runs the iterations of a Map and writes their events.
class Iterations {
 public:
  Iterations(Frame& frame, const Plan& plan)
      : frame_(frame),
        plan_(plan),
        children_(
            frame, plan.items.items().size(), Concurrency(plan),
            [this](Line& line, size_t index) { return RunOne(line, index); },
            [this](Line& line, size_t index, const Outcome<Json>& outcome) {
              return Ended(line, index, outcome);
            }),
        started_(frame.line.last_event),
        last_success_(started_),
        last_inner_(started_) {}

  Children& children() { return children_; }
  // The event that MapStateSucceeded and MapStateExited point to.
  int64_t last_success() const { return last_success_; }

 private:
  static size_t Concurrency(const Plan& plan) {
    const bool unlimited = plan.concurrency == 0 || plan.concurrency > kConcurrencyMax;
    return static_cast<size_t>(unlimited ? kConcurrencyMax : plan.concurrency);
  }

  Job<Outcome<Json>> RunOne(Line& line, size_t index) {
    const Json& item = plan_.items.items()[index];
    line.item =
        Json::Object({{"Index", Json::Number(static_cast<int64_t>(index))}, {"Value", item}});
    Json input = item;
    if (plan_.selector != nullptr) {
      Frame view{line, frame_.name, frame_.form, frame_.input};
      view.entered_time = frame_.entered_time;
      view.entered_id = frame_.entered_id;
      RefreshContext(view);
      Outcome<Json> selected = EvaluateTemplate(*plan_.selector, plan_.effective, view.scope());
      if (!selected.has_value()) {
        Fault fault = selected.error();
        AddPrefix(view, fault);
        co_return tl::unexpected<Fault>(std::move(fault));
      }
      input = std::move(*selected);
    }
    line.last_event = plan_.concurrency == 1 ? last_inner_ : started_;
    line.last_event =
        line.history.Add("MapIterationStarted", line.last_event, line.execution.now_ms(),
                         "mapIterationStarted", IterationDetails(frame_, index));
    co_return co_await RunStates(line, *plan_.processor, std::move(input));
  }

  bool Ended(Line& line, size_t index, const Outcome<Json>& outcome) {
    last_inner_ = line.last_event;
    if (!outcome.has_value()) return Forgives(line, index, outcome.error());
    last_success_ =
        line.history.Add("MapIterationSucceeded", line.last_event, line.execution.now_ms(),
                         "mapIterationSucceeded", IterationDetails(frame_, index));
    return true;
  }

  bool Forgives(Line& line, size_t index, const Fault& fault) {
    if (IsRuntime(fault) || !plan_.tolerates()) return false;
    ++failures_;
    const double percentage =
        100.0 * static_cast<double>(failures_) / static_cast<double>(plan_.items.items().size());
    if (plan_.tolerated_count.has_value() && failures_ > *plan_.tolerated_count) return false;
    if (plan_.tolerated_percentage.has_value() && percentage > *plan_.tolerated_percentage) {
      return false;
    }
    last_success_ = line.history.Add("MapIterationFailed", line.last_event, line.execution.now_ms(),
                                     "mapIterationFailed", IterationDetails(frame_, index));
    return true;
  }

  Frame& frame_;
  const Plan& plan_;
  Children children_;
  int64_t failures_ = 0;
  int64_t started_;
  int64_t last_success_;
  int64_t last_inner_;
};

// The fault of the Map: the iteration's, or that more failed than it tolerates.
Fault FaultOf(const Children& children, const Plan& plan) {
  if (IsRuntime(children.fault()) || !plan.tolerates()) return children.fault();
  Fault fault;
  fault.error = "States.ExceedToleratedFailureThreshold";
  fault.cause = "The specified tolerated failure threshold was exceeded";
  return fault;
}

// The outputs of the iterations; those of tolerated failures are left out.
Json ResultOf(const Children& children) {
  Json::Items items;
  for (const std::optional<Json>& result : children.results()) {
    if (result.has_value()) items.push_back(*result);
  }
  return Json::Array(std::move(items));
}

// What a failed iteration and those it cuts leave in the history.
void AddFailureEvents(Frame& frame, const Children& children, Attempt& attempt) {
  const Line& failed = *children.failed_line();
  const int64_t last = failed.last_event;
  const auto aborted = [&](const Line& line) {
    const std::string& type = line.state_type;
    if (type == "Task" || type == "Wait" || type == "Parallel" || type == "Map") {
      frame.AddBeside(type + "StateAborted", last);
    }
  };
  for (const size_t index : children.Unfinished()) {
    const Line& line = *children.lines()[index];
    if (line.state_type.empty()) continue;  // it has not begun
    frame.AddBeside("MapIterationAborted", last, "mapIterationAborted",
                    IterationDetails(frame, index));
    aborted(line);
  }
  frame.AddBeside("MapIterationFailed", last, "mapIterationFailed",
                  IterationDetails(frame, children.failed_index()));
  attempt = {.failed_event = "MapStateFailed", .failed_previous = last, .while_waiting = true};
}

// A child workflow of a distributed Map has a history of its own, which nobody sees.
Job<Outcome<Transition>> RunDistributed(Frame& frame, const Plan& plan, Attempt& attempt) {
  const std::string machine = frame.execution().machine_context.Find("Name")->text();
  const std::string arn = "arn:aws:states:" + frame.execution().region +
                          ":111111111111:mapRun:" + machine + "/" + frame.name + ":run";
  frame.Add("MapRunStarted", "mapRunStarted", {{"mapRunArn", Json::String(arn)}});
  History hidden;
  Line line{.execution = frame.execution(),
            .history = hidden,
            .variables = Variables{.outer = &frame.line.variables, .values = {}},
            .item = frame.line.item};
  Frame inner{line, frame.name, frame.form, frame.input};
  inner.entered_time = frame.entered_time;
  inner.entered_id = frame.entered_id;
  Iterations iterations(inner, plan);
  const bool succeeded = co_await iterations.children().Join();
  if (!succeeded) {
    frame.Add("MapRunFailed");
    attempt.failed_event = "MapStateFailed";
    attempt.failed_previous = frame.line.last_event;
    co_return tl::unexpected<Fault>(FaultOf(iterations.children(), plan));
  }
  frame.Add("MapRunSucceeded");
  frame.AddBeside("MapStateSucceeded", frame.line.last_event);
  const Json result = ResultOf(iterations.children());
  co_return FinishWithResult(frame, result, true);
}

}  // namespace

Job<Outcome<Transition>> AttemptMap(Frame& frame, Attempt& attempt) {
  Outcome<Plan> plan = Prepare(frame);
  if (!plan.has_value()) co_return tl::unexpected<Fault>(plan.error());
  frame.Add("MapStateStarted", "mapStateStarted",
            {{"length", Json::Number(static_cast<int64_t>(plan->items.items().size()))}});
  const Outcome<bool> tolerance = ReadTolerance(frame, *plan);
  if (!tolerance.has_value()) co_return tl::unexpected<Fault>(tolerance.error());
  if (plan->distributed) co_return co_await RunDistributed(frame, *plan, attempt);
  Iterations iterations(frame, *plan);
  Children& children = iterations.children();
  const bool succeeded = co_await children.Join();
  if (!succeeded) {
    frame.line.last_event = children.failed_line()->last_event;
    if (!IsRuntime(children.fault())) AddFailureEvents(frame, children, attempt);
    co_return tl::unexpected<Fault>(FaultOf(children, *plan));
  }
  const int64_t last = iterations.last_success();
  frame.line.last_event = last;
  const Json result = ResultOf(children);
  const Outcome<Json> checked = WithinLimit(result, frame.name);
  if (!checked.has_value()) {
    attempt = {.failed_event = "MapStateFailed", .failed_previous = last, .while_waiting = true};
    co_return tl::unexpected<Fault>(checked.error());
  }
  frame.AddBeside("MapStateSucceeded", last);
  if (!plan->items.items().empty()) co_await frame.execution().clock.Yield();
  co_return FinishWithResult(frame, result, true);
}

}  // namespace aslx::reference
