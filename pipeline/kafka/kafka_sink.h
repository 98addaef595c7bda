// The writing half of a Delivery on Kafka: outputs and their acknowledgements, exactly once the
// transaction that they are in.
//
// What it is not: policy; what is produced again after a failure is flow's business.
// Who uses it: KafkaDelivery. Thread: the worker's. Memory: payloads stay flow's until they are
// acknowledged, exactly once until the transaction's end.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_producer.h"
#include "pipeline/kafka/kafka_transaction.h"
#include "pipeline/kafka/queued_event.h"

namespace aslx {

class KafkaSink {
 public:
  explicit KafkaSink(EventQueue* events) : events_(events) {}
  ~KafkaSink() { Close(); }
  KafkaSink(const KafkaSink&) = delete;
  KafkaSink& operator=(const KafkaSink&) = delete;

  /// Exactly once where the options have a transactional id: then it waits for the coordinator.
  Result<void> Start(const KafkaProducerOptions& options, const std::vector<std::string>& topics);
  /// Null: at least once.
  KafkaTransaction* transaction() { return transaction_.get(); }

  /// Every Turn: the end of a transaction becomes an event once all is acknowledged.
  void Serve();

  TopicId OpenTopic(std::string_view name);
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token);
  ProduceResult Flush();
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements);
  /// Gives up what is not yet delivered; no payload is referred to afterwards.
  void Close();

 private:
  void Refuse(DeliveryToken token, rd_kafka_resp_err_t error);
  bool NextReport();
  void EndReport();
  void OnErrorEvent(rd_kafka_event_t* event);
  size_t TakeReport(std::span<Acknowledgement> acknowledgements);

  EventQueue* events_;
  Waker* waker_ = nullptr;
  std::unique_ptr<KafkaProducer> producer_;  // null while it is made anew, and after Close
  std::unique_ptr<KafkaTransaction> transaction_;
  std::vector<std::string> topics_;     // by id
  rd_kafka_event_t* report_ = nullptr;  // the delivery report being handed out
  size_t report_left_ = 0;
  /// Refused at once by librdkafka (too large, …): acknowledged with the next call.
  std::vector<Acknowledgement> refused_;
  std::vector<const rd_kafka_message_t*> messages_;
};

}  // namespace aslx
