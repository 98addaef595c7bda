// The reading half of a Delivery on Kafka: one member of the consumer group.
//
// What it is not: policy. It turns rebalances into events with epochs, reads partition queues in
// batches, and commits what it is told to.
// Who uses it: KafkaDelivery. Thread: the worker's, but for the thread that fetches committed
// offsets at an assignment (the only call of librdkafka that would block).
// Memory: records are librdkafka's messages until Release.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/fetch_nudge.h"
#include "pipeline/kafka/kafka_handle.h"
#include "runtime/worker/waker.h"

namespace aslx {

/// A DeliveryEvent that owns what it refers to.
struct QueuedEvent {
  DeliveryEvent event;
  std::string reason;
  std::vector<PartitionEvent> partitions;
  std::deque<std::string> texts;  // topics and metadata of the partitions
};

class KafkaSource {
 public:
  /// Events are appended to `events`.
  KafkaSource(std::deque<QueuedEvent>* events, Waker* waker) : events_(events), waker_(waker) {}
  ~KafkaSource();
  KafkaSource(const KafkaSource&) = delete;
  KafkaSource& operator=(const KafkaSource&) = delete;

  Result<void> Start(const KafkaSettings& settings, const KafkaIdentity& identity,
                     const std::vector<std::string>& topics);

  /// Rebalances, answers of commits, errors. Every Turn: it is also the sign of life to the group.
  void Serve();

  size_t Poll(Assignment assignment, std::span<Record> records);
  static size_t Headers(const Record& record, std::span<Header> into);
  static void Release(void* handle);
  void ReleasePartitions(std::span<const Assignment> partitions);
  void Commit(const CommitUnit& unit);
  /// Leaves the group. Records may still be released afterwards.
  void Close();

  /// Offsets between what was read and the ends of the partitions, as last heard from the broker.
  int64_t Lag() const;

 private:
  struct Partition {
    bool assigned = false;
    uint32_t epoch = 0;
    std::string topic;
    int32_t number = 0;
    rd_kafka_queue_t* queue = nullptr;
    int64_t next_offset = -1;
    uint32_t taken_since_nudge = 0;
  };
  /// What the thread brings back: the partitions with their committed offsets, or why not.
  struct Fetched {
    rd_kafka_topic_partition_list_t* partitions = nullptr;
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  };

  /// What librdkafka's callbacks get: they may come after a close that hung.
  struct Link {
    std::mutex mutex;
    KafkaSource* source = nullptr;
  };

  static void OnRebalance(rd_kafka_t* instance, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t* partitions, void* link);
  static void OnError(rd_kafka_t* instance, int error, const char* reason, void* link);
  static void OnCommit(rd_kafka_t* instance, rd_kafka_resp_err_t error,
                       rd_kafka_topic_partition_list_t* offsets, void* source);

  void BeginAssignment(const rd_kafka_topic_partition_list_t* partitions);
  void FinishAssignment();
  void BeginRevocation(bool lost);
  void Unassign();
  void JoinFetch();
  uint32_t FreeSlot();
  void Push(DeliveryEvent::Kind kind, std::string reason,
            ErrorKind failure = ErrorKind::kUnavailable);
  size_t Take(Partition& partition, rd_kafka_message_t** messages, size_t count,
              std::span<Record> records);

  std::deque<QueuedEvent>* events_;
  Waker* waker_;
  std::unique_ptr<Link> link_;
  KafkaHandle consumer_;
  std::unique_ptr<FetchNudge> nudge_;
  uint32_t nudge_after_ = 0;  // records; 0: never
  rd_kafka_queue_t* commit_queue_ = nullptr;
  std::vector<Partition> partitions_;
  std::vector<rd_kafka_message_t*> batch_;
  uint32_t epoch_ = 0;
  size_t assigned_count_ = 0;
  bool revoking_ = false;
  bool closing_ = false;
  uint64_t commit_id_ = 0;
  std::thread fetch_thread_;
  std::mutex fetched_mutex_;
  std::optional<Fetched> fetched_;
};

}  // namespace aslx
