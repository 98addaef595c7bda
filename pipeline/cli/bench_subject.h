// The pipeline that `aslx bench` measures, on the workers of `aslx run`.
//
// What it is not: the load on it.
// Who uses it: bench_command.cc. Thread: main's; outcomes() and alive() any.
// Memory: the plan and the clock outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "pipeline/cli/bench_plan.h"
#include "pipeline/cli/pipeline_plan.h"
#include "pipeline/load/step_result.h"
#include "pipeline/load/thread_cpu.h"
#include "runtime/base/clock.h"
#include "runtime/worker/engine.h"

namespace aslx {

class BenchSubject {
 public:
  using MakeDelivery = decltype(RunShared::make_delivery);

  BenchSubject(BenchPlan* plan, Clock* clock) : plan_(plan), clock_(clock) {}
  ~BenchSubject();
  BenchSubject(const BenchSubject&) = delete;
  BenchSubject& operator=(const BenchSubject&) = delete;

  /// Program, functions and routes fit each other.
  Result<void> Check();
  /// `make_delivery` in process, else null. The roster is told which threads are the pipeline's.
  Result<void> Start(uint32_t workers, const MakeDelivery& make_delivery, ThreadRoster* roster);
  /// Drains; the error is why the pipeline could not go on.
  Result<void> Stop();

  OutcomeCounts outcomes() const;
  bool alive() const { return engine_ != nullptr && engine_->running() && !engine_->draining(); }
  /// Kafka: every worker reads partitions, or there are none left for it.
  bool reading() const;

 private:
  BenchPlan* plan_;
  Clock* clock_;
  RunShared shared_;
  std::optional<PipelinePlan> pipeline_;
  std::string state_folder_;  // of the poison journal; made for this run
  std::unique_ptr<Engine> engine_;
};

}  // namespace aslx
