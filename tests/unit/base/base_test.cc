// The small parts: checks, clocks, random numbers, results.
#include <array>

#include <gtest/gtest.h>

#include "runtime/base/check.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/result.h"

namespace aslx {
namespace {

TEST(CheckDeathTest, Check_SaysWhatIsBrokenAndAborts) {
  const int count = 3;
  ASLX_CHECK(count == 3);
  EXPECT_DEATH(ASLX_CHECK(count == 4), "base_test.cc:.*invariant broken: count == 4");
}

TEST(ClockTest, SimClock_StandsStillUntilItIsMoved) {
  SimClock clock(1'000);
  EXPECT_EQ(clock.Now(), 0);
  EXPECT_EQ(clock.Wall(), 1'000);
  clock.Advance(5);
  clock.AdvanceTo(20);
  clock.AdvanceTo(10);
  EXPECT_EQ(clock.Now(), 20);
  EXPECT_EQ(clock.Wall(), 1'020);
}

TEST(ClockTest, SystemClock_DoesNotGoBack) {
  SystemClock clock;
  const int64_t before = clock.Now();
  EXPECT_GE(clock.Now(), before);
  EXPECT_GT(clock.Wall(), 1'600'000'000'000'000'000);
}

TEST(RandomTest, Next_IsSplitMix64) {
  // The reference sequence for seed 1234567 (Steele, Lea and Flood's generator as published by
  // Vigna).
  Random random(1'234'567);
  constexpr std::array<uint64_t, 3> kExpected = {6457827717110365317u, 3203168211198807973u,
                                                 9817491932198370423u};
  for (const uint64_t expected : kExpected)
    EXPECT_EQ(random.Next(), expected);
}

TEST(RandomTest, Below_StaysBelowAndReachesEverything) {
  Random random(1);
  std::array<int, 7> counts{};
  for (int i = 0; i < 7'000; ++i)
    ++counts[random.Below(counts.size())];
  for (const int count : counts) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1'200);
  }
  EXPECT_EQ(random.Below(1), 0u);
}

TEST(RandomTest, Unit_IsFromZeroToOne) {
  Random random(2);
  for (int i = 0; i < 1'000; ++i) {
    const double unit = random.Unit();
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
}

TEST(ResultTest, Fail_CarriesKindAndMessage) {
  const Result<int> failed = Fail(ErrorKind::kData, "found 3, expected 4");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind, ErrorKind::kData);
  EXPECT_EQ(failed.error().message, "found 3, expected 4");
  EXPECT_EQ(*Result<int>(4), 4);
}

}  // namespace
}  // namespace aslx
