// Whether the cluster lets us do what a pipeline will do: read its topics, commit for its group,
// write its outputs. Each is asked in a way that leaves nothing behind.
//
// What it is not: a promise for later; ACLs may change under a running pipeline (kafka_source.h,
// kafka_sink.h say what happens then).
// Who uses it: startup_check.cc. Thread: main's; each blocks until `end` at most.
// Memory: nothing stays.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "pipeline/kafka/kafka_settings.h"
#include "runtime/base/result.h"

namespace aslx {

/// One probe's answers: what is refused, a sentence each, and which topics or group stayed silent.
struct ProbeAnswers {
  std::vector<std::string> refused;
  std::vector<std::string> silent;
};

/// The sentence for an operation that the ACLs do not allow, in Kafka's own words for both.
std::string Refusal(std::string_view resource, std::string_view name, std::string_view operation);

using ProbeEnd = std::chrono::steady_clock::time_point;

/// Fetches from the end of the first partition of each topic. `consumer` is not in its group and
/// reports the ends of partitions.
void ProbeRead(rd_kafka_t* consumer, const std::vector<std::string>& topics, ProbeEnd end,
               ProbeAnswers* answers);

/// Commits for a topic that no cluster can have: the group's permission is looked at before.
/// `topic` is one that there is.
void ProbeGroup(rd_kafka_t* consumer, const std::string& group, const std::string& topic,
                ProbeEnd end, ProbeAnswers* answers);

/// Produces with a number of acknowledgements that Apache Kafka refuses, after it has looked at the
/// permission and before it looks at the record.
Result<void> ProbeWrite(const KafkaSettings& settings, const std::vector<std::string>& topics,
                        ProbeEnd end, ProbeAnswers* answers);

}  // namespace aslx
