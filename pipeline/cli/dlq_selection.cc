#include "pipeline/cli/dlq_selection.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "pipeline/cli/cluster_settings.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/value/timestamp.h"

namespace aslx {
namespace {

constexpr int64_t kMsPerSecond = 1'000;
constexpr int64_t kNsPerMs = 1'000'000;

bool HasDeadLetterTopic(const PipelineConfig& pipeline) {
  return pipeline.spec.sink == EndpointKind::kKafka &&
         pipeline.spec.dead_letters.action == DeadLetterSpec::Action::kWrite;
}

Result<std::string> TopicOf(const RunConfig& config, const DlqOptions& options) {
  if (!options.topic.empty()) return options.topic;
  std::vector<const PipelineConfig*> found;
  std::string names;
  for (const PipelineConfig& pipeline : config.pipelines) {
    names += (names.empty() ? "" : ", ") + pipeline.spec.name;
    const bool wanted = options.pipeline.empty() ? HasDeadLetterTopic(pipeline)
                                                 : pipeline.spec.name == options.pipeline;
    if (wanted) found.push_back(&pipeline);
  }
  if (found.empty() && !options.pipeline.empty()) {
    return Fail(ErrorKind::kUsage, fmt::format("{} has no pipeline '{}'; it has: {}", config.file,
                                               options.pipeline, names));
  }
  if (found.size() > 1) {
    return Fail(ErrorKind::kUsage,
                fmt::format("{} has several pipelines with dead letters; which one (--pipeline)? "
                            "It has: {}",
                            config.file, names));
  }
  if (found.empty() || !HasDeadLetterTopic(*found.front())) {
    return Fail(
        ErrorKind::kConfiguration,
        fmt::format("{}: {} dead letters to a topic (dead_letters.topic); --topic names "
                    "another",
                    config.file,
                    found.empty() ? "no pipeline writes"
                                  : "pipeline '" + found.front()->spec.name + "' does not write"));
  }
  return found.front()->spec.dead_letters.topic;
}

/// An RFC 3339 timestamp, or an age: a number and s, m, h or d.
Result<int64_t> ParseSince(const std::string& text) {
  Timestamp timestamp;
  if (ParseTimestamp(text, &timestamp))
    return timestamp.seconds * kMsPerSecond + timestamp.nanoseconds / kNsPerMs;
  const std::map<char, int64_t> seconds = {{'s', 1}, {'m', 60}, {'h', 3'600}, {'d', 86'400}};
  const auto unit = text.empty() ? seconds.end() : seconds.find(text.back());
  const bool digits =
      text.size() >= 2 && text.size() <= 9 &&
      std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
  if (unit == seconds.end() || !digits) {
    return Fail(ErrorKind::kUsage,
                fmt::format("--since '{}': expected a timestamp such as 2026-05-01T12:00:00Z, or "
                            "an age such as 90s, 30m, 2h or 7d",
                            text));
  }
  return SystemClock().Wall() / kNsPerMs - std::stoll(text) * unit->second * kMsPerSecond;
}

}  // namespace

Result<DlqTopic> FindDlqTopic(const DlqOptions& options) {
  ConfigureLog({.level = LogLevel::kWarning});
  Result<RunConfig> config = LoadRunConfig(options.config, FromEnvironment);
  if (!config) return tl::unexpected<Error>(config.error());
  Result<std::string> name = TopicOf(*config, options);
  if (!name) return tl::unexpected<Error>(name.error());
  return DlqTopic{SettingsOf(config->cluster), std::move(*name)};
}

Result<DlqSelection> DlqSelection::Of(const DlqOptions& options) {
  DlqSelection selection(options);
  for (const std::string& text : options.places) {
    TopicPlace place;
    if (!ParsePlace(text, &place)) {
      return Fail(ErrorKind::kUsage,
                  fmt::format("'{}': expected PARTITION:OFFSET, such as 0:17", text));
    }
    selection.places_.insert(place);
  }
  if (!options.since.empty()) {
    Result<int64_t> since = ParseSince(options.since);
    if (!since) return tl::unexpected<Error>(since.error());
    selection.since_ms_ = *since;
  }
  return selection;
}

bool DlqSelection::Takes(const TopicRecord& record, const DeadLetter& letter) const {
  if (!places_.empty()) return places_.contains(record.place);
  if (!options_.error.empty() && (!letter.ours || letter.error != options_.error)) return false;
  if (!options_.state.empty() && (!letter.ours || letter.state != options_.state)) return false;
  return !since_ms_ || record.record.timestamp_ms >= *since_ms_;
}

tl::unexpected<Error> NotThere(const DlqTopic& topic, TopicPlace place) {
  return Fail(ErrorKind::kData,
              fmt::format("topic '{}' has no record at {} (deleted, not written yet, or never)",
                          topic.name, PlaceText(place)));
}

Result<void> CheckPartitions(const TopicReader& reader, const DlqTopic& topic,
                             const std::set<TopicPlace>& places) {
  for (const TopicPlace& place : places) {
    if (place.partition >= reader.partition_count()) return NotThere(topic, place);
  }
  return {};
}

}  // namespace aslx
