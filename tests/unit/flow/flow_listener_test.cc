// What a flow tells and measures of itself: warnings, what is held, its end, how long things took.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/flow/pipeline_world.h"

namespace aslx {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class Ear final : public FlowListener {
 public:
  void OnWarning(std::string_view what, std::string_view reason) override {
    warnings.push_back(std::string(what) + ": " + std::string(reason));
  }
  void OnHeld(std::string_view topic, int32_t partition, int64_t offset,
              std::string_view reason) override {
    held.push_back(std::string(topic) + "[" + std::to_string(partition) + "] " +
                   std::to_string(offset) + ": " + std::string(reason));
  }
  void OnFinished(const Error* failure) override {
    ends.push_back(failure == nullptr ? "well" : failure->message);
  }

  std::vector<std::string> warnings, held, ends;
};

/// How many durations were counted.
uint64_t CountOf(const DurationHistogram& histogram) {
  uint64_t count = 0;
  for (size_t i = 0; i < DurationHistogram::kBucketCount; ++i)
    count += histogram.count(i);
  return count;
}

TEST(FlowListener, IsToldOnceOfARecordThatIsHeld) {
  PipelineWorld world;
  Ear ear;
  world.listener = &ear;
  world.broker.Produce(0, "{}");
  world.broker.Produce(0, R"({"do":"fail"})");
  world.Start({});
  world.delivery->Refuse("dead");
  world.delivery->Assign({0});
  world.PassMs(60'000);
  ASSERT_EQ(ear.held.size(), 1u) << "it was tried several times";
  EXPECT_THAT(ear.held[0], HasSubstr("[0] 1: "));
  EXPECT_THAT(ear.held[0], HasSubstr("the topic does not take it"));
  world.flow.reset();
}

TEST(FlowListener, HearsOfOutputsAndCommitsThatFail) {
  PipelineWorld world;
  Ear ear;
  world.listener = &ear;
  world.broker.Produce(0, "{}");
  world.Start({});
  world.delivery->FailDelivery(1);
  world.delivery->FailCommits(true);
  world.delivery->Assign({0});
  world.PassMs(3'000);
  EXPECT_THAT(ear.warnings, Contains(HasSubstr("an output was not written and is tried again")));
  EXPECT_THAT(ear.warnings, Contains(HasSubstr("a commit failed and is made anew")));
  EXPECT_EQ(world.counters().warnings.value(), ear.warnings.size());
  world.flow.reset();
}

TEST(FlowListener, IsToldHowItEnds) {
  for (const bool breaks : {false, true}) {
    PipelineWorld world;
    Ear ear;
    world.listener = &ear;
    world.Start();
    breaks ? world.delivery->BreakDown("fenced") : world.flow->Drain();
    world.PassMs(100);
    EXPECT_THAT(ear.ends, ElementsAre(breaks ? HasSubstr("fenced") : HasSubstr("well")));
    world.flow.reset();
  }
}

TEST(FlowMeasures, FromReceivingToTheLastAcknowledgement) {
  PipelineWorld world;
  world.broker.Produce(0, "{}");
  world.Start({});
  world.delivery->HoldAcknowledgements(true);
  world.delivery->Assign({0});
  world.PassMs(3'000);
  EXPECT_EQ(CountOf(world.counters().latency), 0u) << "its outcome is not durable";
  world.delivery->HoldAcknowledgements(false);
  world.PassMs(1'500);
  EXPECT_EQ(CountOf(world.counters().latency), 1u);
  EXPECT_GE(world.counters().latency.sum_ns(), 3e9);
  EXPECT_LT(world.counters().latency.sum_ns(), 5e9);
  EXPECT_GE(CountOf(world.counters().commit_duration), 1u);
}

}  // namespace
}  // namespace aslx
