// How a cluster is reached: what the configuration says, in the terms of this folder.
//
// What it is not: a pipeline's topics (pipeline/flow/pipeline_spec.h).
// Thread: plain data. Memory: owns its texts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace aslx {

struct KafkaSettings {
  using Properties = std::vector<std::pair<std::string, std::string>>;

  std::string brokers;
  int64_t wait_ms = 30'000;
  /// Whether the check at start tries out each permission (permission_probe.h).
  bool probe_permissions = true;
  /// With the pipeline's name and the worker's index: `group.instance.id`, where membership is
  /// static, and `transactional.id`. It has to name this process in all of its lives, and no other.
  std::string instance_id;
  bool static_membership = true;
  int64_t session_timeout_ms = 10'000;
  /// Exactly once: how long a transaction may stay open before the broker gives it up.
  int64_t transaction_timeout_ms = 10'000;
  std::string start_offset = "earliest";
  Properties properties;  // for both; these win over what this folder sets
  Properties consumer_properties;
  Properties producer_properties;
};

/// Who asks, among the workers of all processes.
struct KafkaIdentity {
  std::string pipeline;
  std::string group;
  uint32_t worker_index = 0;

  /// What the broker knows a worker by, over restarts.
  std::string NameIn(const KafkaSettings& settings) const {
    return settings.instance_id + "-" + pipeline + "-" + std::to_string(worker_index);
  }
};

}  // namespace aslx
