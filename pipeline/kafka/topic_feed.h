// Feeds NDJSON into a topic and reads what comes of it, within what the embedded broker keeps.
//
// That broker drops the oldest records in silence, so the feeder waits for the pipelines to read
// what it wrote, and for the collector to read what they wrote. Every outcome is told apart by its
// execution's id: what is fed and never comes back is lost.
// What it is not: a benchmark, or for a real broker.
// Who uses it: `aslx run --embedded-broker --feed`. Thread: two of its own; the counts from any.
// Memory: eight bytes an outcome.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <istream>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/result.h"

namespace aslx {

struct TopicFeedOptions {
  std::string brokers;
  std::string source_topic;
  std::vector<std::string> sink_topics;
  std::string dead_letter_topic;  // one of them, or empty
  int partition_count = 1;
  std::vector<std::string> execution_id_headers;
  /// Records that the pipelines have read so far.
  std::function<uint64_t()> received_count;
  /// Bytes of records that the pipelines have written so far.
  std::function<uint64_t()> written_bytes;
};

struct TopicFeedCounts {
  uint64_t fed = 0;
  bool all_fed = false;
  uint64_t outcomes = 0;      // different executions among what came back
  uint64_t dead_letters = 0;  // of those
  uint64_t records = 0;       // collected, duplicates and several of one execution included
};

class TopicFeed {
 public:
  explicit TopicFeed(TopicFeedOptions options) : options_(std::move(options)) {}
  ~TopicFeed();
  TopicFeed(const TopicFeed&) = delete;
  TopicFeed& operator=(const TopicFeed&) = delete;

  /// `lines` outlives this.
  Result<void> Start(std::istream* lines);
  void Stop();

  TopicFeedCounts counts() const;
  /// The first few records of each sink topic, `TOPIC: payload`; a dead letter's with its error and
  /// cause behind.
  std::vector<std::string> samples() const;

 private:
  void Feed(std::istream& lines);
  bool MayFeed(uint64_t bytes_fed) const;
  bool Send(rd_kafka_topic_t* topic, const std::string& line, uint64_t number);
  void Collect();
  void Take(const rd_kafka_message_t* message);

  TopicFeedOptions options_;
  KafkaHandle producer_;
  KafkaHandle consumer_;
  // Relaxed: counts for people and for pacing; nothing is published by them.
  std::atomic<bool> stopping_{false};
  std::atomic<bool> all_fed_{false};
  std::atomic<uint64_t> fed_{0};
  std::atomic<uint64_t> collected_bytes_{0};
  mutable std::mutex collected_mutex_;
  TopicFeedCounts collected_;
  std::unordered_set<uint64_t> seen_;  // hashes of execution ids
  std::vector<std::string> samples_;
  std::vector<int> sample_counts_;  // by sink topic
  std::thread feeder_;
  std::thread collector_;
};

}  // namespace aslx
