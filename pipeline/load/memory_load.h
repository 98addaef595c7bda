// A load in process: each worker's pipeline takes its share of the events from memory.
//
// Who uses it: `aslx bench` without a cluster. Thread: main's; MakeDelivery the worker's.
// Memory: the links of all workers; the deliveries are the pipelines'.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "pipeline/load/load_driver.h"
#include "pipeline/load/memory_delivery.h"
#include "runtime/worker/engine.h"

namespace aslx {

class MemoryLoad final : public LoadDriver {
 public:
  /// `alive` says whether the workers still turn.
  MemoryLoad(const EventPool* pool, Correlation correlation, Clock* clock, uint32_t workers,
             std::function<bool()> alive);

  std::unique_ptr<Delivery> MakeDelivery(const CoreContext& context, const FlowCounters* counters);

  void Begin(const LoadStep& step, int64_t begin_ns) override;
  Progress Look() const override;
  Result<void> End(StepResult* result) override;

 private:
  Result<void> Post();

  const EventPool* pool_;
  const Correlation correlation_;
  Clock* clock_;
  std::function<bool()> alive_;
  std::vector<std::unique_ptr<MemoryLink>> links_;
};

}  // namespace aslx
