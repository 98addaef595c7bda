// A pipeline as its users see it: what comes out, what is dead-lettered, what is committed when.
#include "pipeline/flow/flow.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/flow/pipeline_world.h"

namespace aslx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const char kTask[] = R"({"do":"task"})";

TEST(Flow, WritesAResultForEveryRecordAndCommits) {
  PipelineWorld world;
  for (const char* event : {R"({"n":1})", R"({"n":2})", R"({"n":3})"})
    world.broker.Produce(0, event, "k");
  world.broker.partitions[0][1].headers = {{"trace", "abc"}};
  world.Start();
  EXPECT_THAT(world.out(), ElementsAre(R"({"n":1})", R"({"n":2})", R"({"n":3})"));
  EXPECT_EQ(world.broker.written[1].key, "k");
  EXPECT_EQ(world.broker.written[1].headers.at("trace"), "abc");
  EXPECT_EQ(world.broker.written[1].headers.at("asl-execution-id").size(), 36u);
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 3);
  EXPECT_EQ(world.broker.committed[0].metadata, "");
  EXPECT_EQ(world.counters().in_flight.value(), 0u);
}

TEST(Flow, GivesARecordTheSameExecutionIdAfterACrash) {
  PipelineWorld world;
  world.broker.Produce(0, "{}");
  world.Start();
  world.broker.committed.clear();
  world.Crash();
  ASSERT_EQ(world.broker.written.size(), 2u);
  EXPECT_EQ(world.broker.written[0].headers, world.broker.written[1].headers);
}

TEST(Flow, MakesMalformedEventsDeadLettersAndLeavesTheirNeighboursAlone) {
  const std::string deep = std::string(1'001, '[') + std::string(1'001, ']');
  const struct {
    std::string payload;
    const char* cause;
  } cases[] = {
      {"{\"a\":\"\xFF\"}", "UTF-8"},
      {R"({"a":)", "at byte"},
      {deep, "1,000"},
      {"\"" + std::string(262'143, 'x') + "\"", "larger than 262144 bytes"},
      {"", "empty"},
      {"{} {}", "at byte"},
  };
  PipelineWorld world;
  for (const auto& c : cases) {
    world.broker.Produce(0, R"({"before":1})");
    world.broker.Produce(0, c.payload, "key");
  }
  world.broker.Produce(0, "");
  world.broker.partitions[0].back().is_tombstone = true;
  world.broker.Produce(0, R"({"after":1})");
  world.Start();
  EXPECT_EQ(world.out().size(), std::size(cases) + 1);
  std::vector<FakeBroker::Written> dead;
  for (const auto& record : world.broker.written) {
    if (record.topic == "dead") dead.push_back(record);
  }
  ASSERT_EQ(dead.size(), std::size(cases) + 1);
  for (size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(dead[i].payload, cases[i].payload);
    EXPECT_EQ(dead[i].key, "key");
    EXPECT_EQ(dead[i].headers.at("__asl.errors.error"), "Aslx.InvalidEvent");
    EXPECT_THAT(dead[i].headers.at("__asl.errors.cause"), HasSubstr(cases[i].cause));
    EXPECT_EQ(dead[i].headers.at("__asl.errors.offset"), std::to_string(2 * i + 1));
  }
  EXPECT_TRUE(dead.back().is_tombstone);
  EXPECT_THAT(dead.back().headers.at("__asl.errors.cause"), HasSubstr("tombstone"));
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), static_cast<int64_t>(2 * std::size(cases) + 2));
}

TEST(Flow, SaysInADeadLetterWhatFailedWhere) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"do":"fail"})", "k");
  world.broker.partitions[0][0].headers = {{"trace", "abc"}};
  world.Start();
  ASSERT_THAT(world.dead(), ElementsAre(R"({"do":"fail"})"));
  auto headers = world.broker.written[0].headers;
  EXPECT_EQ(headers["__asl.errors.execution"].size(), 36u);
  headers.erase("__asl.errors.execution");
  EXPECT_EQ(headers, (std::map<std::string, std::string>{{"trace", "abc"},
                                                         {"__asl.errors.topic", "events"},
                                                         {"__asl.errors.partition", "0"},
                                                         {"__asl.errors.offset", "0"},
                                                         {"__asl.errors.timestamp", "1000"},
                                                         {"__asl.errors.state", "Failing"},
                                                         {"__asl.errors.error", "Broken"},
                                                         {"__asl.errors.cause", "on purpose"},
                                                         {"__asl.errors.attempt", "1"},
                                                         {"__asl.errors.machine", "choosing"}}));
}

TEST(Flow, KeepsTheOriginalBytesOfWhatWaited) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"do":"wait","seconds":3000,"pad":"x"})", "key");
  world.broker.partitions[0][0].headers = {{"trace", "abc"}};
  world.Start();
  EXPECT_EQ(world.delivery->held_records(), 0u) << "a waiting execution pins no record";
  world.PassMs(61'000);
  ASSERT_THAT(world.dead(), ElementsAre(R"({"do":"wait","seconds":3000,"pad":"x"})"));
  EXPECT_EQ(world.broker.written[0].key, "key");
  EXPECT_EQ(world.broker.written[0].headers.at("trace"), "abc");
  EXPECT_EQ(world.broker.written[0].headers.at("__asl.errors.error"), "States.Timeout");
}

TEST(Flow, CommitsNothingBeforeItIsAcknowledged) {
  PipelineWorld world;
  world.broker.Produce(0, "{}");
  world.Start();
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 1);
  world.delivery->HoldAcknowledgements(true);
  world.broker.Produce(0, "{}");
  world.PassMs(5'000);
  EXPECT_EQ(world.committed(), 1);
  world.delivery->HoldAcknowledgements(false);
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 2);
}

TEST(Flow, CommitsPastAnExecutionThatWaits) {
  PipelineWorld world;
  world.broker.Produce(0, kTask);
  for (int i = 0; i < 1'000; ++i)
    world.broker.Produce(0, "{}");
  world.Start();
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 0);
  EXPECT_LT(world.broker.committed[0].metadata.size(), 24u);
  world.Crash();
  EXPECT_EQ(world.out().size(), 1'000u) << "what is done above the commit point is not done again";
  EXPECT_EQ(world.calls.size(), 1u);
  world.Answer("7");
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 1'001);
  EXPECT_EQ(world.out().back(), "7");
}

TEST(Flow, ProducesAgainWhatFailed) {
  PipelineWorld world;
  for (int i = 0; i < 5; ++i)
    world.broker.Produce(0, std::to_string(i));
  world.Start({});
  world.delivery->FailDelivery(7);
  world.delivery->Assign({0});
  world.Settle();
  EXPECT_THAT(world.out(), IsEmpty());
  world.PassMs(1'000);
  EXPECT_THAT(world.out(), UnorderedElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(world.counters().produce_retries.value(), 7u);
}

TEST(Flow, ParksTheInputOfAnOutputThatIsRefused) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"big":1})");
  world.Start({});
  world.delivery->Refuse("out");
  world.delivery->Assign({0});
  world.Settle();
  EXPECT_THAT(world.dead(), ElementsAre(R"({"big":1})"));
  EXPECT_EQ(world.broker.written[0].headers["__asl.errors.error"], "Aslx.OutputRefused");
  EXPECT_THAT(world.broker.written[0].headers["__asl.errors.cause"],
              HasSubstr("the topic does not take it"));
}

TEST(Flow, MakesOneDeadLetterHoweverManyRecordsOfAnOutcomeAreRefused) {
  PipelineWorld world;
  world.spec.output_split_path = "$.items";
  world.broker.Produce(0, R"({"items":[1,2,3,4]})");
  world.broker.Produce(0, R"({"items":[5]})");
  world.Start({});
  world.delivery->RefuseDelivery(3);
  world.delivery->Assign({0});
  world.PassMs(2'000);
  EXPECT_THAT(world.dead(), ElementsAre(R"({"items":[1,2,3,4]})"));
  EXPECT_THAT(world.out(), ElementsAre("4", "5")) << "what is written cannot be taken back";
  EXPECT_EQ(world.counters().failed.value(), 1u);
  EXPECT_EQ(world.counters().succeeded.value(), 1u) << "the other one";
  EXPECT_EQ(world.committed(), 2);
  EXPECT_EQ(world.counters().in_flight.value(), 0u);
}

TEST(Flow, DoesNotTryResultsAgainBesideTheirDeadLetter) {
  PipelineWorld world;
  world.spec.output_split_path = "$.items";
  world.broker.Produce(0, R"({"items":[1,2,3]})");
  world.Start({});
  world.delivery->FailDelivery(1);
  world.delivery->RefuseDelivery(1);
  world.delivery->Assign({0});
  world.PassMs(2'000);
  EXPECT_EQ(world.dead().size(), 1u);
  EXPECT_THAT(world.out(), ElementsAre("3"));
  EXPECT_EQ(world.counters().succeeded.value(), 0u);
  EXPECT_EQ(world.committed(), 1);
}

TEST(Flow, HoldsTheWatermarkWhenNothingCanBeDone) {
  PipelineWorld world;
  world.broker.Produce(0, R"({"do":"fail"})");
  world.broker.Produce(0, "{}");
  world.Start({});
  world.delivery->Refuse("dead");
  world.delivery->Assign({0});
  world.PassMs(60'000);
  EXPECT_EQ(world.counters().held.value(), 1u);
  EXPECT_EQ(world.committed(), 0) << "never skipped in silence";
  EXPECT_EQ(world.out().size(), 1u) << "the others go on";
  world.delivery->Refuse("dead", false);
  world.PassMs(20'000);
  EXPECT_EQ(world.counters().held.value(), 0u);
  EXPECT_EQ(world.committed(), 2);
}

TEST(Flow, StopsAtTheFirstFailureWithoutDeadLetters) {
  PipelineWorld world;
  world.spec.dead_letters = {};
  world.broker.Produce(0, "{}");
  world.broker.Produce(0, R"({"do":"fail"})");
  world.broker.Produce(0, "{}");
  world.Start();
  world.PassMs(20'000);
  ASSERT_TRUE(world.finished);
  ASSERT_NE(world.flow->failure(), nullptr);
  EXPECT_THAT(world.flow->failure()->message,
              HasSubstr("events, partition 0, offset 1: Broken: on purpose"));
  EXPECT_EQ(world.committed(), 1);
}

TEST(Flow, CanDropFailuresWhereThatIsAskedFor) {
  PipelineWorld world;
  world.spec.dead_letters.action = DeadLetterSpec::Action::kDrop;
  world.broker.Produce(0, R"({"do":"fail"})");
  world.Start();
  world.PassMs(2'000);
  EXPECT_EQ(world.committed(), 1);
  EXPECT_EQ(world.counters().dropped.value(), 1u);
}

TEST(Flow, RunsOneRecordOfAPartitionAfterTheOther) {
  PipelineWorld world;
  world.spec.ordering = Ordering::kPartition;
  for (const char* event : {"1", kTask, "3", kTask, "5"})
    world.broker.Produce(0, event);
  world.broker.Produce(1, "\"other\"");
  world.Start({0, 1});
  EXPECT_THAT(world.out(), UnorderedElementsAre("1", "\"other\""));
  world.Answer("2");
  world.Answer("4");
  EXPECT_THAT(world.broker.PayloadsOf("out"), testing::IsSupersetOf({"1", "2", "3", "4", "5"}));
  std::vector<std::string> in_order = world.out();
  std::erase(in_order, "\"other\"");
  EXPECT_THAT(in_order, ElementsAre("1", "2", "3", "4", "5"));
}

TEST(Flow, KeepsTheOrderOfAKey) {
  PipelineWorld world;
  world.spec.ordering = Ordering::kKey;
  world.broker.Produce(0, kTask, "a");
  world.broker.Produce(0, "2", "a");
  world.broker.Produce(0, "3", "b");
  world.broker.Produce(0, "4");
  world.broker.Produce(0, "5", "a");
  world.Start();
  EXPECT_THAT(world.out(), ElementsAre("3", "4"));
  EXPECT_EQ(world.delivery->held_records(), 0u) << "records that wait in line are copied";
  world.Answer("1");
  EXPECT_THAT(world.out(), ElementsAre("3", "4", "1", "2", "5"));
}

TEST(Flow, ReadsNoMoreThanItsWindow) {
  PipelineWorld world;
  world.spec.window.records_max = 10;
  for (int i = 0; i < 100; ++i)
    world.broker.Produce(0, kTask);
  world.Start();
  EXPECT_EQ(world.delivery->polled_count(), 10u);
  world.Answer("1");
  EXPECT_EQ(world.delivery->polled_count(), 10u) << "done, but a crash would do it again";
  world.PassMs(1'000);
  EXPECT_EQ(world.committed(), 1);
  EXPECT_EQ(world.delivery->polled_count(), 11u);
}

TEST(Flow, CommitsBeforeItsTimeWhenReadingWouldStopForIt) {
  PipelineWorld world;
  world.spec.window.records_max = 10;
  for (int i = 0; i < 100; ++i)
    world.broker.Produce(0, "{}");
  world.Start();
  EXPECT_EQ(world.delivery->polled_count(), 100u) << "at one instant, long before the interval";
}

TEST(Flow, StopsReadingAtEachOfItsBounds) {
  const struct {
    const char* what;
    void (*bound)(PipelineWorld&);
    uint64_t polled_max;
  } cases[] = {
      {"bytes", [](PipelineWorld& w) { w.spec.window.bytes_max = 100; }, 128},
      {"of a partition", [](PipelineWorld& w) { w.spec.window.partition_records_max = 5; }, 5},
      {"span", [](PipelineWorld& w) { w.spec.window.partition_span_max = 3; }, 128},
      {"executions", [](PipelineWorld& w) { w.worker_options.executions_max = 7; }, 7},
      {"tasks", [](PipelineWorld& w) { w.worker_options.tasks_max = 4; }, 128},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    PipelineWorld world;
    c.bound(world);
    for (int i = 0; i < 1'000; ++i)
      world.broker.Produce(0, kTask);
    world.Start();
    EXPECT_LE(world.delivery->polled_count(), c.polled_max);
    while (!world.calls.empty())
      world.Answer("1");
    EXPECT_EQ(world.out().size(), 1'000u) << "nothing was dropped";
  }
}

TEST(Flow, ReadsNothingWhileItsOutboxIsFull) {
  PipelineWorld world;
  world.spec.window.outbox_bytes_max = 1'000;
  const std::string event = "\"" + std::string(98, 'x') + "\"";
  for (int i = 0; i < 2'000; ++i)
    world.broker.Produce(0, event);
  world.Start({});
  world.delivery->Cork(true);
  world.delivery->Assign({0});
  world.PassMs(1'000);
  EXPECT_LE(world.delivery->polled_count(), 128u);
  world.delivery->Cork(false);
  world.PassMs(1'000);
  EXPECT_EQ(world.out().size(), 2'000u);
}

class Journal final : public PoisonJournal {
 public:
  std::span<const PoisonSuspect> Suspects() const override { return suspects; }
  uint32_t TopicIndex(std::string_view topic) const override { return topic == "events" ? 7 : 0; }
  void Enter(uint32_t topic_index, int32_t partition, int64_t offset, int64_t wall_ns) override {
    EXPECT_EQ(topic_index, 7u);
    EXPECT_GE(wall_ns, 1'700'000'000'000'000'000);
    EXPECT_FALSE(inside);
    inside = true;
    entered.emplace_back(partition, offset);
  }
  void Leave() override { inside = false; }
  void Forget(const PoisonSuspect& suspect) override { forgotten.push_back(suspect.offset); }
  std::vector<PoisonSuspect> suspects;
  std::vector<std::pair<int32_t, int64_t>> entered;
  std::vector<int64_t> forgotten;
  bool inside = false;
};

constexpr int64_t kLastCrashNs = 1'700'000'000'000'000'000;

TEST(Flow, ParksAPoisonRecordWithoutExecutingIt) {
  PipelineWorld world;
  Journal journal;
  journal.suspects = {{"events", 0, 1, 3, kLastCrashNs}, {"events", 0, 2, 2}, {"others", 0, 0, 9}};
  world.journal = &journal;
  for (int i = 0; i < 3; ++i)
    world.broker.Produce(0, std::to_string(i));
  world.Start();
  EXPECT_THAT(world.out(), ElementsAre("0", "2"));
  EXPECT_THAT(world.dead(), ElementsAre("1"));
  EXPECT_EQ(journal.entered, (std::vector<std::pair<int32_t, int64_t>>{{0, 0}, {0, 2}}));
  EXPECT_FALSE(journal.inside);
  const auto letter = std::ranges::find(world.broker.written, "dead", &FakeBroker::Written::topic);
  EXPECT_EQ(letter->headers.at("__asl.errors.error"), "Aslx.PoisonRecord");
  EXPECT_EQ(letter->headers.at("__asl.errors.attempt"), "3");
  EXPECT_THAT(letter->headers.at("__asl.errors.cause"), HasSubstr("2023-11-14T22:13:20.000Z"));
}

TEST(Flow, KeepsTheOrderOfAKeyForWhatIsNotExecuted) {
  PipelineWorld world;
  Journal journal;
  journal.suspects = {{"events", 0, 2, 3, kLastCrashNs}};
  world.journal = &journal;
  world.spec.ordering = Ordering::kKey;
  world.broker.Produce(0, kTask, "a");
  world.broker.Produce(0, "", "a");  // no event
  world.broker.Produce(0, "\"poison\"", "a");
  world.broker.Produce(0, "", "b");
  world.Start();
  EXPECT_THAT(world.dead(), SizeIs(1)) << "that of the other key";
  world.Answer("1");
  EXPECT_THAT(world.dead(), ElementsAre("", "", "\"poison\""));
  EXPECT_THAT(world.out(), ElementsAre("1"));
  EXPECT_EQ(world.broker.written[1].topic, "out") << "before the dead letters behind it";
}

TEST(Flow, ForgetsASuspectWhenItIsCommittedAndNotBefore) {
  PipelineWorld world;
  Journal journal;
  journal.suspects = {{"events", 0, 1, 1}};
  world.journal = &journal;
  world.spec.commit_interval_ms = 1'000;
  for (const char* event : {kTask, "1", "2"})
    world.broker.Produce(0, event);
  world.Start();
  world.PassMs(3'000);
  ASSERT_EQ(world.calls.size(), 1u);
  // It has its outcome, but the commit point is still in front of it.
  EXPECT_THAT(world.out(), ElementsAre("1", "2"));
  EXPECT_EQ(world.committed(), 0);
  EXPECT_THAT(journal.forgotten, IsEmpty());
  world.Answer("0");
  world.PassMs(3'000);
  EXPECT_EQ(world.committed(), 3);
  EXPECT_THAT(journal.forgotten, ElementsAre(1));
}

TEST(Flow, BlamesNoOtherRecordAfterTheLogWasTruncated) {
  PipelineWorld world;
  Journal journal;
  journal.suspects = {{"events", 0, 0, 3, kLastCrashNs}, {"events", 0, 1, 3, kLastCrashNs}};
  world.journal = &journal;
  world.broker.Produce(0, "\"poison\"");
  world.Start();
  EXPECT_THAT(world.dead(), ElementsAre("\"poison\""));
  world.broker.partitions[0].clear();
  for (const char* event : {"\"new\"", "\"too\""})
    world.broker.Produce(0, event);
  world.delivery->Rewind(0, 0);
  world.PassMs(2'000);
  EXPECT_THAT(world.out(), ElementsAre("\"new\"", "\"too\""));
  EXPECT_THAT(journal.forgotten, UnorderedElementsAre(0, 1));
}

TEST(Flow, ForgetsASuspectThatSomebodyElseHasCommitted) {
  PipelineWorld world;
  Journal journal;
  world.journal = &journal;
  for (int i = 0; i < 3; ++i)
    world.broker.Produce(0, std::to_string(i));
  world.Start();
  world.PassMs(3'000);
  ASSERT_EQ(world.committed(), 3);
  journal.suspects = {{"events", 0, 2, 2}, {"events", 0, 3, 2}};
  world.Crash();
  EXPECT_THAT(journal.forgotten, ElementsAre(2));
}

}  // namespace
}  // namespace aslx
