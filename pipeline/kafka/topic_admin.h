// Topics made and deleted.
//
// What it is not: for pipelines: they create none (startup_check.h looks for theirs).
// Who uses it: `aslx bench`, for topics of its own. Thread: any; blocks for at most the settings'
// wait. Memory: nothing stays.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pipeline/kafka/kafka_settings.h"
#include "runtime/base/result.h"

namespace aslx {

struct TopicShape {
  int partitions = 1;
  int replication = -1;  // -1: the cluster's default
};

/// kUnavailable, with the brokers' names and why, when none of them answers within the settings'
/// wait; kConfiguration when one of them will not have us.
/// What the connections complain of first is told when it comes.
Result<void> AwaitBroker(const KafkaSettings& settings,
                         const std::function<void(const std::string& complaint)>& tell);

/// Returns when every partition of them has a leader. The error names the topic and the broker's
/// reason.
Result<void> CreateTopics(const KafkaSettings& settings, const std::vector<std::string>& topics,
                          const TopicShape& shape);
/// One that is not there is deleted.
Result<void> DeleteTopics(const KafkaSettings& settings, const std::vector<std::string>& topics);

/// How many partitions a topic has; the error says that it is not there, or who did not answer.
Result<int> CountPartitions(const KafkaSettings& settings, const std::string& topic);

}  // namespace aslx
