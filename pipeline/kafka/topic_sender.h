// Records sent as fast as they are given, without a copy of the payload: idempotent, acks=all.
//
// What it is not: the sink of a pipeline, or a TopicWriter, which waits: what does not fit now is
// not taken. A record that was acknowledged is heard nothing of.
// Who uses it: the load of `aslx bench`. Thread: one. Memory: payloads are not copied and outlive
// this; keys and headers are copied.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/result.h"

namespace aslx {

class TopicSender {
 public:
  /// `linger_ms`: how long a record may wait for others. Returns when the topic's partitions are
  /// known, so that the first record does not wait for that.
  static Result<std::unique_ptr<TopicSender>> Open(const KafkaSettings& settings,
                                                   const std::string& topic, int linger_ms);
  ~TopicSender();
  TopicSender(const TopicSender&) = delete;
  TopicSender& operator=(const TopicSender&) = delete;

  /// False: librdkafka's queue is full; Serve, and try again. Records of one key go to one
  /// partition.
  bool TrySend(std::string_view payload, std::optional<std::string_view> key, const Header* header);
  /// Takes reports, for at most so long.
  void Serve(int timeout_ms);
  /// Of those sent, not yet acknowledged.
  int unacknowledged_count() const;

  /// Those that were not written, and why the first was not.
  uint64_t refused_count() const { return refused_count_; }
  const std::string& first_refusal() const { return first_refusal_; }

 private:
  TopicSender() = default;
  static void Report(rd_kafka_t*, const rd_kafka_message_t* message, void* sender);
  void Note(rd_kafka_resp_err_t error);

  KafkaHandle producer_;
  rd_kafka_topic_t* topic_ = nullptr;
  uint64_t refused_count_ = 0;
  std::string first_refusal_;
};

}  // namespace aslx
