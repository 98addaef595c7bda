// One pipeline on one worker, with everything it is built of.
//
// What it is not: policy (pipeline/flow).
// Who uses it: `aslx run`; the engine turns it.
// Thread: built, turned and destroyed on the worker's thread. Memory: owns all parts; what is
// shared between workers outlives it.
#pragma once

#include <functional>
#include <memory>

#include "pipeline/admin/core_status.h"
#include "pipeline/cli/task_gateways.h"
#include "pipeline/config/run_config.h"
#include "pipeline/files/output_files.h"
#include "pipeline/flow/flow.h"
#include "pipeline/journal/poison_file.h"
#include "pipeline/kafka/kafka_delivery.h"
#include "pipeline/kafka/kafka_settings.h"
#include "runtime/worker/engine.h"

namespace aslx {

/// One pipeline, in what its workers share.
struct PipelinePlan {
  const PipelineConfig* config = nullptr;
  std::shared_ptr<const Program> program;
  std::vector<std::unique_ptr<CoreStatus>> workers;  // what each shows
  std::unique_ptr<PoisonFile> poison_file;           // null: poison is not recognised
};

struct RunShared {
  const RunConfig* config = nullptr;
  KafkaSettings kafka;
  SharedIntegrations integrations;
  OutputFiles files;
  /// Instead of what the configuration says (`aslx bench`); called on the worker's thread with the
  /// counters of the flow that will use it. Null: as configured.
  std::function<std::unique_ptr<Delivery>(const CoreContext&, const FlowCounters&)> make_delivery;
};

/// For a pipeline that reads Kafka. Without a folder that is configured, one that cannot be had is
/// only warned of: the pipeline runs, and does not recognise poison.
Result<void> OpenPoisonFile(const RunConfig& config, const std::string& instance,
                            uint32_t worker_count, PipelinePlan* plan);

class PipelineCore final : public CoreTask {
 public:
  static Result<std::unique_ptr<PipelineCore>> Make(PipelinePlan* plan, RunShared* shared,
                                                    const CoreContext& context);

  /// Outputs that were not acknowledged are given up: nothing refers to them when flow goes.
  ~PipelineCore() override;

  TurnStatus Turn(int64_t now_ns, int64_t wall_ns) override;
  void Drain() override { flow_->Drain(); }
  const Error* failure() const override { return flow_->failure(); }

 private:
  PipelineCore(CoreStatus* status, Waker* waker) : status_(status), completions_(waker) {}
  Result<void> MakeDelivery(const PipelinePlan& plan, RunShared* shared,
                            const CoreContext& context);
  Result<std::unique_ptr<Delivery>> MakeFiles(const PipelineSpec& spec, RunShared* shared,
                                              const CoreContext& context);
  Result<std::unique_ptr<Delivery>> MakeKafka(const PipelineSpec& spec, RunShared* shared,
                                              const CoreContext& context);

  void ShowSource();
  Delivery& delivery() { return pair_ != nullptr ? *pair_ : *first_; }

  CoreStatus* status_;
  CompletionQueue completions_;
  std::unique_ptr<TaskGateways> gateways_;
  KafkaDelivery* kafka_source_ = nullptr;  // one of the next two, where the source is Kafka
  std::unique_ptr<Delivery> first_;
  std::unique_ptr<Delivery> second_;  // where source and sink are of two kinds
  std::unique_ptr<Delivery> pair_;
  int64_t next_show_ns_ = 0;
  std::unique_ptr<Flow> flow_;  // goes first: it gives records back
};

/// Every topic that the pipeline writes to under a fixed name, dead letters included.
std::vector<std::string> SinkTopics(const PipelineSpec& spec);

}  // namespace aslx
