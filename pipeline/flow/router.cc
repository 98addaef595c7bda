#include "pipeline/flow/router.h"

#include <algorithm>

#include "runtime/value/compare.h"
#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

/// Makes the routes of a specification, and notes all that is wrong with it.
class Planner {
 public:
  /// Without a delivery no topic is opened: a check alone.
  Planner(const PipelineSpec& spec, const Program& program, Delivery* delivery)
      : spec_(spec), program_(program), delivery_(delivery) {}

  void Plan(std::vector<std::unique_ptr<Route>>* routes) {
    for (size_t i = 0; i < spec_.routes.size(); ++i) {
      RouteSpec route = spec_.routes[i];
      const std::string key = "routes[" + std::to_string(i) + "]";
      // One without a name goes by its place in the configuration.
      if (route.name.empty()) route.name = key;
      where_ = "route '" + route.name + "'";
      routes->push_back(std::make_unique<Route>());
      PlanRoute(key, route, routes->back().get());
    }
    RouteSpec rest;
    rest.name = "output";
    rest.action = spec_.output_action;
    rest.split_path = spec_.output_split_path;
    rest.record = spec_.output;
    where_ = "output";
    routes->push_back(std::make_unique<Route>());
    PlanRoute("output", rest, routes->back().get());
  }

  std::vector<std::string> TakeFindings() { return std::move(findings_); }

 private:
  void Report(const std::string& key, const std::string& what) {
    findings_.push_back(spec_.PlaceOf(key) + ": pipeline '" + spec_.name + "', " + where_ + ": " +
                        what);
  }

  void Parse(const std::string& key, std::string_view text, OutputPath* path) {
    Result<OutputPath> parsed = OutputPath::Parse(text);
    if (parsed)
      *path = std::move(*parsed);
    else
      Report(key, parsed.error().message);
  }

  void PlanTopic(const std::string& key, const RecordSpec& record, RecordPlan* plan) {
    plan->topics_allowed = record.topics_allowed;
    if (!record.topic_path.empty()) {
      Parse(key + ".topic_path", record.topic_path, &plan->topic_path);
    } else if (record.topic.empty()) {
      Report(key, "neither a topic nor a path to one is given");
    } else if (delivery_ != nullptr) {
      plan->topic = delivery_->OpenTopic(record.topic);
      if (plan->topic == kNoTopic)
        Report(key + ".topic", "'" + record.topic + "' cannot be written to");
    }
  }

  void PlanRecord(const std::string& key, const RecordSpec& record, RecordPlan* plan) {
    PlanTopic(key, record, plan);
    plan->key = record.key.source;
    plan->key_fixed = record.key.fixed;
    if (plan->key == FieldSource::kOutput)
      Parse(key + ".key.path", record.key.path, &plan->key_path);
    for (size_t i = 0; i < record.headers.size(); ++i) {
      const HeaderSpec& header = record.headers[i];
      RecordPlan::HeaderPlan made{
          header.name, header.source == FieldSource::kOutput, {}, header.fixed};
      if (made.from_output)
        Parse(key + ".headers[" + std::to_string(i) + "].path", header.path, &made.path);
      plan->headers.push_back(std::move(made));
    }
    plan->pass_headers = record.pass_headers;
    plan->pass_timestamp = record.timestamp == TimestampSource::kInput;
    plan->execution_id_header = record.execution_id_header;
  }

  void PlanConditions(const std::string& key, const RouteSpec& spec, Route* route) {
    for (size_t i = 0; i < spec.states.size(); ++i) {
      const bool known = std::ranges::any_of(program_.states(), [&](const StateRecord& record) {
        return program_.TextOf(record.name) == spec.states[i];
      });
      if (!known) {
        Report(key + ".states[" + std::to_string(i) + "]",
               "the machine has no state '" + spec.states[i] + "'");
      }
    }
    route->states = spec.states;
    route->has_path = !spec.path.empty();
    if (route->has_path) Parse(key + ".path", spec.path, &route->path);
    if (spec.equals.empty()) return;
    if (!route->has_path) Report(key + ".equals", "a value to equal needs a path");
    route->equals_text = spec.equals;
    JsonReader reader;
    const JsonError error = reader.Read(route->equals_text, nullptr, nullptr, &route->equals);
    if (error.kind == JsonError::Kind::kNone) return;
    Report(key + ".equals", "'" + spec.equals + "' is not JSON: " + std::string(error.message));
  }

  void PlanRoute(const std::string& key, const RouteSpec& spec, Route* route) {
    route->name = spec.name;
    route->action = spec.action;
    PlanConditions(key, spec, route);
    if (spec.action != RouteAction::kWrite) return;
    route->split = !spec.split_path.empty();
    if (route->split) Parse(key + ".split", spec.split_path, &route->split_path);
    PlanRecord(key, spec.record, &route->record);
  }

  const PipelineSpec& spec_;
  const Program& program_;
  Delivery* delivery_;
  std::string where_;  // which route, for messages
  std::vector<std::string> findings_;
};

bool Takes(const Route& route, std::string_view final_state, const Value& output, Arena& arena) {
  if (!route.states.empty() && std::ranges::find(route.states, final_state) == route.states.end()) {
    return false;
  }
  if (!route.has_path) return true;
  const Value found = route.path.Find(output, arena);
  if (found.undefined()) return false;
  return route.equals.undefined() || Equal(found, route.equals, arena);
}

}  // namespace

std::vector<std::string> Router::Check(const PipelineSpec& spec, const Program& program) {
  std::vector<std::unique_ptr<Route>> routes;
  Planner planner(spec, program, nullptr);
  planner.Plan(&routes);
  return planner.TakeFindings();
}

Result<std::unique_ptr<Router>> Router::Create(const PipelineSpec& spec, const Program& program,
                                               Delivery* delivery) {
  std::unique_ptr<Router> router(new Router);
  Planner planner(spec, program, delivery);
  planner.Plan(&router->routes_);
  std::string message;
  for (const std::string& finding : planner.TakeFindings())
    message += (message.empty() ? "" : "\n") + finding;
  if (!message.empty()) return Fail(ErrorKind::kConfiguration, std::move(message));
  return router;
}

const Route& Router::Choose(std::string_view final_state, const Value& output, Arena& arena) const {
  for (size_t i = 0; i + 1 < routes_.size(); ++i) {
    if (Takes(*routes_[i], final_state, output, arena)) return *routes_[i];
  }
  return *routes_.back();
}

}  // namespace aslx
