#include "pipeline/admin/health.h"

#include <algorithm>

#include <fmt/core.h>

namespace aslx {
namespace {

void Judge(const CoreStatus& core, HealthReasons* reasons) {
  const auto add = [&](std::string_view why) {
    reasons->push_back(
        fmt::format("pipeline '{}', worker {}: {}", core.pipeline(), core.worker_index(), why));
  };
  if (core.finished()) {
    // Without a failure it has read all its files, or drains, which is a reason of the whole
    // process.
    if (const std::optional<Error> failure = core.failure())
      add(fmt::format("has ended: {}", failure->message));
    return;
  }
  if (core.turned_ns() == 0) {
    add("has not begun");
    return;
  }
  if (!core.assigned()) add("waits for its first assignment of partitions");
  if (const uint64_t held = core.flow.held.value(); held > 0) {
    add(
        fmt::format("{} records can be neither processed nor dead-lettered and hold the commit "
                    "point; the latest: {}",
                    held, core.held()));
  }
}

}  // namespace

HealthReasons WhyNotAlive(const RunStatus& run, int64_t now_ns) {
  HealthReasons reasons;
  const size_t worker_count = run.pipelines.empty() ? 0 : run.pipelines.front().workers.size();
  for (size_t worker = 0; worker < worker_count; ++worker) {
    // One thread turns all of them: the latest Turn is the worker's.
    int64_t turned_ns = 0;
    for (const PipelineStatus& pipeline : run.pipelines) {
      const CoreStatus& core = *pipeline.workers[worker];
      if (!core.finished()) turned_ns = std::max(turned_ns, core.turned_ns());
    }
    if (turned_ns == 0 || now_ns - turned_ns <= kTurnNsMax) continue;
    reasons.push_back(fmt::format("worker {} has not turned for {} s", worker,
                                  (now_ns - turned_ns) / 1'000'000'000));
  }
  return reasons;
}

HealthReasons WhyNotReady(const RunStatus& run) {
  HealthReasons reasons;
  switch (run.phase.load(std::memory_order_relaxed)) {
    case RunPhase::kStarting: return {"starting"};
    case RunPhase::kDraining: reasons.emplace_back("draining"); break;
    case RunPhase::kRunning: break;
  }
  if (run.cluster) {
    ClusterStatus cluster = run.cluster();
    if (!cluster.answered) reasons.emplace_back("cluster: not asked yet");
    for (const std::string& complaint : cluster.complaints)
      reasons.push_back("cluster: " + complaint);
  }
  for (const PipelineStatus& pipeline : run.pipelines) {
    for (const CoreStatus* core : pipeline.workers)
      Judge(*core, &reasons);
  }
  return reasons;
}

}  // namespace aslx
