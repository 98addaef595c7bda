// The reading half of a Delivery on Kafka: one member of the consumer group.
//
// What it is not: policy. It turns rebalances into events with epochs, reads partition queues in
// batches, and commits what it is told to.
// Who uses it: KafkaDelivery. Thread: the worker's.
// Memory: records are librdkafka's messages until Release.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/committed_offsets.h"
#include "pipeline/kafka/fetch_nudge.h"
#include "pipeline/kafka/kafka_delivery.h"
#include "pipeline/kafka/kafka_handle.h"
#include "pipeline/kafka/kafka_objects.h"
#include "pipeline/kafka/queued_event.h"
#include "pipeline/kafka/resume_points.h"
#include "runtime/worker/waker.h"

namespace aslx {

/// librdkafka writes this to the waker's descriptor when a queue is no longer empty.
inline constexpr uint64_t kQueueBell = 1;

class KafkaSource {
 public:
  KafkaSource(EventQueue* events, Waker* waker) : events_(events), waker_(waker) {}
  ~KafkaSource();
  KafkaSource(const KafkaSource&) = delete;
  KafkaSource& operator=(const KafkaSource&) = delete;

  Result<void> Start(const KafkaSettings& settings, const KafkaIdentity& identity,
                     const std::vector<std::string>& topics);

  /// Rebalances, answers of commits, errors. Every Turn: it is also the sign of life to the group.
  void Serve();

  size_t Poll(Assignment assignment, std::span<Record> records);
  static size_t Headers(void* handle, std::span<Header> into);
  static void Release(void* handle);
  static void Prefetch(void* handle);
  void ReleasePartitions(std::span<const Assignment> partitions);
  void Commit(const CommitUnit& unit);
  /// For a transaction: the offsets of live epochs, and as whom they are committed (null: as no
  /// member).
  TopicPartitions OffsetsOf(const CommitUnit& unit) const;
  GroupMetadata Membership() const;
  /// Leaves the group. Records may still be released afterwards.
  void Close();

  /// Offsets between what was read and the ends of the partitions, as last heard from the broker.
  int64_t Lag() const;
  /// The group has answered at least once, be it with no partition.
  bool answered() const { return answered_; }
  /// Where reading stands in each partition.
  std::vector<ReadPosition> Positions() const;

 private:
  struct Partition {
    bool assigned = false;
    bool revoking = false;
    uint32_t epoch = 0;
    std::string topic;
    int32_t number = 0;
    rd_kafka_queue_t* queue = nullptr;
    int64_t next_offset = RD_KAFKA_OFFSET_BEGINNING;  // or from 0 on
    bool read = false;     // records of it were handed out since it was assigned
    bool missing = false;  // of that offset: it is not read until the leader has answered
    uint32_t taken_since_nudge = 0;
  };
  /// What librdkafka's callbacks get: they may come after a close that hung.
  struct Link {
    std::mutex mutex;
    KafkaSource* source = nullptr;
  };

  void FailWithFatal(rd_kafka_t* instance);
  static void OnRebalance(rd_kafka_t* instance, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t* partitions, void* link);
  static void OnError(rd_kafka_t* instance, int error, const char* reason, void* link);
  static void OnCommit(rd_kafka_t* instance, rd_kafka_resp_err_t error,
                       rd_kafka_topic_partition_list_t* offsets, void* source);

  void BeginAssignment(const rd_kafka_topic_partition_list_t* partitions);
  void FinishAssignment(CommittedOffsets::Answer answer);
  void AskAgain(const CommittedOffsets::Answer& answer, std::string_view why);
  void CommitStarts(CommittedOffsets::Answer answer);
  static void OnStartsCommitted(rd_kafka_t* instance, rd_kafka_resp_err_t error,
                                rd_kafka_topic_partition_list_t* offsets, void* source);
  bool IsRefused(const CommittedOffsets::Answer& answer,
                 const rd_kafka_topic_partition_t& partition);
  void LookWhy(CommittedOffsets::Answer answer);
  PartitionEvent Adopt(const rd_kafka_topic_partition_t& from, QueuedEvent* owner);
  void BeginRevocation(const rd_kafka_topic_partition_list_t* partitions, bool lost);
  void EndRevocation();
  Partition* FindMissing(const rd_kafka_message_t& message);
  void OnOffsetMissing(Partition& partition, const rd_kafka_message_t& message);
  void ResumeReading();
  void Resume(const ResumePoint& point, rd_kafka_topic_partition_list_t* again);
  std::string AssignAgain(const rd_kafka_topic_partition_list_t* partitions);
  void OnPartitionError(Partition& partition, const rd_kafka_message_t& message);
  uint32_t FreeSlot();
  size_t Take(Partition& partition, rd_kafka_message_t** messages, size_t count,
              std::span<Record> records);

  EventQueue* events_;
  Waker* waker_;
  std::unique_ptr<Link> link_;
  KafkaHandle consumer_;
  std::string group_;
  std::vector<std::string> topics_;
  std::unique_ptr<CommittedOffsets> committed_;
  std::unique_ptr<ResumePoints> resume_points_;
  std::unique_ptr<FetchNudge> nudge_;
  uint32_t nudge_after_ = 0;  // records; 0: never
  rd_kafka_queue_t* commit_queue_ = nullptr;
  std::vector<Partition> partitions_;
  std::vector<rd_kafka_message_t*> batch_;
  uint32_t epoch_ = 0;
  bool assigning_ = false;  // an assignment is not yet answered
  /// An assignment whose starts are being committed.
  std::optional<CommittedOffsets::Answer> starting_;
  int start_commit_count_ = 0;  // without an answer; all but the last are of what was revoked
  bool has_nothing_ = false;    // the assignment was empty: what is asked now is why
  /// What was revoked and is not yet answered; null: nothing.
  TopicPartitions revoked_;
  size_t revoking_count_ = 0;  // of those, what flow still has
  bool closing_ = false;
  bool answered_ = false;
  uint64_t commit_id_ = 0;
};

}  // namespace aslx
