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

/// kUnavailable when no broker answers within `settings.wait_ms`; kConfiguration for topics that do
/// not exist or may not be used, with all of them in the message.
Result<void> CheckCluster(const KafkaSettings& settings, const std::string& group,
                          const std::vector<std::string>& topics);

}  // namespace aslx
