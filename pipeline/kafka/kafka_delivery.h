// The Delivery port on librdkafka: a consumer, a producer, or both, of one worker.
//
// What it is not: policy (pipeline/flow).
// Who uses it: pipeline/cli makes one a pipeline and worker; flow drives it.
// Thread: built, driven and destroyed on the worker's thread, after it was pinned: librdkafka's own
// threads inherit its core. Memory: records are librdkafka's until Release.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_settings.h"
#include "runtime/base/result.h"
#include "runtime/worker/waker.h"

namespace aslx {

class KafkaSource;
class KafkaSink;
class KafkaTransaction;
class EventQueue;
struct QueuedEvent;

struct KafkaDeliveryOptions {
  KafkaSettings settings;
  KafkaIdentity identity;
  std::vector<std::string> source_topics;  // empty: it only writes
  std::vector<std::string> sink_topics;    // known at start
  bool writes = true;
  /// Exactly once: what is written and the offsets are one transaction.
  bool transactional = false;
};

/// Where reading stands; -1: nothing was committed and nothing read.
struct ReadPosition {
  std::string topic;
  int32_t partition = 0;
  int64_t next_offset = -1;
};

class KafkaDelivery final : public Delivery {
 public:
  static Result<std::unique_ptr<KafkaDelivery>> Make(const KafkaDeliveryOptions& options,
                                                     Waker* waker);
  ~KafkaDelivery() override;
  KafkaDelivery(const KafkaDelivery&) = delete;
  KafkaDelivery& operator=(const KafkaDelivery&) = delete;

  bool NextEvent(DeliveryEvent* event) override;
  size_t Poll(Assignment assignment, std::span<Record> records) override;
  size_t Headers(void* handle, std::span<Header> into) override;
  bool passes_headers() const override { return source_ != nullptr; }
  void Release(void* handle) override;
  void Prefetch(void* handle) override;
  void ReleasePartitions(std::span<const Assignment> partitions) override;
  TopicId OpenTopic(std::string_view name) override;
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token) override;
  ProduceResult Flush() override;
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override;
  void Commit(const CommitUnit& unit) override;
  void Abort(uint64_t id) override;
  void Close() override;

  /// Records in the topics that were not read yet, as last heard from the broker.
  int64_t Lag() const;
  /// The group has answered at least once, be it with no partition.
  bool answered() const;
  std::vector<ReadPosition> Positions() const;

 private:
  KafkaDelivery();
  KafkaTransaction* transaction();

  std::unique_ptr<EventQueue> events_;
  std::unique_ptr<QueuedEvent> current_;  // what the last event refers to
  std::unique_ptr<KafkaSource> source_;
  std::unique_ptr<KafkaSink> sink_;
};

}  // namespace aslx
