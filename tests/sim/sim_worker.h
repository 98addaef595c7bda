// One worker of a simulated process: the product's Flow, and what is simulated around it.
//
// What it is not: a thread; it is turned when the engine would turn it: when it asked for it, or
// when something rang. Who uses it: SimProcess. Memory: owns all of it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pipeline/flow/flow.h"
#include "tests/sim/process_clock.h"
#include "tests/sim/sim_delivery.h"
#include "tests/sim/sim_journal.h"
#include "tests/sim/sim_tasks.h"

namespace aslx::sim {

class SimWorker {
 public:
  /// `name` is the worker's identity; `on_turned` is told after each Turn, and may end the process.
  SimWorker(World* world, ProcessState* process, const ProcessClock* clock, JournalFile* file,
            std::string name, std::function<void()> on_turned);
  ~SimWorker();
  SimWorker(const SimWorker&) = delete;
  SimWorker& operator=(const SimWorker&) = delete;

  void SetEpoch(uint32_t epoch) { delivery_.SetEpoch(epoch); }
  /// Something is there for it.
  void Wake();
  /// The process goes on: whatever it wanted to do by now is due.
  void GoOn();
  void Drain();
  /// The process has died.
  void Die();

  bool finished() const { return finished_; }
  const Error* failure() const { return flow_->failure(); }
  /// Nothing is in flight.
  bool idle() const;
  /// What must be empty when nothing is in flight.
  void CheckIdle();

 private:
  void Plan(int64_t delay_ns);
  void Turn();

  World* world_;
  ProcessState* process_;
  const ProcessClock* clock_;
  std::function<void()> on_turned_;
  Lease lease_;
  WorkerWatch watch_;
  DeliverySite site_;
  SimDelivery delivery_;
  int64_t mono_ns_ = 0;  // of the Turn
  SimJournal journal_;
  CompletionQueue completions_{nullptr};
  SimTasks tasks_;
  FlowCounters counters_;
  std::unique_ptr<Flow> flow_;
  int64_t next_turn_ns_ = INT64_MAX;
  int64_t wanted_ns_ = 0;  // what the last Turn asked for, on the process's clock
  bool finished_ = false;
};

}  // namespace aslx::sim
