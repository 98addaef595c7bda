#include "pipeline/cli/bench_subject.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "pipeline/cli/cluster_settings.h"
#include "pipeline/kafka/property_check.h"

namespace aslx {

BenchSubject::~BenchSubject() {
  engine_.reset();
  pipeline_.reset();
  std::error_code ignored;  // it is a temporary folder, and empty of use
  if (!state_folder_.empty()) std::filesystem::remove_all(state_folder_, ignored);
}

Result<void> BenchSubject::Check() {
  shared_.config = &plan_->config;
  shared_.kafka = SettingsOf(plan_->config.cluster);
  PrepareIntegrations(plan_->config, &shared_.integrations);
  Result<PipelinePlan> pipeline = PlanOf(plan_->config.pipelines.front(), 1);
  if (!pipeline) return tl::unexpected<Error>(pipeline.error());
  std::string message;
  if (plan_->mode == BenchMode::kKafka) {
    const bool exactly_once = pipeline->config->spec.guarantee == Guarantee::kExactlyOnce;
    for (const std::string& finding : CheckProperties(shared_.kafka, exactly_once))
      message += (message.empty() ? "" : "\n") + finding;
  }
  for (const std::string& finding : CheckPlan(*pipeline, &shared_.integrations))
    message += (message.empty() ? "" : "\n") + finding;
  if (message.empty()) return {};
  if (plan_->lacks_functions)
    message +=
        "\nhint: --mock FILE answers the tasks of a definition; --config FILE has `functions`";
  return Fail(ErrorKind::kConfiguration, std::move(message));
}

Result<void> BenchSubject::Start(uint32_t workers, const MakeDelivery& make_delivery,
                                 ThreadRoster* roster) {
  Result<PipelinePlan> pipeline = PlanOf(plan_->config.pipelines.front(), workers);
  if (!pipeline) return tl::unexpected<Error>(pipeline.error());
  pipeline_.emplace(std::move(*pipeline));
  shared_.make_delivery = make_delivery;
  if (plan_->mode == BenchMode::kKafka) {
    // Its journal is part of what is measured, and of no later run.
    if (state_folder_.empty()) {
      std::string folder = std::filesystem::temp_directory_path() / (plan_->run_name + "-XXXXXX");
      if (mkdtemp(folder.data()) == nullptr)
        return Fail(ErrorKind::kConfiguration, "no folder could be made in place of " + folder);
      plan_->config.state_dir = state_folder_ = folder;
    }
    Result<void> opened = OpenPoisonFile(plan_->config, plan_->run_name, workers, &*pipeline_);
    if (!opened) return opened;
  }
  engine_ = std::make_unique<Engine>(
      EngineOptions{.worker_count = workers, .pin = plan_->config.pin_threads}, clock_);
  std::mutex mutex;
  std::vector<pid_t> threads;
  Result<void> started =
      engine_->Start([&, this](const CoreContext& context) -> Result<Engine::CoreTasks> {
        {
          std::lock_guard lock(mutex);
          threads.push_back(gettid());
        }
        Result<std::unique_ptr<PipelineCore>> core =
            PipelineCore::Make(&*pipeline_, &shared_, context);
        if (!core) return tl::unexpected<Error>(core.error());
        Engine::CoreTasks tasks;
        tasks.push_back(std::move(*core));
        return tasks;
      });
  if (!started) return started;
  for (const pid_t thread : threads)
    roster->Claim(thread, ThreadClass::kWorker);
  roster->ClaimNew(ThreadClass::kPipelineOther, ThreadClass::kPipelineLibrdkafka);
  return {};
}

Result<void> BenchSubject::Stop() {
  if (engine_ == nullptr) return {};
  engine_->RequestDrain();
  Result<void> ended = engine_->Join();
  engine_.reset();
  return ended;
}

OutcomeCounts BenchSubject::outcomes() const {
  OutcomeCounts counts;
  if (!pipeline_) return counts;
  for (const auto& worker : pipeline_->workers) {
    const FlowCounters& flow = worker->flow;
    counts.received += flow.received.value();
    counts.succeeded += flow.succeeded.value();
    counts.failed += flow.failed.value() + flow.timed_out.value() + flow.malformed.value() +
                     flow.poisoned.value();
    counts.timed_out += flow.timed_out.value();
    counts.not_json += flow.malformed.value();
    counts.without_record += flow.dropped.value();
  }
  return counts;
}

bool BenchSubject::reading() const {
  uint64_t partitions = 0;
  bool all = true;
  for (const auto& worker : pipeline_->workers) {
    partitions += worker->flow.partitions.value();
    all = all && worker->flow.partitions.value() > 0;
  }
  return all || partitions == static_cast<uint64_t>(plan_->partitions);
}

}  // namespace aslx
