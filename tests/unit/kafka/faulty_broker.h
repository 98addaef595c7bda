// A mock cluster of librdkafka's that fails requests as it is told.
//
// What it is not: the embedded broker (pipeline/kafka/embedded_broker.h), which only works.
// Who uses it: the tests of this folder. Thread: any. Memory: owns the cluster.
#pragma once

#include <string>

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "pipeline/kafka/kafka_handle.h"

namespace aslx {

class FaultyBroker {
 public:
  FaultyBroker() {
    EXPECT_TRUE(instance_.Make(RD_KAFKA_PRODUCER, {}, {}, {}).has_value());
    cluster_ = rd_kafka_mock_cluster_new(instance_.get(), 1);
    for (const char* topic : {"in", "out"})
      rd_kafka_mock_topic_create(cluster_, topic, 1, 1);
  }
  ~FaultyBroker() { rd_kafka_mock_cluster_destroy(cluster_); }

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void FailNext(int16_t request, rd_kafka_resp_err_t error) {
    rd_kafka_mock_push_request_errors(cluster_, request, 1, error);
  }
  void FailNoMore(int16_t request) { rd_kafka_mock_clear_request_errors(cluster_, request); }
  void LoseTopic(const char* name) {
    rd_kafka_mock_topic_set_error(cluster_, name, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  }
  /// Each answer of the broker is on its way for so long.
  void Delay(int milliseconds) { rd_kafka_mock_broker_set_rtt(cluster_, 1, milliseconds); }

 private:
  KafkaHandle instance_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace aslx
