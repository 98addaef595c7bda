// What a `dlq` command is about: the topic, and which of its records.
//
// What it is not: the reading (pipeline/kafka/topic_reader.h). Who uses it: the dlq commands.
// Thread: main's. Memory: a Selection refers to its options.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/cli/commands.h"
#include "pipeline/cli/dead_letter_view.h"
#include "pipeline/kafka/topic_reader.h"
#include "runtime/base/result.h"

namespace aslx {

struct DlqTopic {
  KafkaSettings settings;
  std::string name;
};

/// The topic that the options name, or the one of their pipeline, and how its cluster is reached.
Result<DlqTopic> FindDlqTopic(const DlqOptions& options);

/// Places that are named, or what all filters let through.
class DlqSelection {
 public:
  static Result<DlqSelection> Of(const DlqOptions& options);

  bool has_filters() const {
    return !options_.error.empty() || !options_.state.empty() || since_ms_;
  }
  const std::set<TopicPlace>& places() const { return places_; }
  bool Takes(const TopicRecord& record, const DeadLetter& letter) const;

 private:
  explicit DlqSelection(const DlqOptions& options) : options_(options) {}

  const DlqOptions& options_;
  std::optional<int64_t> since_ms_;
  std::set<TopicPlace> places_;
};

/// That nothing is at this place.
tl::unexpected<Error> NotThere(const DlqTopic& topic, TopicPlace place);
/// Whether the topic has their partitions at all.
Result<void> CheckPartitions(const TopicReader& reader, const DlqTopic& topic,
                             const std::set<TopicPlace>& places);

}  // namespace aslx
