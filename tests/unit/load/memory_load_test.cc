// A pipeline over events in memory, in one thread and on a clock of the test's own: the worker's
// turns, open and closed loops, what a stall costs, what is dropped.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "pipeline/flow/flow.h"
#include "pipeline/load/memory_delivery.h"
#include "tests/unit/worker/choosing_program.h"

namespace aslx {
namespace {

constexpr int64_t kMs = 1'000'000;

class NoTasks final : public TaskGateway {
 public:
  void Submit(const TaskRequest&) override { ADD_FAILURE() << "no task was expected"; }
  void Cancel(SuspensionToken) override {}
};

class MemoryLoadTest : public testing::Test {
 protected:
  void Build(const std::string& events, Correlation correlation = Correlation::kKey) {
    pool_ = *EventPool::FromLines("test", events);
    if (correlation == Correlation::kHeader)
      pool_->AddKeys(*EventTemplate::Parse("--key", "k{{sequence}}"), 1);
    spec_.name = "bench";
    spec_.machine_name = "choosing";
    spec_.output.topic = "out";
    delivery_ = std::make_unique<MemoryDelivery>(
        MemoryDelivery::Parts{&link_, &*pool_, correlation, &counters_, &clock_, nullptr});
    auto flow = Flow::Create({&spec_, ChoosingProgram(), delivery_.get(), &tasks_, &completions_,
                              &counters_, nullptr, WorkerOptions{}});
    ASSERT_TRUE(flow.has_value()) << flow.error().message;
    flow_ = std::move(*flow);
  }
  void Begin(const LoadStep& step) {
    link_.step = step;
    link_.begin_ns = clock_.Now();
    link_.posted.fetch_add(1);
    Turn(1);
    ASSERT_EQ(link_.taken.load(), link_.posted.load());
  }
  void Turn(int count, int64_t ns = 0) {
    for (int i = 0; i < count; ++i) {
      clock_.Advance(ns);
      flow_->Turn(clock_.Now(), clock_.Wall());
    }
  }
  void End() {
    link_.posted.fetch_add(1);
    Turn(1);
    ASSERT_EQ(link_.taken.load(), link_.posted.load());
  }
  uint64_t sent() const { return link_.sent.load(); }
  const OutcomeTally& tally() const { return link_.tally; }

  SimClock clock_{1'700'000'000'000'000'000};
  MemoryLink link_;
  PipelineSpec spec_;
  NoTasks tasks_;
  CompletionQueue completions_{nullptr};
  FlowCounters counters_;
  std::optional<EventPool> pool_;
  std::unique_ptr<MemoryDelivery> delivery_;
  std::unique_ptr<Flow> flow_;
};

LoadStep Open(double rate, int64_t warmup_ms, int64_t measure_ms) {
  LoadStep step;
  step.rate_per_s = rate;
  step.warmup_ns = warmup_ms * kMs;
  step.measure_ns = measure_ms * kMs;
  return step;
}

TEST_F(MemoryLoadTest, HandsEventsOutWhenTheyAreDue) {
  Build("{\"a\":1}\n{\"a\":2}\n");
  Turn(3, kMs);
  EXPECT_EQ(counters_.received.value(), 0u) << "nothing was asked for yet";
  Begin(Open(1'000, 10, 20));
  EXPECT_EQ(sent(), 1u);
  Turn(9, kMs);
  EXPECT_EQ(sent(), 10u);
  Turn(50, kMs);
  EXPECT_EQ(sent(), 30u);
  EXPECT_TRUE(link_.sent_all.load());
  EXPECT_EQ(tally().answered_count(), 30u);
  EXPECT_EQ(tally().latency().count(), 20u);
  EXPECT_LE(tally().latency().max_ns(), kMs) << "acknowledged in the next Turn";
  EXPECT_EQ(tally().repeated_count() + tally().foreign_count(), 0u);
  EXPECT_EQ(counters_.succeeded.value(), 30u);
}

TEST_F(MemoryLoadTest, AStallIsPartOfTheLatencyOfAllThatWereDue) {
  Build("{}\n");
  Begin(Open(1'000, 0, 200));
  Turn(50, kMs);
  clock_.Advance(100 * kMs);  // the worker is elsewhere
  Turn(100, kMs);
  EXPECT_EQ(tally().answered_count(), 200u);
  // Those that became due during the stall waited 100, 99, … ms, every one of them.
  EXPECT_GE(tally().latency().max_ns(), 99 * kMs);
  EXPECT_GE(tally().latency().ValueAt(75), 45 * kMs);
  EXPECT_LE(tally().latency().ValueAt(45), 2 * kMs);
}

TEST_F(MemoryLoadTest, AClosedLoopKeepsItsBound) {
  Build("{\"do\":\"wait\",\"seconds\":1}\n");
  LoadStep step;
  step.in_flight_max = 5;
  step.measure_ns = 10'000 * kMs;
  Begin(step);
  Turn(10, kMs);
  EXPECT_EQ(sent(), 5u);
  EXPECT_EQ(tally().answered_count(), 0u);
  Turn(100, 12 * kMs);
  EXPECT_EQ(sent(), 10u);
  EXPECT_EQ(tally().answered_count(), 5u);
  EXPECT_GE(tally().latency().min_ns(), 1'000 * kMs);
  EXPECT_FALSE(link_.sent_all.load());
  Turn(1'000, 12 * kMs);
  EXPECT_TRUE(link_.sent_all.load());
  EXPECT_EQ(tally().answered_count(), sent());
}

TEST_F(MemoryLoadTest, FailuresAreAnsweredByTheirDeadLetters) {
  spec_.dead_letters.action = DeadLetterSpec::Action::kWrite;
  spec_.dead_letters.topic = "dead";
  Build("{\"do\":\"fail\"}\nnot json\n{}\n");
  LoadStep step;
  step.count = 30;
  Begin(step);
  Turn(20, kMs);
  EXPECT_EQ(sent(), 30u);
  EXPECT_EQ(tally().answered_count(), 30u);
  EXPECT_EQ(counters_.failed.value(), 10u);
  EXPECT_EQ(counters_.malformed.value(), 10u);
}

TEST_F(MemoryLoadTest, WhatIsDroppedMakesRoom) {
  spec_.output_action = RouteAction::kDrop;
  Build("{}\n");
  LoadStep step;
  step.in_flight_max = 2;
  step.count = 30;
  Begin(step);
  Turn(50, kMs);
  EXPECT_EQ(sent(), 30u);
  EXPECT_EQ(counters_.dropped.value(), 30u);
  EXPECT_EQ(tally().answered_count(), 0u);
}

// More events than there are places for when they were sent: nothing says which were dropped.
TEST_F(MemoryLoadTest, WhatIsDroppedLeavesRoomRoundAfterRound) {
  spec_.output_action = RouteAction::kDrop;
  spec_.dead_letters.action = DeadLetterSpec::Action::kWrite;
  spec_.dead_letters.topic = "dead";
  Build("{\"do\":\"fail\"}\n{}\n");
  LoadStep step;
  step.in_flight_max = 1'000;
  step.count = 2 * SentTimes::kSpanMin + 1'000;
  Begin(step);
  Turn(static_cast<int>(step.count / 10), 1'000);
  EXPECT_EQ(sent(), step.count);
  EXPECT_EQ(tally().answered_count(), step.count / 2);
  EXPECT_EQ(tally().repeated_count(), 0u);
  EXPECT_EQ(counters_.dropped.value(), step.count / 2);
}

TEST_F(MemoryLoadTest, TellsOutcomesApartByAHeaderToo) {
  Build("{}\n", Correlation::kHeader);
  Begin(Open(1'000, 0, 10));
  Turn(20, kMs);
  EXPECT_EQ(tally().answered_count(), 10u);
  EXPECT_EQ(tally().foreign_count(), 0u);
}

TEST_F(MemoryLoadTest, AnOutcomeOfTheStepBeforeIsForeign) {
  Build("{\"do\":\"wait\",\"seconds\":1}\n");
  Begin(Open(1'000, 0, 10));
  Turn(20, kMs);
  EXPECT_EQ(tally().answered_count(), 0u);
  End();
  Begin(Open(1'000, 0, 10));
  Turn(100, 12 * kMs);
  EXPECT_EQ(tally().answered_count(), 10u);
  EXPECT_EQ(tally().foreign_count(), 10u);
}

TEST_F(MemoryLoadTest, NothingIsSentOrCountedOutsideOfAStep) {
  Build("{\"do\":\"wait\",\"seconds\":1}\n");
  Begin(Open(1'000, 0, 1'000));
  Turn(10, kMs);
  End();
  const uint64_t sent_then = sent();
  Turn(200, 12 * kMs);
  EXPECT_EQ(sent(), sent_then);
  EXPECT_EQ(tally().answered_count(), 0u);
  EXPECT_EQ(counters_.succeeded.value(), sent_then);
}

}  // namespace
}  // namespace aslx
