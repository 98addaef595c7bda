// Whole steps on the product's own workers: what main, the workers and the reports tell each other.
// Events are counted, not timed.
#include "pipeline/load/load_run.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/flow/flow.h"
#include "pipeline/load/memory_load.h"
#include "tests/unit/worker/choosing_program.h"

namespace aslx {
namespace {

class NoTasks final : public TaskGateway {
 public:
  void Submit(const TaskRequest&) override { ADD_FAILURE() << "no task was expected"; }
  void Cancel(SuspensionToken) override {}
};

/// A pipeline of a worker, over memory.
class MemoryCore final : public CoreTask {
 public:
  MemoryCore(MemoryLoad* load, const PipelineSpec* spec, FlowCounters* counters,
             const CoreContext& context)
      : completions_(context.waker), delivery_(load->MakeDelivery(context, counters)) {
    flow_ = *Flow::Create({spec, ChoosingProgram(), delivery_.get(), &tasks_, &completions_,
                           counters, nullptr, WorkerOptions{}});
  }
  TurnStatus Turn(int64_t now_ns, int64_t wall_ns) override { return flow_->Turn(now_ns, wall_ns); }
  void Drain() override { flow_->Drain(); }
  const Error* failure() const override { return flow_->failure(); }

 private:
  NoTasks tasks_;
  CompletionQueue completions_;
  std::unique_ptr<Delivery> delivery_;
  std::unique_ptr<Flow> flow_;
};

class LoadRunTest : public testing::Test {
 protected:
  static constexpr uint32_t kWorkers = 3;

  void Start(const std::string& events) {
    pool_ = *EventPool::FromLines("test", events);
    spec_.name = "bench";
    spec_.machine_name = "choosing";
    spec_.output.topic = "out";
    load_ = std::make_unique<MemoryLoad>(&*pool_, Correlation::kKey, &clock_, kWorkers,
                                         [this] { return engine_.running(); });
    Result<void> started =
        engine_.Start([this](const CoreContext& context) -> Result<Engine::CoreTasks> {
          Engine::CoreTasks tasks;
          tasks.push_back(std::make_unique<MemoryCore>(load_.get(), &spec_,
                                                       &counters_[context.index], context));
          return tasks;
        });
    ASSERT_TRUE(started.has_value());
    LoadRunParts parts;
    parts.driver = load_.get();
    parts.clock = &clock_;
    parts.roster = &roster_;
    parts.drain_ns = 60'000'000'000;
    parts.outcomes = [this] { return Outcomes(); };
    parts.wait = [this](int64_t) -> Result<void> {
      if (interrupted_ && load_->Look().answered > 0) return Fail(ErrorKind::kUsage, "enough");
      return {};
    };
    run_ = std::make_unique<LoadRun>(parts);
  }
  void TearDown() override {
    engine_.RequestDrain();
    EXPECT_TRUE(engine_.Join().has_value());
  }
  OutcomeCounts Outcomes() const {
    OutcomeCounts all;
    for (const FlowCounters& one : counters_) {
      all.received += one.received.value();
      all.succeeded += one.succeeded.value();
      all.without_record += one.dropped.value();
    }
    return all;
  }

  SystemClock clock_;
  ThreadRoster roster_;
  PipelineSpec spec_;
  std::optional<EventPool> pool_;
  std::vector<FlowCounters> counters_{kWorkers};
  Engine engine_{{.worker_count = kWorkers, .pin = false}, &clock_};
  std::unique_ptr<MemoryLoad> load_;
  std::unique_ptr<LoadRun> run_;
  bool interrupted_ = false;
};

LoadStep Count(uint64_t count, double rate) {
  LoadStep step;
  step.rate_per_s = rate;
  step.count = count;
  step.in_flight_max = 100;
  return step;
}

TEST_F(LoadRunTest, EveryEventOfEveryStepIsAnswered) {
  Start("{\"a\":1}\n{\"a\":2}\n");
  for (const double rate : {0.0, 50'000.0, 0.0}) {
    StepResult result;
    ASSERT_TRUE(run_->RunStep(Count(5'000, rate), &result).has_value());
    EXPECT_EQ(result.sent, 5'000u);
    EXPECT_EQ(result.answered, 5'000u);
    EXPECT_EQ(result.measured, 5'000u);
    EXPECT_EQ(result.unanswered + result.repeated + result.foreign, 0u);
    EXPECT_EQ(result.outcomes->succeeded, 5'000u);
    EXPECT_EQ(result.resources.events, 5'000u);
    EXPECT_GT(result.outcomes_per_s, 0);
    EXPECT_GT(result.in_flight_reached, 0u);
    EXPECT_LE(result.in_flight_reached, rate == 0 ? 100u : 5'000u);
    EXPECT_FALSE(result.generator.has_value());
  }
}

TEST_F(LoadRunTest, WhatIsDroppedIsNotWaitedFor) {
  spec_.output_action = RouteAction::kDrop;
  Start("{}\n");
  StepResult result;
  ASSERT_TRUE(run_->RunStep(Count(1'000, 0), &result).has_value());
  EXPECT_EQ(result.answered, 0u);
  EXPECT_EQ(result.unanswered, 0u);
  EXPECT_EQ(result.outcomes->without_record, 1'000u);
  EXPECT_GT(result.dropped_per_s, 0);
  EXPECT_EQ(result.outcomes_per_s, 0);
}

TEST_F(LoadRunTest, AStepThatIsEndedEarlyTellsWhatItHas) {
  Start("{}\n");
  interrupted_ = true;
  LoadStep step;
  step.measure_ns = 3'600'000'000'000;
  StepResult result;
  const Result<void> outcome = run_->RunStep(step, &result);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().message, "enough");
  EXPECT_GT(result.answered, 0u);
  EXPECT_GT(result.latency.count(), 0u);
}

TEST_F(LoadRunTest, TheFirstOutcomeIsAwaited) {
  Start("{}\n");
  ASSERT_TRUE(run_->AwaitFirstOutcome(60'000'000'000).has_value());
  EXPECT_GE(Outcomes().succeeded, 1u);
}

}  // namespace
}  // namespace aslx
