// The whole process as its health and metrics see it.
//
// What it is not: the numbers of a worker (core_status.h).
// Who uses it: pipeline/cli fills it, health.h and run_metrics.h read it.
// Thread: filled before the admin server starts; `phase` by main, read by any.
// Memory: refers to what outlives it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/admin/core_status.h"
#include "pipeline/flow/pipeline_spec.h"

namespace aslx {

/// What was last heard of the cluster, asked for now and then.
struct ClusterStatus {
  bool answered = false;  // asked at least once
  std::vector<std::string> complaints;
  std::map<std::pair<std::string, int32_t>, int64_t> ends;  // of the sources' partitions
};

struct PipelineStatus {
  const PipelineSpec* spec = nullptr;
  std::vector<const CoreStatus*> workers;
};

enum class RunPhase : uint8_t { kStarting, kRunning, kDraining };

struct RunStatus {
  std::vector<PipelineStatus> pipelines;
  /// Null: no pipeline uses Kafka.
  std::function<ClusterStatus()> cluster;
  std::string version;
  std::string librdkafka_version;
  // Relaxed: it carries no data.
  std::atomic<RunPhase> phase{RunPhase::kStarting};
};

}  // namespace aslx
