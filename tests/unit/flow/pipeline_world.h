// One pipeline on one worker, with a broker, tasks and a clock of the test's own.
//
// The machine is ChoosingProgram: the event says what it does. Crash() ends the process and starts
// the next one on what is durable.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/flow/flow.h"
#include "runtime/base/clock.h"
#include "tests/unit/flow/fake_delivery.h"

namespace aslx {

class PipelineWorld final : public TaskGateway {
 public:
  PipelineWorld();
  ~PipelineWorld() override;

  /// Builds the Flow and assigns partition 0 (or those given).
  void Start(const std::vector<int32_t>& partitions = {0});
  /// The process dies where it stands; the next one starts.
  void Crash(const std::vector<int32_t>& partitions = {0});
  /// Turns until nothing is left to do at this instant.
  void Settle();
  void PassMs(int64_t ms);
  /// Time goes on from timer to timer until `done` or two hours have passed.
  template <typename Done>
  void RunUntil(Done done) {
    for (int64_t passed_ms = 0; !done() && passed_ms < 7'200'000; passed_ms += 100)
      PassMs(100);
  }

  /// Answers the oldest calls that wait, all of them in one Turn.
  void Answer(const std::string& output, size_t count = 1);
  int64_t committed(int32_t partition = 0) const;
  std::vector<std::string> out() const { return broker.PayloadsOf("out"); }
  std::vector<std::string> dead() const { return broker.PayloadsOf("dead"); }
  const FlowCounters& counters() const { return *counters_; }

  void Submit(const TaskRequest& request) override { calls.push_back(request.token); }
  void Cancel(SuspensionToken token) override { std::erase(calls, token); }

  PipelineSpec spec;
  FakeBroker broker;
  SimClock clock{1'700'000'000'000'000'000};
  PoisonJournal* journal = nullptr;
  FlowListener* listener = nullptr;
  WorkerOptions worker_options;
  std::unique_ptr<FakeDelivery> delivery;
  std::unique_ptr<Flow> flow;
  std::vector<SuspensionToken> calls;
  bool finished = false;

 private:
  std::shared_ptr<const Program> program_;
  std::unique_ptr<FlowCounters> counters_;
  std::unique_ptr<CompletionQueue> completions_;
};

}  // namespace aslx
