// Decides what becomes of a result: which route takes it, and what its records are made of.
//
// What it is: PipelineSpec's routes with paths parsed, topics opened and values read, checked at
// start. What it is not: the writer of records (output_writer.h).
// Who uses it: Flow, once an outcome. Thread: immutable once made.
// Memory: owns its plans; a chosen route lives as long as the router.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/output_path.h"
#include "pipeline/flow/pipeline_spec.h"
#include "runtime/program/program.h"

namespace aslx {

/// A RecordSpec, ready to be followed.
struct RecordPlan {
  TopicId topic = kNoTopic;  // kNoTopic: topic_path names it
  OutputPath topic_path;
  std::vector<std::string> topics_allowed;
  FieldSource key = FieldSource::kInput;
  OutputPath key_path;
  std::string key_fixed;
  struct HeaderPlan {
    std::string name;
    bool from_output = false;
    OutputPath path;
    std::string fixed;
  };
  std::vector<HeaderPlan> headers;
  bool pass_headers = true;
  bool pass_timestamp = true;
  std::string execution_id_header;
};

struct Route {
  std::string name;
  std::vector<std::string> states;
  bool has_path = false;
  OutputPath path;
  std::string equals_text;  // what `equals` points into
  Value equals;             // Undefined: any value will do
  RouteAction action = RouteAction::kWrite;
  bool split = false;
  OutputPath split_path;
  RecordPlan record;
};

class Router {
 public:
  /// All that is wrong with paths, values and the names of states, each with its place and route.
  /// Opens nothing.
  static std::vector<std::string> Check(const PipelineSpec& spec, const Program& program);
  /// Checks the same and opens the topics; the error has a line for each finding.
  static Result<std::unique_ptr<Router>> Create(const PipelineSpec& spec, const Program& program,
                                                Delivery* delivery);

  /// The first route that takes the result, in the order in which they are configured.
  const Route& Choose(std::string_view final_state, const Value& output, Arena& arena) const;

 private:
  Router() = default;
  // The last one has no conditions: PipelineSpec::output. Values point into their own route's text,
  // so routes stay in place.
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace aslx
