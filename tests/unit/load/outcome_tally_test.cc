// Outcomes by number: latency from the intended time, what came twice, what is nobody's.
#include "pipeline/load/outcome_tally.h"

#include <gtest/gtest.h>

#include "pipeline/load/correlation.h"

namespace aslx {
namespace {

constexpr int64_t kMs = 1'000'000;

TEST(OutcomeTally, CountsLatencyFromTheIntendedTime) {
  LoadStep step;
  step.rate_per_s = 1'000;
  step.warmup_ns = 2 * kMs;
  step.measure_ns = 8 * kMs;
  const StepSchedule schedule(step, 100 * kMs);
  OutcomeTally tally;
  tally.Begin(&schedule, 50, nullptr);
  // The subject stood still: all of them come at once, each as late as it is.
  for (uint64_t number = 0; number < 10; ++number)
    tally.Record(50 + number, 109 * kMs);
  EXPECT_EQ(tally.answered_count(), 10u);
  EXPECT_EQ(tally.latency().count(), 8u) << "those of the warm-up are not measured";
  EXPECT_EQ(tally.latency().max_ns(), 7 * kMs);
  EXPECT_EQ(tally.latency().min_ns(), 0);
  EXPECT_EQ(tally.arrived_in_time_count(), 10u);
  EXPECT_EQ(tally.last_ns(), 109 * kMs);
}

TEST(OutcomeTally, TellsRepeatedAndForeignRecords) {
  LoadStep step;
  step.rate_per_s = 1'000;
  step.measure_ns = 10 * kMs;
  const StepSchedule schedule(step, 0);
  OutcomeTally tally;
  tally.Begin(&schedule, 50, nullptr);
  tally.Record(53, 4 * kMs);
  tally.Record(53, 5 * kMs);
  tally.Record(49, 5 * kMs);  // of the step before
  tally.Record(60, 5 * kMs);  // never sent
  tally.RecordForeign();
  EXPECT_EQ(tally.answered_count(), 1u);
  EXPECT_EQ(tally.repeated_count(), 1u);
  EXPECT_EQ(tally.foreign_count(), 3u);
  EXPECT_EQ(tally.latency().max_ns(), kMs);
  tally.Begin(&schedule, 60, nullptr);
  EXPECT_EQ(tally.answered_count(), 0u);
  EXPECT_EQ(tally.latency().count(), 0u);
  EXPECT_TRUE(tally.timeline().empty());
}

TEST(OutcomeTally, CountsLatencyFromSendingInAClosedLoop) {
  LoadStep step;
  step.in_flight_max = 2;
  step.measure_ns = 10 * kMs;
  const StepSchedule schedule(step, 0);
  SentTimes sent(2, 0);
  OutcomeTally tally;
  tally.Begin(&schedule, 0, &sent);
  ASSERT_TRUE(sent.Store(0, 1 * kMs, 0));
  ASSERT_TRUE(sent.Store(1, 2 * kMs, 0));
  tally.Record(1, 5 * kMs);
  tally.Record(1, 6 * kMs);
  ASSERT_TRUE(sent.Store(3, 7 * kMs, 0));
  tally.Record(3, 9 * kMs);
  tally.Record(0, 11 * kMs);  // behind the measured time, and measured
  EXPECT_EQ(tally.answered_count(), 3u);
  EXPECT_EQ(tally.repeated_count(), 1u);
  EXPECT_EQ(tally.arrived_in_time_count(), 2u);
  EXPECT_EQ(tally.latency().count(), 3u);
  EXPECT_EQ(tally.latency().max_ns(), 10 * kMs);
  EXPECT_EQ(tally.latency().min_ns(), 2 * kMs);
}

TEST(SentTimes, AnEventThatWaitsKeepsItsPlace) {
  constexpr uint64_t kSpan = SentTimes::kSpanMin;
  SentTimes sent(10, 5);
  ASSERT_TRUE(sent.Store(7, 100, 0));
  // All others were answered at once, and the numbers have come round.
  for (uint64_t number = 8; number < kSpan + 7; ++number) {
    ASSERT_TRUE(sent.Store(number, 200, 0));
    ASSERT_EQ(sent.Take(number), 200);
  }
  EXPECT_FALSE(sent.Store(kSpan + 7, 300, 0)) << "7 is not back yet";
  EXPECT_EQ(sent.Take(kSpan + 7), SentTimes::kNone);
  EXPECT_EQ(sent.Take(7), 100);
  EXPECT_EQ(sent.Take(7), SentTimes::kNone);
  EXPECT_TRUE(sent.Store(kSpan + 7, 300, 0));
  EXPECT_EQ(sent.Take(kSpan + 7), 300);
}

TEST(SentTimes, APlaceIsGivenAwayOnlyWhenItsEventHasEnded) {
  constexpr uint64_t kSpan = SentTimes::kSpanMin;
  SentTimes sent(10, 5);
  ASSERT_TRUE(sent.Store(7, 100, 0));
  ASSERT_TRUE(sent.Store(8, 110, 0));
  // All up to 7 have ended, 7 without a record; 8 may still have an outcome.
  EXPECT_FALSE(sent.HasPlace(kSpan + 7, 7));
  EXPECT_TRUE(sent.HasPlace(kSpan + 7, 8));
  EXPECT_TRUE(sent.Store(kSpan + 7, 300, 8));
  EXPECT_FALSE(sent.Store(kSpan + 8, 310, 8));
  EXPECT_EQ(sent.Take(7), SentTimes::kNone);
  EXPECT_EQ(sent.Take(8), 110);
  EXPECT_EQ(sent.Take(kSpan + 7), 300);
}

TEST(SentTimes, NumbersInFlightMayLieManyTimesAsFarApartAsThereAre) {
  constexpr uint64_t kInFlight = SentTimes::kSpanMin;
  SentTimes sent(kInFlight, 0);
  ASSERT_TRUE(sent.Store(0, 100, 0));
  EXPECT_TRUE(sent.HasPlace(SentTimes::kSpanTimes * kInFlight - 1, 0));
  EXPECT_FALSE(sent.HasPlace(SentTimes::kSpanTimes * kInFlight, 0));
}

TEST(OutcomeTally, HasATimeline) {
  LoadStep step;
  step.rate_per_s = 4;
  step.measure_ns = 2'000 * kMs;
  const StepSchedule schedule(step, 0);
  OutcomeTally tally;
  tally.Begin(&schedule, 0, nullptr);
  tally.Record(0, 10 * kMs);
  tally.Record(1, 280 * kMs);
  tally.Record(2, 1'600 * kMs);
  ASSERT_EQ(tally.timeline().size(), 7u);
  EXPECT_EQ(tally.timeline()[0].outcomes, 1u);
  EXPECT_EQ(tally.timeline()[1].latency_max_ns, 30 * kMs);
  EXPECT_EQ(tally.timeline()[2].outcomes, 0u);
  EXPECT_EQ(tally.timeline()[6].latency_max_ns, 1'100 * kMs);
}

TEST(Correlation, ReadsWhatItWrote) {
  SequenceText text;
  for (const uint64_t sequence :
       {uint64_t{0}, uint64_t{7}, uint64_t{1'790'000'000'000'000}, UINT64_MAX}) {
    EXPECT_EQ(ReadSequence(WriteSequence(sequence, &text)), sequence);
  }
  for (const char* other : {"", "x", "12x", "-1", "18446744073709551616", "1.0"})
    EXPECT_EQ(ReadSequence(other), std::nullopt) << other;
}

}  // namespace
}  // namespace aslx
