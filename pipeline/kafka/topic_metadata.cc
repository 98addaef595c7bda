#include "pipeline/kafka/topic_metadata.h"

#include <algorithm>
#include <memory>
#include <span>

namespace aslx {

TopicMetadata AskTopic(rd_kafka_t* instance, const std::string& topic, int wait_ms) {
  const std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> handle(
      rd_kafka_topic_new(instance, topic.c_str(), nullptr), rd_kafka_topic_destroy);
  if (handle == nullptr) return {.error = RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION};
  const rd_kafka_metadata_t* answer = nullptr;
  TopicMetadata metadata;
  metadata.error = rd_kafka_metadata(instance, 0, handle.get(), &answer, wait_ms);
  if (metadata.error != RD_KAFKA_RESP_ERR_NO_ERROR) return metadata;
  metadata.error = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  for (const auto& about : std::span(answer->topics, static_cast<size_t>(answer->topic_cnt))) {
    const std::span partitions(about.partitions, static_cast<size_t>(about.partition_cnt));
    metadata.error = about.err;
    metadata.partition_count = about.partition_cnt;
    metadata.led = std::ranges::all_of(partitions, [](const auto& one) { return one.leader >= 0; });
  }
  rd_kafka_metadata_destroy(answer);
  return metadata;
}

}  // namespace aslx
