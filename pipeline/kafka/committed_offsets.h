// Asks the group's coordinator for committed offsets, and leaders for the end of their logs where
// reading begins there, on a thread of its own: librdkafka's only calls at an assignment that
// block.
//
// What it is: also patient. Offsets that an open transaction is about to change are not told before
// it has ended, which takes up to its time-out and the broker's scan for such.
// What it is not: what is done with them (kafka_source.h).
// Who uses it: KafkaSource. Thread: the worker's; one of its own asks. Memory: owns the thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "pipeline/kafka/kafka_objects.h"
#include "runtime/worker/waker.h"

namespace aslx {

class CommittedOffsets {
 public:
  struct Answer {
    TopicPartitions partitions;  // with offsets and metadata, or with errors
    /// Where to begin in each: an offset, or RD_KAFKA_OFFSET_BEGINNING. The end is an offset: asked
    /// for a second time it would be another one.
    std::vector<int64_t> starts;
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  };

  /// Where nothing is committed reading begins at `start_offset`, RD_KAFKA_OFFSET_BEGINNING or
  /// _END. An answer that is not there after `limit_ms` is an error.
  CommittedOffsets(rd_kafka_t* consumer, int64_t start_offset, int64_t limit_ms, Waker* waker);
  ~CommittedOffsets();
  CommittedOffsets(const CommittedOffsets&) = delete;
  CommittedOffsets& operator=(const CommittedOffsets&) = delete;

  /// The answer comes later, with a ring. What was asked before is not answered any more.
  void Ask(const rd_kafka_topic_partition_list_t* partitions);
  /// Nothing is asked any more.
  void Forget();
  std::optional<Answer> Take();

 private:
  void Run();
  Answer Fetch(TopicPartitions partitions, std::unique_lock<std::mutex>& lock);

  std::vector<int64_t> FindStarts(rd_kafka_topic_partition_list_t* partitions) const;

  rd_kafka_t* consumer_;
  const int64_t start_offset_;
  const int64_t limit_ms_;
  Waker* waker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  uint64_t question_ = 0;  // counts Ask and Forget
  TopicPartitions asked_;
  std::optional<Answer> answer_;
  std::thread thread_;
};

}  // namespace aslx
