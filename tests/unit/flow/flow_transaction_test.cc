// Exactly once: outputs and offsets become durable together, and what fails is made again from
// memory, without a second execution.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/flow/flow.h"
#include "tests/unit/flow/pipeline_world.h"

namespace aslx {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FlowTransaction : public testing::Test {
 protected:
  FlowTransaction() {
    world_.spec.guarantee = Guarantee::kExactlyOnce;
    world_.spec.commit_interval_ms = 100;
  }

  FakeBroker& broker() { return world_.broker; }
  FakeDelivery& delivery() { return *world_.delivery; }
  const FlowCounters& counters() const { return world_.counters(); }

  /// `count` records, of which every `every`th calls a task and the others end at once.
  void ProduceWithTasks(int count, int every) {
    for (int i = 0; i < count; ++i)
      broker().Produce(0, i % every == 0 ? R"({"do":"task"})" : "{}");
  }

  PipelineWorld world_;
};

TEST_F(FlowTransaction, ShowsOutputsWithTheirOffset) {
  broker().Produce(0, "{}");
  world_.Start({});
  delivery().HoldCommits(true);
  delivery().Assign({0});
  world_.PassMs(150);
  EXPECT_EQ(delivery().staged(), 1u) << "sent at once";
  EXPECT_THAT(world_.out(), IsEmpty());
  delivery().HoldCommits(false);
  world_.PassMs(1);
  EXPECT_EQ(world_.out().size(), 1u);
  EXPECT_EQ(world_.committed(), 1);
}

TEST_F(FlowTransaction, WaitsForWhatTheDeliveryHasNotSentYet) {
  for (int i = 0; i < 5; ++i)
    broker().Produce(0, "{}");
  world_.Start({});
  delivery().CorkFlush(true);
  delivery().Assign({0});
  world_.PassMs(500);
  EXPECT_EQ(delivery().unacknowledged(), 5u);
  EXPECT_EQ(delivery().commit_count(), 0u);
  delivery().CorkFlush(false);
  world_.PassMs(150);
  EXPECT_EQ(world_.out().size(), 5u);
  EXPECT_EQ(world_.committed(), 5);
  EXPECT_EQ(counters().transactions_aborted.value(), 0u);
}

TEST_F(FlowTransaction, IsOfUnknownOutcomeWhenTheDrainLimitPassesDuringItsCommit) {
  for (const bool ends_in_time : {true, false}) {
    broker().Produce(0, "{}");
    world_.Start({});
    delivery().HoldCommits(true);
    delivery().Assign({0});
    world_.PassMs(150);
    world_.flow->Drain();
    world_.PassMs(1'000);
    delivery().HoldCommits(!ends_in_time);
    world_.PassMs(world_.spec.drain_limit_ms);
    EXPECT_TRUE(world_.finished);
    const Error* const failure = world_.flow->failure();
    ASSERT_EQ(failure == nullptr, ends_in_time);
    if (!ends_in_time) {
      EXPECT_EQ(failure->kind, ErrorKind::kUnknownOutcome);
    }
    world_.flow.reset();
  }
}

TEST_F(FlowTransaction, LeavesNothingOfACrash) {
  ProduceWithTasks(20, 3);
  world_.Start({});
  delivery().HoldCommits(true);
  delivery().Assign({0});
  world_.PassMs(50);
  world_.Crash();
  world_.PassMs(150);
  EXPECT_EQ(world_.out().size(), 13u);
  world_.Crash();
  while (!world_.calls.empty())
    world_.Answer("1");
  world_.PassMs(150);
  EXPECT_EQ(world_.out().size(), 20u) << "what the metadata says is done is not done again";
  EXPECT_EQ(world_.committed(), 20);
}

TEST_F(FlowTransaction, IsMadeAgainFromMemoryWhenItFails) {
  broker().Produce(0, R"({"do":"task"})");
  world_.Start();
  world_.Answer("1");
  delivery().FailCommits(true);
  world_.PassMs(1'000);
  EXPECT_GT(counters().transactions_aborted.value(), 1u);
  EXPECT_THAT(world_.out(), IsEmpty());
  delivery().FailCommits(false);
  world_.PassMs(10'000);
  EXPECT_EQ(world_.out().size(), 1u);
  EXPECT_THAT(world_.calls, IsEmpty()) << "executed again";
  EXPECT_EQ(counters().succeeded.value(), 1u);
}

TEST_F(FlowTransaction, IsAbortedWhenAnOutputWasNotWritten) {
  for (int i = 0; i < 5; ++i)
    broker().Produce(0, "{}");
  world_.Start({});
  delivery().FailDelivery(1);
  delivery().Assign({0});
  world_.PassMs(1'000);
  EXPECT_EQ(counters().transactions_aborted.value(), 1u);
  EXPECT_EQ(world_.out().size(), 5u);
}

TEST_F(FlowTransaction, PutsADeadLetterInThePlaceOfARefusedResult) {
  broker().Produce(0, "{}");
  world_.Start({});
  delivery().Refuse("out");
  delivery().Assign({0});
  world_.PassMs(1'000);
  EXPECT_THAT(world_.out(), IsEmpty());
  EXPECT_THAT(world_.dead(), ElementsAre("{}"));
  EXPECT_EQ(world_.committed(), 1);
  EXPECT_EQ(counters().in_flight.value(), 0u);
}

TEST_F(FlowTransaction, HoldsTheOffsetOfADeadLetterThatIsRefused) {
  broker().Produce(0, "no JSON");
  for (int i = 0; i < 3; ++i)
    broker().Produce(0, "{}");
  world_.Start({});
  delivery().Refuse("dead");
  delivery().Assign({0});
  world_.PassMs(25'000);
  EXPECT_EQ(world_.out().size(), 3u) << "the others go on";
  EXPECT_EQ(world_.committed(), 0);
  EXPECT_EQ(counters().held.value(), 1u);
  delivery().Refuse("dead", false);
  world_.PassMs(11'000);
  EXPECT_EQ(world_.dead().size(), 1u);
  EXPECT_EQ(world_.committed(), 4);
  EXPECT_EQ(counters().held.value(), 0u);
}

TEST_F(FlowTransaction, ForgetsWhatItHasOfALostPartition) {
  for (const int32_t partition : {0, 1})
    broker().Produce(partition, "{}");
  world_.Start({0, 1});
  world_.PassMs(1);
  EXPECT_EQ(world_.out().size(), 2u);
  for (const int32_t partition : {0, 1})
    broker().Produce(partition, "{}");
  world_.PassMs(10);
  EXPECT_EQ(delivery().staged(), 2u) << "in the open transaction";
  delivery().HoldCommits(true);
  delivery().Lose({0});
  world_.PassMs(10);
  EXPECT_TRUE(delivery().owns(0)) << "given back while a transaction has records of it";
  delivery().HoldCommits(false);
  world_.PassMs(200);
  EXPECT_FALSE(delivery().owns(0));
  EXPECT_EQ(world_.out().size(), 3u);
  EXPECT_EQ(world_.committed(0), 1);
  EXPECT_EQ(world_.committed(1), 2);
  delivery().Assign({0});
  world_.PassMs(200);
  EXPECT_EQ(world_.out().size(), 4u);
}

TEST_F(FlowTransaction, ForgetsAHeldDeadLetterOfALostPartition) {
  broker().Produce(0, "no JSON");
  world_.Start({});
  delivery().Refuse("dead");
  delivery().Assign({0});
  world_.PassMs(1'000);
  EXPECT_EQ(counters().held.value(), 1u);
  delivery().Refuse("dead", false);
  delivery().HoldCommits(true);
  delivery().FailCommits(true);
  world_.PassMs(11'000);
  EXPECT_EQ(delivery().staged(), 1u) << "tried again, in a transaction that will fail";
  delivery().Lose({0});
  world_.PassMs(10);
  delivery().HoldCommits(false);
  world_.PassMs(200);
  EXPECT_EQ(counters().held.value(), 0u);
  EXPECT_EQ(counters().in_flight.value(), 0u) << "it would fill the window for ever";
}

TEST_F(FlowTransaction, CommitsBeforeItGivesAPartitionBack) {
  ProduceWithTasks(2, 2);
  world_.Start();
  delivery().Revoke({0});
  world_.PassMs(1'000);
  EXPECT_TRUE(delivery().owns(0)) << "an execution is still under way";
  world_.Answer("1");
  world_.PassMs(200);
  EXPECT_FALSE(delivery().owns(0));
  EXPECT_EQ(world_.out().size(), 2u);
  EXPECT_EQ(world_.committed(), 2);
}

TEST_F(FlowTransaction, IsAbortedWhenItsCommitCannotBeginBeforeAPartitionHasToGo) {
  ProduceWithTasks(2, 2);
  broker().Produce(1, R"({"do":"task"})");
  world_.Start({});
  delivery().Assign({0, 1});
  world_.Settle();
  // Outputs of the other partition wait for a producer that takes nothing: nothing can be
  // committed.
  delivery().Cork(true);
  world_.Answer("0", 2);
  delivery().Revoke({0});
  world_.PassMs(world_.spec.revoke_limit_ms - 1);
  EXPECT_TRUE(delivery().owns(0));
  world_.PassMs(1);
  EXPECT_FALSE(delivery().owns(0));
  delivery().Cork(false);
  delivery().Assign({0});
  world_.PassMs(200);
  world_.Answer("0");
  world_.PassMs(200);
  EXPECT_THAT(world_.out(), testing::UnorderedElementsAre("{}", "0", "0"));
  EXPECT_EQ(world_.committed(0), 2);
}

TEST_F(FlowTransaction, NeverFinishesMoreThanTheMetadataCanSay) {
  constexpr int kRecords = 60'000;  // beyond a bitmap, with more holes than there is room for
  ProduceWithTasks(kRecords, 10);
  world_.Start();
  world_.PassMs(1'000);
  EXPECT_GT(counters().deferred.value(), 0u);
  EXPECT_EQ(counters().metadata_cut.value(), 0u);
  const size_t before = world_.out().size();
  EXPECT_GT(before, 10'000u);
  world_.Crash();
  world_.PassMs(1'000);
  EXPECT_EQ(world_.out().size(), before) << "a restart does the same, and no more";
  while (!world_.calls.empty())
    world_.Answer("1");
  world_.PassMs(1'000);
  while (!world_.calls.empty())
    world_.Answer("1");
  world_.PassMs(1'000);
  EXPECT_EQ(world_.out().size(), static_cast<size_t>(kRecords));
  EXPECT_EQ(world_.committed(), kRecords);
}

TEST_F(FlowTransaction, KeepsTheOrderOfAKeyWhenTheMetadataIsFull) {
  world_.spec.ordering = Ordering::kKey;
  const auto fill = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const std::string key = "key" + std::to_string(broker().partitions[0].size());
      broker().Produce(0, i % 10 == 0 ? R"({"do":"task"})" : "{}", key);
    }
  };
  fill(10'000);
  for (const char* key : {"before", "ordered", "behind"})
    broker().Produce(0, R"({"do":"task"})", key);
  broker().Produce(0, R"({"second":true})", "ordered");
  fill(50'000);
  world_.Start();
  world_.PassMs(1'000);
  ASSERT_GT(counters().deferred.value(), 0u);
  // The first of its key finds no room; those at the head make some before the second one ends.
  const auto first = world_.calls.begin() + 1'001;
  std::rotate(world_.calls.begin(), first, first + 1);
  world_.Answer("1", 1'000);
  world_.PassMs(1'000);
  while (!world_.calls.empty())
    world_.Answer("1");
  world_.PassMs(1'000);
  std::vector<std::string> ordered;
  for (const FakeBroker::Written& written : broker().written) {
    if (written.key == "ordered") ordered.push_back(written.payload);
  }
  EXPECT_THAT(ordered, ElementsAre("1", R"({"second":true})"));
}

TEST_F(FlowTransaction, WaitsForTheHeadWhenWhatWasDoneBeforeDoesNotFitAnyMore) {
  constexpr int kRecords = 20'000;  // a bitmap holds them, run lengths would not
  constexpr int kTasks = kRecords / 4;
  constexpr int64_t kFar = int64_t{1} << 40;  // the log has nothing in between
  ProduceWithTasks(kRecords, 4);
  world_.Start();
  world_.PassMs(1'000);
  ASSERT_EQ(world_.out().size(), static_cast<size_t>(kRecords - kTasks));
  StoredRecord far;
  far.offset = kFar;
  far.payload = "{}";
  broker().partitions[0].push_back(far);
  world_.Crash();
  world_.PassMs(1'000);
  ASSERT_EQ(world_.calls.size(), static_cast<size_t>(kTasks));
  EXPECT_EQ(counters().deferred.value(), 1u) << "the far one";

  // The head may finish, but nothing that says so can be committed.
  world_.Answer("1");
  world_.PassMs(1'000);
  EXPECT_EQ(world_.committed(), 0);
  EXPECT_EQ(delivery().commit_count(), 0u);
  EXPECT_GT(counters().transactions_aborted.value(), 0u);
  EXPECT_EQ(world_.out().size(), static_cast<size_t>(kRecords - kTasks));

  // With most of the holes gone it fits, and nothing was lost or cut meanwhile.
  world_.Answer("1", kTasks - 500);
  world_.PassMs(1'000);
  EXPECT_GT(world_.committed(), kRecords / 2);
  EXPECT_EQ(counters().metadata_cut.value(), 0u);
  world_.Crash();
  world_.PassMs(1'000);
  world_.Answer("1", world_.calls.size());
  world_.PassMs(1'000);
  EXPECT_EQ(world_.out().size(), static_cast<size_t>(kRecords + 1)) << "lost or repeated";
  EXPECT_EQ(world_.committed(), kFar + 1);
}

TEST_F(FlowTransaction, WaitsWhenRefusedDeadLettersLeaveNoRoomInTheMetadata) {
  constexpr int kRecords = 30'000;
  for (int i = 0; i < kRecords; ++i)
    broker().Produce(0, i % 20 == 0 ? R"({"do":"task"})" : i % 20 == 10 ? "no JSON" : "{}");
  world_.Start({});
  delivery().Refuse("dead");
  delivery().Assign({0});
  world_.PassMs(2'000);
  EXPECT_EQ(counters().metadata_cut.value(), 0u);
  EXPECT_GT(counters().held.value(), 0u);
  world_.Crash();
  delivery().Refuse("dead", false);
  while (world_.committed() < kRecords && !HasFailure()) {
    world_.PassMs(1'000);
    while (!world_.calls.empty())
      world_.Answer("1", world_.calls.size());
  }
  EXPECT_EQ(world_.dead().size(), static_cast<size_t>(kRecords) / 20);
  EXPECT_EQ(world_.out().size(), static_cast<size_t>(kRecords) / 20 * 19) << "lost or repeated";
}

}  // namespace
}  // namespace aslx
