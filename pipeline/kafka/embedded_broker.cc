#include "pipeline/kafka/embedded_broker.h"

#include <fmt/core.h>
#include <librdkafka/rdkafka_mock.h>

namespace aslx {

Result<void> EmbeddedBroker::Start(const std::vector<std::string>& topics, int partition_count) {
  Result<void> made = instance_.Make(RD_KAFKA_PRODUCER, {}, {}, {});
  if (!made) return made;
  cluster_ = rd_kafka_mock_cluster_new(instance_.get(), 1);
  if (cluster_ == nullptr)
    return Fail(ErrorKind::kUnavailable, "the embedded broker could not be started");
  for (const std::string& topic : topics) {
    rd_kafka_resp_err_t error =
        rd_kafka_mock_topic_create(cluster_, topic.c_str(), partition_count, 1);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Fail(ErrorKind::kConfiguration,
                  fmt::format("embedded broker: topic '{}': {}", topic, rd_kafka_err2str(error)));
    }
  }
  return {};
}

std::string EmbeddedBroker::brokers() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_);
}

EmbeddedBroker::~EmbeddedBroker() {
  if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
}

}  // namespace aslx
