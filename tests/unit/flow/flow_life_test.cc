// How a pipeline ends, and what happens when its partitions go or its Delivery misbehaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/flow/flow.h"
#include "tests/unit/flow/pipeline_world.h"

namespace aslx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char kTask[] = R"({"do":"task"})";

TEST(FlowLife, EndsWithItsInput) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"do":"wait","seconds":5})");
  world.broker.Produce(0, "{}");
  world.Start();
  world.delivery->EndInput();
  world.PassMs(4'000);
  EXPECT_FALSE(world.finished);
  world.PassMs(2'000);
  EXPECT_TRUE(world.finished);
  EXPECT_EQ(world.flow->failure(), nullptr);
  EXPECT_TRUE(world.delivery->closed());
  EXPECT_EQ(world.out().size(), 2u);
  EXPECT_EQ(world.committed(), 2);
}

TEST(FlowLife, DrainsWhatIsInFlight) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"do":"wait","seconds":3})");
  world.Start();
  world.broker.Produce(0, "{}");
  world.flow->Drain();
  world.PassMs(4'000);
  EXPECT_TRUE(world.finished);
  EXPECT_EQ(world.out().size(), 1u) << "nothing new is taken";
  EXPECT_EQ(world.committed(), 1);
}

TEST(FlowLife, DrainsNoLongerThanItsLimit) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"do":"wait","seconds":50})");
  world.broker.Produce(0, "{}");
  world.Start();
  world.flow->Drain();
  world.PassMs(10'100);
  EXPECT_TRUE(world.finished);
  EXPECT_EQ(world.committed(), 0);
  world.Crash();
  EXPECT_EQ(world.out().size(), 1u) << "the one that was done is not done again";
}

TEST(FlowLife, DrainsWithinItsLimitWhenNothingIsAcknowledged) {
  PipelineWorld world;
  world.broker.Produce(0, "{}");
  world.Start({});
  world.delivery->HoldAcknowledgements(true);
  world.delivery->Assign({0});
  world.Settle();
  world.flow->Drain();
  world.PassMs(10'100);
  EXPECT_TRUE(world.finished);
  EXPECT_LE(world.committed(), 0) << "not committed as done";
}

TEST(FlowLife, FinishesAndCommitsBeforeItGivesAPartitionBack) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"do":"wait","seconds":2})");
  world.broker.Produce(0, "{}");
  world.Start();
  world.delivery->Revoke({0});
  world.PassMs(1'500);
  EXPECT_TRUE(world.delivery->owns(0));
  world.PassMs(1'000);
  EXPECT_FALSE(world.delivery->owns(0));
  EXPECT_EQ(world.committed(), 2);
}

TEST(FlowLife, LeavesToTheNextOwnerWhatTakesTooLong) {
  PipelineWorld world;
  world.broker.Produce(0, kTask);
  world.broker.Produce(0, "{}");
  world.Start();
  world.delivery->Revoke({0});
  world.PassMs(5'500);
  EXPECT_FALSE(world.delivery->owns(0));
  EXPECT_EQ(world.committed(), 0);
  EXPECT_TRUE(world.calls.empty()) << "its task was cancelled";
  world.delivery->Assign({0});
  world.Settle();
  EXPECT_EQ(world.calls.size(), 1u);
  world.Answer("7");
  EXPECT_THAT(world.out(), ElementsAre("{}", "7"));
}

TEST(FlowLife, GivesAPartitionBackWithinOneLimitWhateverItWaitsFor) {
  // An execution that does not end, then a commit without an answer.
  PipelineWorld world;
  world.broker.Produce(0, kTask);
  world.broker.Produce(0, "{}");
  world.Start();
  world.delivery->HoldCommits(true);
  world.delivery->Revoke({0});
  const int64_t limit_ms = world.spec.revoke_limit_ms;
  world.PassMs(limit_ms / 100 * 65);
  EXPECT_EQ(world.calls.size(), 1u) << "ended too early";
  world.PassMs(limit_ms / 100 * 10);
  EXPECT_TRUE(world.calls.empty()) << "no time is left for the commit";
  EXPECT_TRUE(world.delivery->owns(0));
  world.PassMs(limit_ms / 100 * 25);
  EXPECT_FALSE(world.delivery->owns(0));
}

TEST(FlowLife, DropsWhatBelongsToALostPartition) {
  PipelineWorld world;
  world.broker.Produce(0, kTask);
  world.broker.Produce(0, "{}");
  world.broker.Produce(1, kTask);
  world.Start({});
  world.delivery->HoldAcknowledgements(true);
  world.delivery->Assign({0, 1});
  world.Settle();
  EXPECT_EQ(world.calls.size(), 2u);
  world.delivery->Lose({0});
  world.Settle();
  EXPECT_FALSE(world.delivery->owns(0));
  EXPECT_EQ(world.calls.size(), 1u);
  world.delivery->HoldAcknowledgements(false);
  world.PassMs(2'000);
  EXPECT_EQ(world.counters().late.value(), 1u) << "the acknowledgement came too late";
  EXPECT_LE(world.committed(), 0) << "and nothing of it was committed as done";
  world.Answer("8");
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(1), 1);
}

TEST(FlowLife, SendsNothingOfALostPartition) {
  PipelineWorld world;
  world.broker.Produce(0, "{}");
  world.Start({});
  world.delivery->Cork(true);
  world.delivery->Assign({0});
  world.Settle();
  world.delivery->Lose({0});
  world.Settle();
  world.delivery->Cork(false);
  world.PassMs(1'000);
  EXPECT_THAT(world.out(), IsEmpty());
  EXPECT_EQ(world.counters().in_flight.value(), 0u);
}

TEST(FlowLife, CommitsAgainWhatCouldNotBeCommitted) {
  PipelineWorld world;
  world.broker.Produce(0, "{}");
  world.Start({});
  world.delivery->FailCommits(true);
  world.delivery->Assign({0});
  world.PassMs(5'000);
  EXPECT_EQ(world.committed(), -1);
  EXPECT_GE(world.counters().commit_failures.value(), 2u);
  world.delivery->FailCommits(false);
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 1);
}

TEST(FlowLife, RefusesMetadataOfAnotherVersion) {
  PipelineWorld world;
  world.broker.Produce(0, "{}");
  world.broker.committed[0] = {0, "aslx:9:r:AQE="};
  world.Start();
  world.PassMs(1'000);
  ASSERT_TRUE(world.finished);
  ASSERT_NE(world.flow->failure(), nullptr);
  EXPECT_EQ(world.flow->failure()->kind, ErrorKind::kConfiguration);
  EXPECT_THAT(world.flow->failure()->message, HasSubstr("topic `events`, partition 0"));
  EXPECT_THAT(world.out(), IsEmpty());
}

TEST(FlowLife, BeginsAnewWhenTheLogWasTruncated) {
  PipelineWorld world;
  for (int i = 0; i < 10; ++i)
    world.broker.Produce(0, i == 9 ? kTask : "{}");
  world.Start();
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 9);
  world.broker.partitions[0].clear();
  world.broker.Produce(0, R"("new")");
  world.delivery->Rewind(0, 0);
  world.PassMs(2'000);
  EXPECT_EQ(world.counters().rewinds.value(), 1u);
  EXPECT_EQ(world.out().back(), R"("new")");
  EXPECT_EQ(world.committed(), 1);
  EXPECT_TRUE(world.calls.empty());
}

TEST(FlowLife, EndsWhenItsDeliveryCannotGoOn) {
  PipelineWorld world;
  world.broker.Produce(0, kTask);
  world.Start();
  world.delivery->BreakDown("the outcome of a transaction is not known");
  world.Settle();
  ASSERT_TRUE(world.finished);
  EXPECT_EQ(world.flow->failure()->kind, ErrorKind::kUnknownOutcome);
}

}  // namespace
}  // namespace aslx
