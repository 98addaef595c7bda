// Records of one topic that go to librdkafka in one call.
//
// What it is: for records with neither headers nor a timestamp, which is all that the call knows
// of; one at a time they cost two looks at a clock and a lock each. What it is not: Kafka's
// batches, which librdkafka makes. Who uses it: KafkaProducer. Thread: the worker's. Memory: refers
// to payloads and keys as librdkafka does, until their acknowledgement.
#pragma once

#include <vector>

#include <librdkafka/rdkafka.h>

#include "pipeline/flow/delivery.h"

namespace aslx {

class ProduceBatch {
 public:
  struct Refused {
    DeliveryToken token = 0;
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  };

  bool empty() const { return messages_.empty(); }
  bool full() const { return messages_.size() >= kMessagesMax; }
  /// Of all that is in it.
  rd_kafka_topic_t* topic() const { return topic_; }

  /// Not while it is full, or has another topic's.
  void Add(rd_kafka_topic_t* topic, const OutputRecord& output, DeliveryToken token);
  /// What cannot be written is appended to `refused`. False when librdkafka's queue is full: what
  /// it did not take is still here, in order.
  bool Send(std::vector<Refused>* refused);
  void Clear() { messages_.clear(); }

 private:
  static constexpr size_t kMessagesMax = 512;

  rd_kafka_topic_t* topic_ = nullptr;
  std::vector<rd_kafka_message_t> messages_;
};

/// A token as librdkafka carries it.
inline void* AsOpaque(DeliveryToken token) {
  return reinterpret_cast<void*>(static_cast<uintptr_t>(token));
}
inline DeliveryToken TokenOf(const rd_kafka_message_t& message) {
  return static_cast<DeliveryToken>(reinterpret_cast<uintptr_t>(message._private));
}
/// What librdkafka is given to write; null: a tombstone.
inline void* PayloadOf(const OutputRecord& output) {
  return output.is_tombstone ? nullptr : const_cast<char*>(output.payload.data());
}

}  // namespace aslx
