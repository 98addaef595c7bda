// librdkafka's objects that this folder owns, as smart pointers.
//
// What it is not: instances (kafka_handle.h).
// Who uses it: this folder. Thread: as the objects. Memory: owns them.
#pragma once

#include <memory>

#include <librdkafka/rdkafka.h>

namespace aslx {

struct KafkaDelete {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_consumer_group_metadata_t* metadata) const {
    rd_kafka_consumer_group_metadata_destroy(metadata);
  }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
};

using TopicPartitions = std::unique_ptr<rd_kafka_topic_partition_list_t, KafkaDelete>;
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t, KafkaDelete>;
using KafkaError = std::unique_ptr<rd_kafka_error_t, KafkaDelete>;
using KafkaHeaders = std::unique_ptr<rd_kafka_headers_t, KafkaDelete>;

}  // namespace aslx
