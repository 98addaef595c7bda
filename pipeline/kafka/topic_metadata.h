// What the cluster says of one topic now.
//
// What it is not: patient (startup_check.h), nor of all topics (cluster_probe.h).
// Who uses it: this folder. Thread: any; it blocks for `wait_ms` at most.
#pragma once

#include <string>

#include <librdkafka/rdkafka.h>

namespace aslx {

struct TopicMetadata {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;  // of the question, or of the topic
  int32_t partition_count = 0;                             // 0, too, where nobody says
  bool led = false;                                        // all partitions
};

/// The instance learns who leads the partitions, too.
TopicMetadata AskTopic(rd_kafka_t* instance, const std::string& topic, int wait_ms);

}  // namespace aslx
