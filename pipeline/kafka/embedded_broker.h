// A Kafka broker inside this process, for trying things out: librdkafka's mock cluster.
//
// What it is not: storage. It keeps 5 MiB a partition in memory and drops the oldest in silence;
// when the process ends everything is gone. No transactions, no security, no other processes'
// trust.
// Who uses it: `aslx run --embedded-broker`. Thread: main's; the broker has a thread of its own.
// Memory: owns the cluster.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/result.h"

struct rd_kafka_mock_cluster_s;

namespace aslx {

/// What a partition of the embedded broker keeps, in bytes (librdkafka's own figure).
inline constexpr int64_t kEmbeddedPartitionBytes = 5 * 1'048'576;

/// `fetch.wait.max.ms` for its consumers: it answers an empty fetch only when the wait is over,
/// also when records came in between.
inline constexpr const char* kEmbeddedFetchWaitMs = "5";
/// `linger.ms` for its producers: it hands out one batch a fetch, so batches should be full.
inline constexpr const char* kEmbeddedLingerMs = "20";

class EmbeddedBroker {
 public:
  EmbeddedBroker() = default;
  ~EmbeddedBroker();
  EmbeddedBroker(const EmbeddedBroker&) = delete;
  EmbeddedBroker& operator=(const EmbeddedBroker&) = delete;

  /// Starts a cluster of one broker with these topics.
  Result<void> Start(const std::vector<std::string>& topics, int partition_count);
  /// `host:port` on loopback.
  std::string brokers() const;

 private:
  KafkaHandle instance_;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
};

}  // namespace aslx
