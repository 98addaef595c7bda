// Percentiles against the sorted values themselves, over distributions and sizes.
#include "pipeline/load/latency_histogram.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/random.h"

namespace aslx {
namespace {

TEST(LatencyHistogram, IsExactForSmallValues) {
  LatencyHistogram histogram;
  for (int64_t ns = 1; ns <= 1'000; ++ns)
    histogram.Record(ns);
  EXPECT_EQ(histogram.count(), 1'000u);
  EXPECT_EQ(histogram.ValueAt(0), 1);
  EXPECT_EQ(histogram.ValueAt(50), 500);
  EXPECT_EQ(histogram.ValueAt(90), 900);
  EXPECT_EQ(histogram.ValueAt(99.9), 999);
  EXPECT_EQ(histogram.ValueAt(99.99), 1'000);
  EXPECT_EQ(histogram.ValueAt(100), 1'000);
  EXPECT_DOUBLE_EQ(histogram.mean_ns(), 500.5);
}

TEST(LatencyHistogram, OfNothingIsZero) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.ValueAt(50), 0);
  EXPECT_EQ(histogram.max_ns(), 0);
  EXPECT_EQ(histogram.mean_ns(), 0);
  EXPECT_TRUE(histogram.Cells().empty());
}

TEST(LatencyHistogram, CountsWhatIsOutOfRangeAtItsEnds) {
  LatencyHistogram histogram;
  histogram.Record(-5);
  histogram.Record(2 * LatencyHistogram::kLargestNs);
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.min_ns(), 0);
  EXPECT_EQ(histogram.ValueAt(50), 0);
  EXPECT_EQ(histogram.max_ns(), 2 * LatencyHistogram::kLargestNs);
}

TEST(LatencyHistogram, IsWithinAThousandthOfTheSortedValues) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    LatencyHistogram halves[2];
    std::vector<int64_t> values;
    // From nanoseconds to minutes, most of them short.
    for (int i = 0; i < 5'000; ++i) {
      values.push_back(static_cast<int64_t>(std::exp(random.Unit() * 25)));
      halves[i % 2].Record(values.back());
    }
    std::ranges::sort(values);
    halves[0].Add(halves[1]);
    for (const double percent : {0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
      const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(percent / 100 * 5'000 - 1e-6)));
      const auto exact = static_cast<double>(values[rank - 1]);
      const auto found = static_cast<double>(halves[0].ValueAt(percent));
      EXPECT_GE(found, exact) << "seed " << seed << ", " << percent << " %";
      EXPECT_LE(found, exact * 1.001) << "seed " << seed << ", " << percent << " %";
    }
    uint64_t in_cells = 0;
    int64_t last_ns = -1;
    for (const LatencyHistogram::Cell& cell : halves[0].Cells()) {
      EXPECT_GT(cell.upper_ns, last_ns);
      last_ns = cell.upper_ns;
      in_cells += cell.count;
    }
    EXPECT_EQ(in_cells, 5'000u);
  }
}

}  // namespace
}  // namespace aslx
