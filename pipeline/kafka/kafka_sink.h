// The writing half of a Delivery on Kafka: an idempotent producer with acks=all.
//
// What it is not: policy; what is produced again after a failure is flow's business.
// Who uses it: KafkaDelivery. Thread: the worker's. Memory: payloads are not copied, they stay
// flow's until their acknowledgement; keys and headers are copied by librdkafka.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_handle.h"
#include "pipeline/kafka/kafka_source.h"
#include "runtime/worker/waker.h"

namespace aslx {

class KafkaSink {
 public:
  KafkaSink(std::deque<QueuedEvent>* events, Waker* waker) : events_(events), waker_(waker) {}
  ~KafkaSink() { Close(); }
  KafkaSink(const KafkaSink&) = delete;
  KafkaSink& operator=(const KafkaSink&) = delete;

  Result<void> Start(const KafkaSettings& settings);
  /// Asks for the topics' metadata now: the first record of a topic waits a second otherwise.
  void Warm(const std::vector<std::string>& topics, int64_t timeout_ms);

  TopicId OpenTopic(std::string_view name);
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token);
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements);
  /// Gives up what is not yet delivered; no payload is referred to afterwards.
  void Close();

 private:
  rd_kafka_resp_err_t Produce(rd_kafka_topic_t* topic, const OutputRecord& output,
                              DeliveryToken token);
  bool NextReport();
  void OnErrorEvent(rd_kafka_event_t* event);

  std::deque<QueuedEvent>* events_;
  Waker* waker_;
  KafkaHandle producer_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_topic_t*> topics_;
  std::vector<std::string> topic_names_;
  rd_kafka_event_t* report_ = nullptr;  // the delivery report being handed out
  size_t report_left_ = 0;
  rd_kafka_event_t* report_before_ = nullptr;  // reasons refer to it until the next call
  /// Refused at once by librdkafka (too large, …): acknowledged with the next call.
  std::vector<Acknowledgement> refused_;
  std::vector<const rd_kafka_message_t*> messages_;
};

}  // namespace aslx
