#include "pipeline/flow/router.h"

#include <algorithm>

#include "runtime/value/compare.h"
#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

tl::unexpected<Error> In(const std::string& where, const Error& error) {
  return Fail(error.kind, where + ": " + error.message);
}

Result<void> Parse(const std::string& where, std::string_view text, OutputPath* path) {
  Result<OutputPath> parsed = OutputPath::Parse(text);
  if (!parsed) return In(where, parsed.error());
  *path = std::move(*parsed);
  return {};
}

Result<void> PlanTopic(const std::string& where, const RecordSpec& spec, Delivery* delivery,
                       RecordPlan* plan) {
  plan->topics_allowed = spec.topics_allowed;
  if (!spec.topic_path.empty()) return Parse(where, spec.topic_path, &plan->topic_path);
  if (spec.topic.empty()) {
    return Fail(ErrorKind::kConfiguration, where + ": neither a topic nor a path to one is given");
  }
  plan->topic = delivery->OpenTopic(spec.topic);
  if (plan->topic != kNoTopic) return {};
  return Fail(ErrorKind::kConfiguration, where + ": `" + spec.topic + "` cannot be written to");
}

Result<void> PlanRecord(const std::string& where, const RecordSpec& spec, Delivery* delivery,
                        RecordPlan* plan) {
  if (Result<void> done = PlanTopic(where, spec, delivery, plan); !done) return done;
  plan->key = spec.key.source;
  plan->key_fixed = spec.key.fixed;
  if (plan->key == FieldSource::kOutput) {
    if (Result<void> done = Parse(where, spec.key.path, &plan->key_path); !done) return done;
  }
  for (const HeaderSpec& header : spec.headers) {
    RecordPlan::HeaderPlan made{
        header.name, header.source == FieldSource::kOutput, {}, header.fixed};
    if (made.from_output) {
      if (Result<void> done = Parse(where, header.path, &made.path); !done) return done;
    }
    plan->headers.push_back(std::move(made));
  }
  plan->pass_headers = spec.pass_headers;
  plan->pass_timestamp = spec.timestamp == TimestampSource::kInput;
  plan->execution_id_header = spec.execution_id_header;
  return {};
}

Result<void> PlanConditions(const std::string& where, const RouteSpec& spec, const Program& program,
                            Route* route) {
  for (const std::string& state : spec.states) {
    const bool known = std::ranges::any_of(program.states(), [&](const StateRecord& record) {
      return program.TextOf(record.name) == state;
    });
    if (!known) {
      return Fail(ErrorKind::kConfiguration, where + ": the machine has no state `" + state + "`");
    }
  }
  route->states = spec.states;
  route->has_path = !spec.path.empty();
  if (route->has_path) {
    if (Result<void> done = Parse(where, spec.path, &route->path); !done) return done;
  }
  if (spec.equals.empty()) return {};
  if (!route->has_path) {
    return Fail(ErrorKind::kConfiguration, where + ": a value to equal needs a path");
  }
  route->equals_text = spec.equals;
  JsonReader reader;
  const JsonError error = reader.Read(route->equals_text, nullptr, nullptr, &route->equals);
  if (error.kind == JsonError::Kind::kNone) return {};
  return Fail(ErrorKind::kConfiguration,
              where + ": `" + spec.equals + "` is not JSON: " + error.message);
}

Result<void> PlanSplit(const std::string& where, const std::string& split_path, Route* route) {
  route->split = !split_path.empty();
  return route->split ? Parse(where, split_path, &route->split_path) : Result<void>{};
}

Result<void> PlanRoute(const std::string& where, const RouteSpec& spec, const Program& program,
                       Delivery* delivery, Route* route) {
  route->name = spec.name;
  route->action = spec.action;
  if (Result<void> done = PlanConditions(where, spec, program, route); !done) return done;
  if (spec.action != RouteAction::kWrite) return {};
  if (Result<void> done = PlanSplit(where, spec.split_path, route); !done) return done;
  return PlanRecord(where, spec.record, delivery, &route->record);
}

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

Result<std::unique_ptr<Router>> Router::Create(const PipelineSpec& spec, const Program& program,
                                               Delivery* delivery) {
  std::unique_ptr<Router> router(new Router);
  for (RouteSpec route : spec.routes) {
    // One without a name goes by its place in the configuration.
    if (route.name.empty()) route.name = "routes[" + std::to_string(router->routes_.size()) + "]";
    router->routes_.push_back(std::make_unique<Route>());
    const std::string where = "route `" + route.name + "`";
    Result<void> done = PlanRoute(where, route, program, delivery, router->routes_.back().get());
    if (!done) return tl::unexpected<Error>(done.error());
  }
  RouteSpec rest;
  rest.name = "output";
  rest.action = spec.output_action;
  rest.split_path = spec.output_split_path;
  rest.record = spec.output;
  router->routes_.push_back(std::make_unique<Route>());
  Result<void> done = PlanRoute("output", rest, program, delivery, router->routes_.back().get());
  if (!done) return tl::unexpected<Error>(done.error());
  return router;
}

const Route& Router::Choose(std::string_view final_state, const Value& output, Arena& arena) const {
  for (size_t i = 0; i + 1 < routes_.size(); ++i) {
    if (Takes(*routes_[i], final_state, output, arena)) return *routes_[i];
  }
  return *routes_.back();
}

}  // namespace aslx
