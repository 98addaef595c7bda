// The histogram: each duration falls into the one bucket whose bounds enclose it.
#include "pipeline/flow/duration_histogram.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace aslx {
namespace {

constexpr auto& kBounds = DurationHistogram::kBoundsNs;

size_t BucketOf(int64_t ns) {
  DurationHistogram histogram;
  histogram.Record(ns);
  size_t found = DurationHistogram::kBucketCount;
  for (size_t i = 0; i < DurationHistogram::kBucketCount; ++i) {
    if (histogram.count(i) == 0) continue;
    EXPECT_EQ(histogram.count(i), 1u);
    EXPECT_EQ(found, DurationHistogram::kBucketCount) << ns << " is in two buckets";
    found = i;
  }
  return found;
}

/// What the definition says, without a table.
size_t Expected(int64_t ns) {
  return static_cast<size_t>(std::lower_bound(kBounds.begin(), kBounds.end(), ns) -
                             kBounds.begin());
}

TEST(DurationHistogram, BoundsAreOneTwoFiveFromHundredMicrosecondsToThousandSeconds) {
  EXPECT_EQ(kBounds.front(), 100'000);
  EXPECT_EQ(kBounds[1], 200'000);
  EXPECT_EQ(kBounds[2], 500'000);
  EXPECT_EQ(kBounds[3], 1'000'000);
  EXPECT_EQ(kBounds.back(), 1'000'000'000'000);
}

TEST(DurationHistogram, IncludesTheUpperBound) {
  for (size_t i = 0; i < kBounds.size(); ++i) {
    EXPECT_EQ(BucketOf(kBounds[i]), i);
    EXPECT_EQ(BucketOf(kBounds[i] + 1), i + 1);
    EXPECT_EQ(BucketOf(kBounds[i] - 1), Expected(kBounds[i] - 1));
  }
}

TEST(DurationHistogram, TakesWhatIsNoDuration) {
  EXPECT_EQ(BucketOf(0), 0u);
  EXPECT_EQ(BucketOf(-5), 0u) << "the wall clock was set back";
  EXPECT_EQ(BucketOf(INT64_MIN), 0u);
  EXPECT_EQ(BucketOf(INT64_MAX), DurationHistogram::kBucketCount - 1);
}

TEST(DurationHistogram, AgreesWithASearchThroughTheBounds) {
  const uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  for (int i = 0; i < 100'000; ++i) {
    // As many small ones as large ones.
    const auto ns = static_cast<int64_t>(random() >> (random() % 63 + 1));
    ASSERT_EQ(BucketOf(ns), Expected(ns)) << "seed " << seed << ", " << ns << " ns";
  }
}

TEST(DurationHistogram, SumsMoreThanSixtyFourBitsOfNanoseconds) {
  DurationHistogram histogram;
  const int64_t fifty_years_ns = int64_t{50} * 365 * 86'400 * 1'000'000'000;
  for (int i = 0; i < 100; ++i)
    histogram.Record(fifty_years_ns);
  EXPECT_DOUBLE_EQ(histogram.sum_ns(), static_cast<double>(fifty_years_ns) * 100);
}

}  // namespace
}  // namespace aslx
