// What is looked at before any worker starts: can the cluster be reached, are the topics there, may
// we use them.
//
// What it is not: a promise that it stays so.
// Who uses it: `aslx run`. Thread: main's; blocks for at most the configured wait.
// Memory: nothing stays.
#pragma once

#include <string>
#include <vector>

#include "pipeline/kafka/kafka_settings.h"
#include "runtime/base/result.h"

namespace aslx {

/// What a pipeline does on the cluster, or a tool.
struct ClusterUse {
  std::string group;  // empty: nothing is committed
  std::vector<std::string> source_topics;
  std::vector<std::string> sink_topics;
};

/// kUnavailable when no broker answers within `settings.wait_ms`; kConfiguration for a broker that
/// does not accept who we are (or we who it is), for topics that do not exist, and for what the
/// ACLs do not allow, with all of them in the message.
Result<void> CheckCluster(const KafkaSettings& settings, const ClusterUse& use);

}  // namespace aslx
