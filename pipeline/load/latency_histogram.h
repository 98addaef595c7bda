// Durations counted with three significant digits, from a nanosecond to an hour: what percentiles
// are read from.
//
// What it is not: what `/metrics` shows (pipeline/flow/duration_histogram.h), which is coarse and
// read while it is written. The layout is that of Gil Tene's HdrHistogram: every power of two is
// cut into 1,024 equal parts, so that a value is known to within 0.1 %.
// Who uses it: OutcomeTally, and the reports.
// Thread: one at a time. Memory: 270 KB, taken once; recording allocates nothing.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace aslx {

class LatencyHistogram {
 public:
  /// What is longer counts as this long, and is still seen in max_ns().
  static constexpr int64_t kLargestNs = 3'600'000'000'000;

  LatencyHistogram() : counts_(CellOf(static_cast<uint64_t>(kLargestNs)) + 1) {}

  /// A negative duration (clocks that disagree) counts as none.
  void Record(int64_t ns) {
    if (ns < 0) ns = 0;
    if (count_ == 0 || ns < min_ns_) min_ns_ = ns;
    if (ns > max_ns_) max_ns_ = ns;
    sum_ns_ += static_cast<double>(ns);
    ++count_;
    ++counts_[CellOf(static_cast<uint64_t>(ns < kLargestNs ? ns : kLargestNs))];
  }
  void Add(const LatencyHistogram& other);
  void Clear();

  uint64_t count() const { return count_; }
  int64_t min_ns() const { return min_ns_; }
  int64_t max_ns() const { return max_ns_; }
  double mean_ns() const { return count_ == 0 ? 0 : sum_ns_ / static_cast<double>(count_); }

  /// The smallest duration that at least this share of all does not exceed, to within 0.1 %;
  /// `percent` from 0 to 100. 0 where nothing was recorded.
  int64_t ValueAt(double percent) const;

  struct Cell {
    int64_t upper_ns = 0;  // the longest that counts here
    uint64_t count = 0;
  };
  /// Those that are not empty, in order.
  std::vector<Cell> Cells() const;

 private:
  static constexpr uint32_t kPartBits = 10;
  static constexpr uint64_t kParts = uint64_t{1} << kPartBits;

  // Up to 2 * kParts every value has a cell of its own; above, kParts cells to each power of two.
  static constexpr size_t CellOf(uint64_t value) {
    if (value < 2 * kParts) return value;
    const auto shift = static_cast<uint32_t>(std::bit_width(value)) - kPartBits - 1;
    return (shift << kPartBits) + (value >> shift);
  }
  static int64_t UpperOf(size_t cell);

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  int64_t min_ns_ = 0;
  int64_t max_ns_ = 0;
  double sum_ns_ = 0;
};

}  // namespace aslx
