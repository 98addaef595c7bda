// When events are due: rates, shares of several senders, closed loops; and the texts of steps.
#include "pipeline/load/step_schedule.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/load/load_step.h"

namespace aslx {
namespace {

constexpr int64_t kMs = 1'000'000;

LoadStep OpenStep(double rate, int64_t warmup_ms, int64_t measure_ms) {
  LoadStep step;
  step.rate_per_s = rate;
  step.warmup_ns = warmup_ms * kMs;
  step.measure_ns = measure_ms * kMs;
  return step;
}

TEST(StepSchedule, OffersARateWhateverComesOfIt) {
  StepSchedule schedule(OpenStep(1'000, 500, 1'000), 7 * kMs);
  EXPECT_EQ(schedule.total(), 1'500u);
  EXPECT_EQ(schedule.DueCount(7 * kMs - 1, 0, 0), 0u);
  EXPECT_EQ(schedule.DueCount(7 * kMs, 0, 0), 1u);
  EXPECT_EQ(schedule.NextDueNs(1), 8 * kMs);
  EXPECT_EQ(schedule.DueCount(8 * kMs - 1, 1, 1), 0u);
  // Nobody looked for 100 ms, and nothing was answered: all of it is due, each at its own time.
  EXPECT_EQ(schedule.DueCount(107 * kMs, 1, 1), 100u);
  EXPECT_EQ(schedule.IntendedNs(50), 57 * kMs);
  EXPECT_FALSE(schedule.Measures(schedule.IntendedNs(499)));
  EXPECT_TRUE(schedule.Measures(schedule.IntendedNs(500)));
  EXPECT_EQ(schedule.DueCount(1'000'000 * kMs, 1'400, 0), 100u) << "not more than there are";
  EXPECT_FALSE(schedule.Over(0, 1'499));
  EXPECT_TRUE(schedule.Over(0, 1'500));
  EXPECT_EQ(schedule.NextDueNs(1'500), INT64_MAX);
}

TEST(StepSchedule, DueCountAgreesWithIntendedTimesAtEveryRate) {
  for (const double rate : {0.1, 1.0, 3.0, 997.0, 33'333.3, 1e6, 7.7e6}) {
    StepSchedule schedule(OpenStep(rate, 0, 60'000), 123);
    for (const uint64_t number : {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{5}}) {
      if (number >= schedule.total()) continue;
      const int64_t due_ns = schedule.IntendedNs(number);
      EXPECT_EQ(schedule.DueCount(due_ns, number, 0), 1u) << rate << ' ' << number;
      EXPECT_EQ(schedule.DueCount(due_ns - 1, number, 0), 0u) << rate << ' ' << number;
    }
  }
}

TEST(StepSchedule, SharesOfSeveralSendersAddUpAndInterleave) {
  LoadStep step = OpenStep(1'000, 0, 1'000);
  std::vector<int64_t> due;
  for (uint32_t index = 0; index < 3; ++index) {
    const StepSchedule share(step, 0, index, 3);
    for (uint64_t number = 0; number < share.total(); ++number)
      due.push_back(share.IntendedNs(number));
  }
  std::ranges::sort(due);
  ASSERT_EQ(due.size(), 1'000u);
  for (size_t i = 0; i < due.size(); ++i)
    EXPECT_NEAR(static_cast<double>(due[i]), static_cast<double>(i) * kMs, 1);
  step.rate_per_s = 0;
  step.count = 10;
  step.in_flight_max = 5;
  uint64_t count = 0;
  for (uint32_t index = 0; index < 3; ++index) {
    StepSchedule share(step, 0, index, 3);
    uint64_t sent = 0;
    while (!share.Over(0, sent))
      sent += share.DueCount(0, sent, 0);
    count += sent;
  }
  EXPECT_EQ(count, 10u);
}

TEST(StepSchedule, ClosedLoopHasRoomForWhatIsNotInFlight) {
  LoadStep step;
  step.in_flight_max = 10;
  step.warmup_ns = 100 * kMs;
  step.measure_ns = 200 * kMs;
  StepSchedule schedule(step, kMs);
  EXPECT_EQ(schedule.DueCount(0, 0, 0), 0u) << "it has not begun";
  EXPECT_EQ(schedule.DueCount(kMs, 0, 0), 10u);
  EXPECT_EQ(schedule.DueCount(kMs, 10, 10), 0u);
  EXPECT_EQ(schedule.DueCount(2 * kMs, 10, 7), 3u);
  EXPECT_EQ(schedule.NextDueNs(10), INT64_MAX);
  EXPECT_FALSE(schedule.Over(300 * kMs, 10));
  EXPECT_TRUE(schedule.Over(301 * kMs, 10));
  EXPECT_EQ(schedule.DueCount(301 * kMs, 10, 0), 0u);
}

TEST(StepSchedule, CountsEventsAfterTheWarmUp) {
  LoadStep step;
  step.in_flight_max = 10;
  step.warmup_ns = 100 * kMs;
  step.count = 25;
  StepSchedule schedule(step, 0);
  EXPECT_EQ(schedule.DueCount(50 * kMs, 40, 5), 5u);
  EXPECT_EQ(schedule.DueCount(100 * kMs, 45, 10), 0u) << "full";
  EXPECT_EQ(schedule.DueCount(100 * kMs, 45, 0), 10u);
  EXPECT_EQ(schedule.DueCount(101 * kMs, 65, 0), 5u) << "25 since the warm-up ended";
  EXPECT_TRUE(schedule.Over(102 * kMs, 70));
  LoadStep open = OpenStep(1'000, 10, 0);
  open.count = 5;
  EXPECT_EQ(StepSchedule(open, 0).total(), 15u);
}

TEST(LoadStep, ReadsTextsOfTheCommandLine) {
  EXPECT_THAT(*ParseRates("--rate", "1000,2.5e4,0.5"), testing::ElementsAre(1'000, 25'000, 0.5));
  EXPECT_THAT(*ParseCounts("--workers", "1,2,16", 64), testing::ElementsAre(1, 2, 16));
  EXPECT_EQ(*ParseDuration("--warmup", "500ms"), 500 * kMs);
  EXPECT_EQ(*ParseDuration("--warmup", "1.5s"), 1'500 * kMs);
  EXPECT_EQ(*ParseDuration("--warmup", "2m"), 120'000 * kMs);
  EXPECT_EQ(*ParseDuration("--warmup", "0s"), 0);
}

TEST(LoadStep, SaysWhatItFoundAndWhatItExpected) {
  for (const std::string wrong : {"", "0", "-1", "x", "1,,2", "1,", "1e9", "nan", "10/s"}) {
    const auto rates = ParseRates("--rate", wrong);
    ASSERT_FALSE(rates.has_value()) << wrong;
    EXPECT_EQ(rates.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(rates.error().message, testing::StartsWith("--rate: found '"));
  }
  for (const std::string wrong : {"", "0", "1,0", "65", "1.5", "two"})
    EXPECT_FALSE(ParseCounts("--workers", wrong, 64).has_value()) << wrong;
  for (const std::string wrong : {"", "10", "s", "-1s", "1h", "1 s", "1e9s", "nans"})
    EXPECT_FALSE(ParseDuration("--duration", wrong).has_value()) << wrong;
  EXPECT_EQ(ParseDuration("--duration", "10").error().message,
            "--duration: found '10', expected a time such as 500ms, 10s or 2m, at most a day");
}

}  // namespace
}  // namespace aslx
