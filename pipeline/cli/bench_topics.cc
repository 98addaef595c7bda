#include "pipeline/cli/bench_topics.h"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "pipeline/cli/pipeline_core.h"

namespace aslx {
namespace {

/// Kafka's own limit of a topic's name.
constexpr size_t kTopicBytesMax = 249;
/// So many partitions a worker, so that its share of events is even.
constexpr uint64_t kPartitionsPerWorker = 2;
constexpr uint64_t kPartitionsMin = 4;

/// Every record that an outcome may become.
std::vector<RecordSpec*> RecordsOf(PipelineSpec* spec) {
  std::vector<RecordSpec*> records;
  if (spec->output_action == RouteAction::kWrite) records.push_back(&spec->output);
  for (RouteSpec& route : spec->routes)
    if (route.action == RouteAction::kWrite) records.push_back(&route.record);
  return records;
}

/// A topic of this run in the place of another, whose name it shows.
std::string OwnTopic(const std::string& run_name, std::string_view other) {
  std::string name = run_name + "-";
  for (const char c : other) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
    name += allowed ? c : '-';
  }
  return name.substr(0, kTopicBytesMax);
}

Result<void> RenameOutputs(PipelineSpec* spec, const std::string& run_name) {
  for (RecordSpec* record : RecordsOf(spec)) {
    if (!record->topic_path.empty()) {
      return Fail(ErrorKind::kUsage,
                  fmt::format("{}: outcomes name their topic themselves ({}), so they cannot go to "
                              "topics of this run: --configured-topics writes to theirs",
                              spec->PlaceOf("output"), record->topic_path));
    }
    record->topic = OwnTopic(run_name, record->topic);
  }
  if (spec->dead_letters.action == DeadLetterSpec::Action::kWrite)
    spec->dead_letters.topic = OwnTopic(run_name, spec->dead_letters.topic);
  return {};
}

/// Dead letters keep both, so only outputs are looked at.
Result<void> ChooseCorrelation(const BenchOptions& options, BenchPlan* plan) {
  const auto all = [plan](auto passes) {
    if (plan->config.pipelines.empty()) return true;
    return std::ranges::all_of(RecordsOf(&plan->config.pipelines.front().spec), passes);
  };
  const bool keys =
      all([](const RecordSpec* record) { return record->key.source == FieldSource::kInput; });
  const bool headers = all([](const RecordSpec* record) { return record->pass_headers; });
  if (options.correlation == "auto") {
    plan->correlation = keys && options.key.empty() ? Correlation::kKey : Correlation::kHeader;
  } else {
    plan->correlation = options.correlation == "key" ? Correlation::kKey : Correlation::kHeader;
  }
  if (plan->correlation == Correlation::kKey ? keys : headers) return {};
  const PipelineSpec& spec = plan->config.pipelines.front().spec;
  return Fail(ErrorKind::kUsage,
              fmt::format("pipeline '{}': an outcome has to be told whose it is: by the key of its "
                          "event (key: {{from: input}}, and no --key) or by a header "
                          "(pass_headers: true); not every output of the pipeline passes {} on",
                          spec.name, plan->correlation == Correlation::kKey ? "keys" : "headers"));
}

void UseGiven(const std::string& given, const std::string& made, std::string* name,
              std::vector<std::string>* made_topics) {
  *name = given.empty() ? made : given;
  if (given.empty()) made_topics->push_back(made);
}

}  // namespace

Result<void> MakeTopics(const BenchOptions& options, BenchPlan* plan) {
  if (Result<void> chosen = ChooseCorrelation(options, plan); !chosen) return chosen;
  if (plan->mode == BenchMode::kInProcess) return {};
  if (plan->mode == BenchMode::kExternal) {
    plan->source_topic = options.source_topic;
    plan->output_topics = options.output_topics;
    return {};
  }
  const uint64_t workers = *std::ranges::max_element(plan->worker_counts);
  plan->partitions = static_cast<int>(
      options.partitions != 0 ? options.partitions
                              : std::max(kPartitionsMin, workers * kPartitionsPerWorker));
  PipelineSpec& spec = plan->config.pipelines.front().spec;
  ClusterConfig& cluster = plan->config.cluster;
  spec.source.kind = spec.sink = EndpointKind::kKafka;
  spec.source.group = cluster.instance_id = plan->run_name;
  if (options.configured_topics) {
    if (spec.source.topics.size() != 1 || SinkTopics(spec).empty()) {
      return Fail(ErrorKind::kUsage,
                  fmt::format("--configured-topics: pipeline '{}' does not go from one topic to "
                              "topics",
                              spec.name));
    }
    plan->source_topic = spec.source.topics.front();
  } else {
    if (Result<void> renamed = RenameOutputs(&spec, plan->run_name); !renamed) return renamed;
    UseGiven(options.source_topic, plan->run_name + "-events", &plan->source_topic,
             &plan->made_topics);
    if (!options.output_topics.empty()) spec.output.topic = options.output_topics.front();
    spec.source.topics = {plan->source_topic};
    for (const std::string& topic : SinkTopics(spec))
      if (topic.starts_with(plan->run_name)) plan->made_topics.push_back(topic);
  }
  // What others left in a topic that was there before is none of ours.
  const bool made =
      std::ranges::find(plan->made_topics, plan->source_topic) != plan->made_topics.end();
  cluster.start_offset = made ? "earliest" : "latest";
  plan->output_topics = SinkTopics(spec);
  return {};
}

}  // namespace aslx
