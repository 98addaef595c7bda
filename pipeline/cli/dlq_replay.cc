#include "pipeline/cli/dlq_replay.h"

#include <cstdio>

#include <fmt/core.h>

#include "pipeline/cli/counted.h"
#include "pipeline/cli/exit_code.h"
#include "pipeline/flow/dead_letter.h"
#include "pipeline/kafka/startup_check.h"
#include "pipeline/kafka/topic_writer.h"

namespace aslx {
namespace {

/// For each partition the lowest of the places.
std::vector<TopicPlace> FirstOfEach(const std::set<TopicPlace>& places) {
  std::vector<TopicPlace> first;
  for (const TopicPlace& place : places) {
    if (first.empty() || first.back().partition != place.partition) first.push_back(place);
  }
  return first;
}

class Replay {
 public:
  Replay(const DlqOptions& options, const DlqSelection& selection, const DlqTopic& topic)
      : options_(options), selection_(selection), topic_(topic) {}

  Result<int> Run() {
    auto reader = TopicReader::Open(topic_.settings, topic_.name);
    if (!reader) return tl::unexpected<Error>(reader.error());
    if (Result<void> chosen = Choose(**reader); !chosen)
      return tl::unexpected<Error>(chosen.error());
    if (not_ours_ > 0) {
      fmt::print(stderr, "left out: {} without the headers of aslx's dead letters\n",
                 Counted(not_ours_, "record"));
    }
    if (!options_.yes) {
      std::fflush(stdout);
      fmt::print(stderr, "would replay {}; nothing was sent: --yes sends\n", chosen_.size());
      return kExitDone;
    }
    return Send(**reader);
  }

 private:
  Result<void> Choose(TopicReader& reader) {
    if (Result<void> checked = CheckPartitions(reader, topic_, selection_.places()); !checked)
      return checked;
    Result<void> started = reader.Start(FirstOfEach(selection_.places()));
    if (!started) return started;
    TopicRecord record;
    std::set<TopicPlace> missing = selection_.places();
    while (options_.limit == 0 || chosen_.size() < options_.limit) {
      if (!selection_.places().empty() && missing.empty()) break;
      Result<bool> read = reader.Next(&record);
      if (!read) return tl::unexpected<Error>(read.error());
      if (!*read) break;
      const DeadLetter letter = ReadDeadLetter(record);
      if (!selection_.Takes(record, letter)) continue;
      missing.erase(record.place);
      if (Result<void> taken = Take(record, letter); !taken) return taken;
    }
    if (!missing.empty() && options_.limit == 0) return NotThere(topic_, *missing.begin());
    return CheckTargets();
  }

  Result<void> Take(const TopicRecord& record, const DeadLetter& letter) {
    if (!letter.ours && !selection_.places().empty()) {
      return Fail(ErrorKind::kData,
                  fmt::format("{} of topic '{}' is no dead letter of aslx: its headers do not say "
                              "where it came from",
                              PlaceText(record.place), topic_.name));
    }
    if (!letter.ours) {
      ++not_ours_;
      return {};
    }
    const std::string target = TargetOf(letter);
    if (target == topic_.name) {
      return Fail(ErrorKind::kUsage,
                  fmt::format("'{}' is the topic of the dead letters itself: they are not sent "
                              "back to where they are",
                              target));
    }
    chosen_.insert(record.place);
    targets_.insert(target);
    if (!options_.yes) {
      fmt::print("{} -> {} (from partition {}, offset {}; replayed {} before)\n",
                 PlaceText(record.place), target, letter.partition, letter.offset,
                 Counted(static_cast<uint64_t>(letter.replays), "time"));
    }
    return {};
  }

  std::string TargetOf(const DeadLetter& letter) const {
    return options_.to.empty() ? std::string(letter.topic) : options_.to;
  }

  Result<void> CheckTargets() const {
    if (targets_.empty()) return {};
    return CheckCluster(
        topic_.settings,
        {.group = {}, .source_topics = {}, .sink_topics = {targets_.begin(), targets_.end()}});
  }

  Result<int> Send(TopicReader& reader) {
    auto writer = TopicWriter::Open(topic_.settings);
    if (!writer) return tl::unexpected<Error>(writer.error());
    std::set<TopicPlace> left = chosen_;
    if (!left.empty()) {
      if (Result<void> started = reader.Start(FirstOfEach(left)); !started)
        return tl::unexpected<Error>(started.error());
    }
    TopicRecord record;
    std::optional<Error> stopped;
    while (!left.empty() && !stopped) {
      Result<bool> read = reader.Next(&record);
      if (!read) stopped = read.error();
      if (!read || !*read) break;
      if (left.erase(record.place) > 0) SendOne(record, writer->get());
    }
    (*writer)->Finish();
    fmt::print("replayed {}\n", (*writer)->acknowledged_count());
    if ((*writer)->failed_count() > 0) {
      return Fail((*writer)->first_failure().kind,
                  fmt::format("{} of {} were not acknowledged: {}", (*writer)->failed_count(),
                              chosen_.size(), (*writer)->first_failure().message));
    }
    if (stopped) return tl::unexpected<Error>(*stopped);
    if (!left.empty()) return NotThere(topic_, *left.begin());
    return kExitDone;
  }

  void SendOne(const TopicRecord& record, TopicWriter* writer) const {
    const DeadLetter letter = ReadDeadLetter(record);
    std::vector<Header> headers;
    for (const Header& header : record.headers) {
      if (!header.name.starts_with(dead_letter::kPrefix) && header.name != dead_letter::kReplays)
        headers.push_back(header);
    }
    const std::string replays = std::to_string(letter.replays + 1);
    headers.push_back({dead_letter::kReplays, replays});
    OutputRecord output;
    output.timestamp_ms = record.record.timestamp_ms;
    output.key = record.record.key;
    output.has_key = record.record.has_key;
    output.payload = record.record.payload;
    output.is_tombstone = record.record.is_tombstone;
    output.headers = headers;
    // Back to the very partition, whoever chose it: records of one key stay together.
    writer->Write(TargetOf(letter), options_.to.empty() ? letter.partition : -1, output);
  }

  const DlqOptions& options_;
  const DlqSelection& selection_;
  const DlqTopic& topic_;
  std::set<TopicPlace> chosen_;
  std::set<std::string> targets_;
  uint64_t not_ours_ = 0;
};

}  // namespace

Result<int> ReplayDeadLetters(const DlqOptions& options, const DlqSelection& selection,
                              const DlqTopic& topic) {
  return Replay(options, selection, topic).Run();
}

}  // namespace aslx
