// Asks the group's coordinator for committed offsets, and leaders for the end of their logs where a
// new group begins there, on a thread of its own: librdkafka's only calls at an assignment that
// block.
//
// What it is: also patient. Offsets that an open transaction is about to change are not told before
// it has ended, which takes up to its time-out and the broker's scan for such.
// What it is not: what is done with them (kafka_source.h).
// Who uses it: KafkaSource. Thread: the worker's; one of its own asks. Memory: owns the thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/kafka/kafka_objects.h"
#include "runtime/worker/waker.h"

namespace aslx {

class CommittedOffsets {
 public:
  /// Where reading begins in a partition of which nothing is committed.
  enum class Start : uint8_t { kEarliest, kLatest };
  struct Answer {
    TopicPartitions partitions;  // with offsets and metadata, or with errors
    /// Where reading begins in those of them of which nothing is committed; null: at the begin. It
    /// is the end now, or the begin of a partition that the topic got since this process began.
    TopicPartitions starts = nullptr;
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  };

  /// An answer that is not there after `limit_ms` is an error.
  CommittedOffsets(rd_kafka_t* consumer, std::vector<std::string> topics, Start start,
                   int64_t limit_ms, Waker* waker);
  ~CommittedOffsets();
  CommittedOffsets(const CommittedOffsets&) = delete;
  CommittedOffsets& operator=(const CommittedOffsets&) = delete;

  /// The answer comes later, with a ring. What was asked before is not answered any more.
  void Ask(const rd_kafka_topic_partition_list_t* partitions);
  /// The same for a second time, after a pause.
  void AskAgain(const rd_kafka_topic_partition_list_t* partitions);
  /// Nothing is asked any more.
  void Forget();
  std::optional<Answer> Take();

 private:
  void Run();
  void CountPartitions(std::unique_lock<std::mutex>& lock);
  Answer Fetch(TopicPartitions partitions, std::unique_lock<std::mutex>& lock);
  TopicPartitions FindStarts(rd_kafka_topic_partition_list_t* partitions, uint64_t question);
  void Put(const rd_kafka_topic_partition_list_t* partitions, bool again);
  bool IsAsked(uint64_t question);

  rd_kafka_t* consumer_;
  const std::vector<std::string> topics_;
  std::map<std::string, int32_t, std::less<>> partition_counts_;  // at first; the thread's own
  const Start start_;
  const int64_t limit_ms_;
  Waker* waker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  uint64_t question_ = 0;  // counts Ask and Forget
  TopicPartitions asked_;
  bool again_ = false;
  std::optional<Answer> answer_;
  std::thread thread_;
};

}  // namespace aslx
