#include "pipeline/cli/embedded_run.h"

#include <algorithm>
#include <iostream>

#include <fmt/core.h>

#include "pipeline/cli/run_progress.h"
#include "pipeline/flow/dead_letter.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

/// After so long without any outcome what is missing counts as lost.
constexpr int64_t kSilenceNsMax = 60'000'000'000;

void AddOnce(const std::string& name, std::vector<std::string>* names) {
  if (!name.empty() && std::find(names->begin(), names->end(), name) == names->end())
    names->push_back(name);
}

}  // namespace

Result<void> EmbeddedRun::Start(const RunConfig& config, uint32_t worker_count) {
  std::vector<std::string> topics;
  for (const PipelineConfig& pipeline : config.pipelines) {
    if (pipeline.spec.source.kind == EndpointKind::kKafka)
      for (const std::string& topic : pipeline.spec.source.topics)
        AddOnce(topic, &topics);
    if (pipeline.spec.sink == EndpointKind::kKafka)
      for (const std::string& topic : SinkTopics(pipeline.spec))
        AddOnce(topic, &topics);
  }
  if (topics.empty())
    return Fail(ErrorKind::kUsage, "--embedded-broker: no pipeline of the file uses a topic");
  // Two a worker, so that each has some whatever the assignment.
  partition_count_ = static_cast<int>(std::max(2u, worker_count * 2));
  if (Result<void> started = broker_.Start(topics, partition_count_); !started) return started;
  std::string names;
  for (const std::string& topic : topics)
    names += (names.empty() ? "" : ", ") + topic;
  LogPlain(
      LogLevel::kInfo,
      fmt::format(
          "embedded broker at {}: librdkafka's mock cluster in this process, for trying things "
          "out. It keeps 5 MiB a partition, drops the oldest in silence, and is gone when this "
          "process ends.",
          brokers()));
  LogPlain(LogLevel::kInfo, fmt::format("topics, {} partitions each: {}", partition_count_, names));
  return {};
}

Result<void> EmbeddedRun::StartFeed(const std::string& path,
                                    const std::vector<PipelinePlan>& plans) {
  for (const PipelinePlan& plan : plans) {
    if (plan_ == nullptr && plan.config->spec.source.kind == EndpointKind::kKafka &&
        plan.config->spec.sink == EndpointKind::kKafka) {
      plan_ = &plan;
    }
  }
  if (plan_ == nullptr)
    return Fail(ErrorKind::kUsage, "--feed: no pipeline of the file goes from topics to topics");
  const PipelineSpec& spec = plan_->config->spec;
  std::istream* lines = &std::cin;
  if (path != "-") {
    file_.open(path, std::ios::binary);
    if (!file_) return Fail(ErrorKind::kUsage, fmt::format("--feed: cannot read {}", path));
    lines = &file_;
  }
  TopicFeedOptions options;
  options.brokers = brokers();
  options.source_topic = spec.source.topics.front();
  options.sink_topics = SinkTopics(spec);
  if (spec.dead_letters.action == DeadLetterSpec::Action::kWrite)
    options.dead_letter_topic = spec.dead_letters.topic;
  options.partition_count = partition_count_;
  AddOnce(std::string(dead_letter::kExecution), &options.execution_id_headers);
  AddOnce(spec.output.execution_id_header, &options.execution_id_headers);
  for (const RouteSpec& route : spec.routes)
    AddOnce(route.record.execution_id_header, &options.execution_id_headers);
  options.received_count = [plan = plan_] { return TotalsOf(*plan).received; };
  options.written_bytes = [plan = plan_] { return TotalsOf(*plan).written_bytes; };
  feed_ = std::make_unique<TopicFeed>(std::move(options));
  begin_ns_ = changed_ns_ = SystemClock().Now();
  return feed_->Start(lines);
}

bool EmbeddedRun::FeedDone(int64_t now_ns) {
  TopicFeedCounts counts = feed_->counts();
  // The group takes some seconds to form: that is not the events' time.
  if (settled_ == 0 && TotalsOf(*plan_).received == 0) begin_ns_ = changed_ns_ = now_ns;
  uint64_t settled = counts.outcomes + TotalsOf(*plan_).dropped;
  if (settled != settled_) {
    settled_ = settled;
    changed_ns_ = now_ns;
  }
  if (!counts.all_fed) return false;
  return settled >= counts.fed || now_ns - changed_ns_ > kSilenceNsMax;
}

bool EmbeddedRun::ReportFeed() {
  feed_->Stop();
  TopicFeedCounts counts = feed_->counts();
  uint64_t dropped = TotalsOf(*plan_).dropped;
  for (const std::string& sample : feed_->samples())
    std::printf("%s\n", sample.c_str());
  uint64_t lost = counts.fed - std::min(counts.fed, counts.outcomes + dropped);
  double seconds = static_cast<double>(std::max<int64_t>(changed_ns_ - begin_ns_, 1)) / 1e9;
  std::string line =
      fmt::format("feed: in {}, out {}", counts.fed, counts.outcomes - counts.dead_letters);
  if (dropped > 0) line += fmt::format(", dropped {}", dropped);
  line += fmt::format(", failed {}, lost {}, {:.0f} events/s", counts.dead_letters, lost,
                      static_cast<double>(counts.fed) / seconds);
  std::printf("%s\n", line.c_str());
  return lost == 0;
}

}  // namespace aslx
