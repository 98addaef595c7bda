#include "pipeline/cli/bench_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>
#include <unistd.h>

#include "pipeline/cli/bench_topics.h"
#include "pipeline/cli/cluster_settings.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/load/report_text.h"
#include "pipeline/load/thread_cpu.h"
#include "runtime/base/read_file.h"
#include "runtime/value/json_reader.h"
#include "runtime/worker/engine.h"

namespace aslx {
namespace {

static_assert(kBenchInFlightMax == kInFlightMax);
constexpr uint64_t kWorkersMax = 1'024;
/// Each event of a step in an open loop has a bit.
constexpr double kStepEventsMax = 4e9;

Result<void> Usage(std::string message) {
  return Fail(ErrorKind::kUsage, std::move(message));
}

/// Which options go together.
Result<void> CheckTogether(const BenchOptions& options) {
  const int subjects =
      !options.definition.empty() + !options.config.empty() + static_cast<int>(options.external);
  if (subjects != 1)
    return Usage("expected one of a definition, --config and --external, to say what is measured");
  if (options.event.empty() == options.events.empty()) {
    return Usage(
        "expected one of --event and --events, to say what is sent, such as "
        "--event '{\"sensor\":\"s-{{sequence 100}}\",\"temperature\":{{float 20 100 1}}}'");
  }
  if (options.kafka && options.config.empty())
    return Usage("--kafka uses the cluster of a configuration: it goes with --config");
  if (options.external && options.bootstrap.empty())
    return Usage("--external needs --bootstrap, the cluster of the process that is measured");
  if (options.external && (options.source_topic.empty() || options.output_topics.empty())) {
    return Usage(
        "--external needs --source-topic and --output-topic: what the other process reads and "
        "writes");
  }
  const bool through_kafka = options.kafka || !options.bootstrap.empty();
  const bool names_topics = !options.source_topic.empty() || !options.output_topics.empty();
  if (!through_kafka && (names_topics || options.configured_topics || !options.properties.empty()))
    return Usage("topics and properties of Kafka need --bootstrap or --kafka");
  if ((options.partitions != 0 || options.replication != -1) &&
      (!through_kafka || options.external || options.configured_topics)) {
    return Usage(
        "--partitions and --replication are of topics made for this run: they need --bootstrap or "
        "--kafka, and go with neither --external nor --configured-topics");
  }
  if (names_topics && !options.config.empty())
    return Usage(
        "--source-topic and --output-topic do not go with --config: see "
        "--configured-topics");
  if (options.configured_topics && options.config.empty())
    return Usage("--configured-topics goes with --config");
  if (options.output_topics.size() > 1 && !options.external)
    return Usage("a definition has one --output-topic; several are for --external");
  if (!options.pipeline.empty() && options.config.empty())
    return Usage("--pipeline goes with --config");
  if (!options.mock.empty() && options.definition.empty())
    return Usage("--mock goes with a definition; a configuration has `functions`");
  if (options.external && (!options.workers.empty() || !options.delivery.empty()))
    return Usage("--workers and --delivery are for pipelines of aslx, not for --external");
  if (options.process && !options.external) return Usage("--pid goes with --external");
  if (options.process && !ProcessCpuNs(*options.process)) {
    return Usage(fmt::format("--pid {}: there is no such process, or its CPU time cannot be read",
                             *options.process));
  }
  if (!options.key.empty() && options.correlation == "key")
    return Usage("--key and --correlation key: the key is either yours or the number of the event");
  return {};
}

// --- Events

Result<std::string> TextOf(const std::string& text_or_file) {
  if (!text_or_file.starts_with('@')) return text_or_file;
  Result<std::string> text = ReadFileOrInput(text_or_file.substr(1));
  // The newline at the end of a file is an editor's.
  while (text && !text->empty() && (text->back() == '\n' || text->back() == '\r'))
    text->pop_back();
  return text;
}

/// A mistake of the template, which would only show as failed executions. Lines of a file go as
/// they are: what a pipeline does with damaged ones may be what is measured.
Result<void> CheckIsJson(std::string_view event) {
  JsonReader reader;
  Value root;
  const JsonError error = reader.Read(event, nullptr, nullptr, &root);
  if (error.kind == JsonError::Kind::kNone) return {};
  constexpr size_t kShownMax = 200;
  return Fail(ErrorKind::kUsage,
              fmt::format("--event: the first event is no JSON text: at byte {}: {}: {}",
                          error.offset, error.message, event.substr(0, kShownMax)));
}

Result<void> MakeEvents(const BenchOptions& options, BenchPlan* plan) {
  if (!options.events.empty()) {
    Result<std::string> lines = ReadFileOrInput(options.events);
    if (!lines) return tl::unexpected<Error>(lines.error());
    Result<EventPool> pool = EventPool::FromLines("--events " + options.events, *lines);
    if (!pool) return tl::unexpected<Error>(pool.error());
    plan->pool = std::move(*pool);
    plan->events_text = options.events;
  } else {
    Result<std::string> text = TextOf(options.event);
    if (!text) return tl::unexpected<Error>(text.error());
    Result<EventTemplate> event = EventTemplate::Parse("--event", *text);
    if (!event) return tl::unexpected<Error>(event.error());
    plan->pool = EventPool::Generate(*event, options.seed, std::max<uint64_t>(options.distinct, 1));
    plan->events_text = fmt::format("{} (seed {})", *text, options.seed);
    if (Result<void> checked = CheckIsJson(plan->pool->event(0)); !checked) return checked;
  }
  plan->events_text =
      fmt::format("{} of {} bytes on average, round and round: {}",
                  CountText(static_cast<double>(plan->pool->size())),
                  CountText(std::round(plan->pool->mean_bytes())), plan->events_text);
  if (options.key.empty()) return {};
  Result<std::string> text = TextOf(options.key);
  if (!text) return tl::unexpected<Error>(text.error());
  Result<EventTemplate> key = EventTemplate::Parse("--key", *text);
  if (!key) return tl::unexpected<Error>(key.error());
  plan->pool->AddKeys(*key, options.seed);
  return {};
}

// --- Steps

Result<void> MakeSteps(const BenchOptions& options, BenchPlan* plan) {
  LoadStep step;
  step.in_flight_max = options.in_flight;
  step.count = options.count;
  for (const auto& [name, text, to] :
       {std::tuple("--warmup", &options.warmup, &step.warmup_ns),
        std::tuple("--duration", &options.duration, &step.measure_ns),
        std::tuple("--drain", &options.drain, &plan->drain_ns),
        std::tuple("--first-outcome", &options.first_outcome, &plan->first_outcome_ns)}) {
    Result<int64_t> parsed = ParseDuration(name, *text);
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    *to = *parsed;
  }
  if (step.measure_ns == 0) return Usage("--duration: found '0', expected some time");
  if (options.rates.empty()) {
    plan->steps.push_back(step);
    return {};
  }
  Result<std::vector<double>> rates = ParseRates("--rate", options.rates);
  if (!rates) return tl::unexpected<Error>(rates.error());
  for (const double rate : *rates) {
    const double seconds = static_cast<double>(step.warmup_ns + step.measure_ns) / 1e9;
    if (rate * seconds > kStepEventsMax) {
      return Usage(
          fmt::format("--rate {} for {} s are more than the {} events that a step may have", rate,
                      seconds, kStepEventsMax));
    }
    step.rate_per_s = rate;
    plan->steps.push_back(step);
  }
  return {};
}

Result<void> MakeWorkerCounts(const BenchOptions& options, BenchPlan* plan) {
  if (options.external) return {};
  if (options.workers.empty()) {
    const uint32_t configured = plan->config.worker_count;
    plan->worker_counts = {configured != 0 ? configured : AvailableCores()};
    return {};
  }
  Result<std::vector<uint64_t>> counts = ParseCounts("--workers", options.workers, kWorkersMax);
  if (!counts) return tl::unexpected<Error>(counts.error());
  plan->worker_counts = std::move(*counts);
  return {};
}

// --- The subject

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

/// The smallest configuration around a definition, so that it has every default of `run`. Messages
/// call its pipeline by the definition's file, as nobody has named one.
std::string ConfigurationOf(const BenchOptions& options) {
  std::string functions;
  if (!options.mock.empty())
    functions =
        fmt::format("functions:\n  - match: '*'\n    mock: {{file: {}}}\n", Quoted(options.mock));
  return fmt::format(
      "cluster: {{brokers: [localhost]}}\n{}pipelines:\n  - name: {}\n"
      "    source: {{topics: [events], group: bench}}\n    machine: {{definition: {}}}\n"
      "    output: {{topic: outcomes}}\n    dead_letters: {{topic: dead-letters}}\n",
      functions, Quoted(std::filesystem::path(options.definition).filename().string()),
      Quoted(options.definition));
}

Result<void> KeepPipeline(const BenchOptions& options, RunConfig* config) {
  if (options.pipeline.empty() && config->pipelines.size() == 1) return {};
  std::string names;
  for (const PipelineConfig& pipeline : config->pipelines) {
    if (pipeline.spec.name == options.pipeline) {
      // Through a copy: it is one of those that go.
      PipelineConfig kept = pipeline;
      config->pipelines = {std::move(kept)};
      return {};
    }
    names += (names.empty() ? "" : ", ") + pipeline.spec.name;
  }
  return Usage(options.pipeline.empty()
                   ? fmt::format("{} has several pipelines; say which with --pipeline: {}",
                                 options.config, names)
                   : fmt::format("--pipeline: {} has no pipeline '{}'; it has: {}", options.config,
                                 options.pipeline, names));
}

/// As if it stood in the configuration: what follows from it follows.
void UseDelivery(const std::string& delivery, PipelineSpec* spec) {
  spec->guarantee = delivery == "exactly_once" ? Guarantee::kExactlyOnce : Guarantee::kAtLeastOnce;
  if (!spec->places.contains("commit_interval_ms"))
    spec->commit_interval_ms = DefaultCommitIntervalMs(spec->guarantee);
}

Result<void> MakeConfig(const BenchOptions& options, BenchPlan* plan) {
  // A definition that is not there is found in the words of the other commands.
  if (!options.definition.empty()) {
    if (Result<std::string> text = ReadFile(options.definition, ErrorKind::kUsage); !text)
      return tl::unexpected<Error>(text.error());
  }
  Result<RunConfig> config =
      options.config.empty()
          ? ReadRunConfig("aslx bench", ConfigurationOf(options), FromEnvironment)
          : LoadRunConfig(options.config, FromEnvironment);
  if (!config) return tl::unexpected<Error>(config.error());
  plan->config = std::move(*config);
  if (options.external) plan->config.pipelines.clear();
  if (!options.external) {
    if (Result<void> kept = KeepPipeline(options, &plan->config); !kept) return kept;
    PipelineSpec& spec = plan->config.pipelines.front().spec;
    // A text that nobody has written is no place to look at.
    if (options.config.empty()) spec.places = {{"machine", options.definition}};
    if (!options.mock.empty()) spec.places["functions"] = "--mock " + options.mock;
    if (!options.delivery.empty()) UseDelivery(options.delivery, &spec);
    if (plan->mode == BenchMode::kInProcess && spec.guarantee == Guarantee::kExactlyOnce) {
      return Usage(
          "exactly_once needs transactions of Kafka: --bootstrap or --kafka; in process "
          "there is --delivery at_least_once");
    }
  }
  if (!options.bootstrap.empty()) plan->config.cluster.brokers = options.bootstrap;
  if (plan->mode != BenchMode::kInProcess && plan->config.cluster.brokers.empty()) {
    return Fail(ErrorKind::kConfiguration,
                options.config +
                    ": --kafka: it has no cluster: expected `cluster.brokers`, or "
                    "--bootstrap in place of --kafka");
  }
  plan->lacks_functions = !options.definition.empty() && options.mock.empty();
  for (const std::string& property : options.properties) {
    const size_t equals = property.find('=');
    if (equals == std::string::npos || equals == 0)
      return Usage(fmt::format("-X: found '{}', expected PROPERTY=VALUE", property));
    plan->config.cluster.properties.emplace_back(property.substr(0, equals),
                                                 property.substr(equals + 1));
  }
  return {};
}

/// `host`, `host:port`, `[address]:port`, each with or without `protocol://`.
bool IsBroker(std::string_view broker) {
  if (const size_t scheme = broker.find("://"); scheme != std::string_view::npos)
    broker.remove_prefix(scheme + 3);
  const size_t bracket = broker.starts_with('[') ? broker.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const size_t colon = broker.find(':', bracket);
  if (broker.empty() || colon == 0) return false;
  if (colon == std::string_view::npos) return true;
  uint16_t port = 0;
  const char* const last = broker.data() + broker.size();
  const auto [end, error] = std::from_chars(broker.data() + colon + 1, last, port);
  return error == std::errc() && end == last && port != 0;
}

}  // namespace

std::string CheckBootstrap(const std::string& brokers) {
  for (size_t begin = 0; begin <= brokers.size();) {
    const size_t end = std::min(brokers.find(',', begin), brokers.size());
    const std::string broker = brokers.substr(begin, end - begin);
    if (!IsBroker(broker)) {
      return fmt::format(
          "found '{}', expected HOST:PORT with a port from 1 to 65535, or several "
          "with commas between them",
          broker);
    }
    begin = end + 1;
  }
  return {};
}

Result<BenchPlan> MakeBenchPlan(const BenchOptions& options) {
  BenchPlan plan;
  if (Result<void> together = CheckTogether(options); !together)
    return tl::unexpected<Error>(together.error());
  plan.mode = options.external                              ? BenchMode::kExternal
              : options.kafka || !options.bootstrap.empty() ? BenchMode::kKafka
                                                            : BenchMode::kInProcess;
  plan.run_name = fmt::format("aslx-bench-{:x}-{}", std::time(nullptr), getpid());
  plan.title = options.external
                   ? fmt::format("another process, from {} to {}", options.source_topic,
                                 fmt::join(options.output_topics, ", "))
               : options.config.empty() ? options.definition
                                        : options.config;
  for (const auto make : {&MakeSteps, &MakeConfig, &MakeWorkerCounts, &MakeTopics, &MakeEvents})
    if (Result<void> made = make(options, &plan); !made) return tl::unexpected<Error>(made.error());
  return plan;
}

}  // namespace aslx
