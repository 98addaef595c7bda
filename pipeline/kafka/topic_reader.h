// A topic read once from end to end, without a group: what was in it when the reading began.
//
// What it is not: a source of a pipeline (kafka_source.h): nothing is committed, nobody rebalances.
// Who uses it: `aslx dlq`. Thread: one; Next blocks. Memory: a record lives until the next one.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/result.h"

namespace aslx {

struct TopicPlace {
  int32_t partition = 0;
  int64_t offset = 0;
  friend auto operator<=>(const TopicPlace&, const TopicPlace&) = default;
};

struct TopicRecord {
  TopicPlace place;
  Record record;
  std::vector<Header> headers;
};

/// Invariant: what a read_committed consumer would see, and nothing else.
class TopicReader {
 public:
  /// The errors are those of the start-up check: kConfiguration for a topic that is not there.
  static Result<std::unique_ptr<TopicReader>> Open(const KafkaSettings& settings,
                                                   const std::string& topic);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  int32_t partition_count() const { return partition_count_; }

  /// Reads every partition from its beginning, or only those that are named, each from there on. A
  /// place in front of what the broker still has begins at what it has.
  Result<void> Start(std::span<const TopicPlace> places);
  /// False at the end of all partitions. An error when nothing was heard for `wait_ms`.
  Result<bool> Next(TopicRecord* record);

 private:
  explicit TopicReader(const KafkaSettings& settings) : settings_(settings) {}
  Result<void> AskPartitions();
  void Show(const rd_kafka_message_t* message, TopicRecord* record);

  const KafkaSettings settings_;
  std::string topic_;
  KafkaHandle consumer_;
  int32_t partition_count_ = 0;
  std::set<int32_t> unread_;  // partitions whose end was not met
  rd_kafka_message_t* message_ = nullptr;
};

}  // namespace aslx
