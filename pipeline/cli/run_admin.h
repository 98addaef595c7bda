// The health and metrics of a run: what pipeline/admin shows, joined to the parts of the run.
//
// What it is not: HTTP (pipeline/admin), or the asking of the cluster (pipeline/kafka).
// Who uses it: `aslx run`. Thread: main's. Memory: refers to the plans; goes before them.
#pragma once

#include <memory>
#include <vector>

#include "pipeline/admin/admin_server.h"
#include "pipeline/admin/run_status.h"
#include "pipeline/cli/pipeline_core.h"
#include "pipeline/kafka/cluster_probe.h"

namespace aslx {

class RunAdmin {
 public:
  RunAdmin() = default;
  RunAdmin(const RunAdmin&) = delete;
  RunAdmin& operator=(const RunAdmin&) = delete;

  /// Listens, when the configuration says where, and says so on standard error.
  Result<void> Start(const RunConfig& config, const std::vector<PipelinePlan>& plans, Clock* clock);
  /// Asks the cluster from now on; once that can be reached. Nothing when nothing listens.
  Result<void> StartProbe(const KafkaSettings& settings);

  void SetPhase(RunPhase phase) { status_.phase.store(phase, std::memory_order_relaxed); }

 private:
  ClusterStatus Cluster() const;

  RunStatus status_;
  std::vector<std::string> source_topics_;
  std::vector<std::string> sink_topics_;
  std::unique_ptr<ClusterProbe> probe_;
  std::atomic<const ClusterProbe*> shown_probe_{nullptr};  // probe_ once it has begun
  std::unique_ptr<AdminServer> server_;                    // goes first: it reads all the others
};

}  // namespace aslx
