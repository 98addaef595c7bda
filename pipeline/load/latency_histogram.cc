#include "pipeline/load/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace aslx {

int64_t LatencyHistogram::UpperOf(size_t cell) {
  if (cell < 2 * kParts) return static_cast<int64_t>(cell);
  const size_t shift = (cell >> kPartBits) - 1;
  const uint64_t part = cell - (shift << kPartBits);
  return static_cast<int64_t>(((part + 1) << shift) - 1);
}

void LatencyHistogram::Add(const LatencyHistogram& other) {
  if (other.count_ == 0) return;
  min_ns_ = count_ == 0 ? other.min_ns_ : std::min(min_ns_, other.min_ns_);
  max_ns_ = std::max(max_ns_, other.max_ns_);
  sum_ns_ += other.sum_ns_;
  count_ += other.count_;
  for (size_t i = 0; i < counts_.size(); ++i)
    counts_[i] += other.counts_[i];
}

void LatencyHistogram::Clear() {
  std::ranges::fill(counts_, 0);
  count_ = 0;
  min_ns_ = max_ns_ = 0;
  sum_ns_ = 0;
}

int64_t LatencyHistogram::ValueAt(double percent) const {
  if (count_ == 0) return 0;
  const double share = std::clamp(percent, 0.0, 100.0) / 100;
  // A hair less, so that 99.9 % of 1,000 is 999 and not, for want of an exact 0.999, 1,000.
  const double wanted = std::ceil(share * static_cast<double>(count_) - 1e-6);
  const auto rank = std::max<uint64_t>(1, static_cast<uint64_t>(std::max(wanted, 0.0)));
  uint64_t seen = 0;
  for (size_t cell = 0; cell < counts_.size(); ++cell) {
    seen += counts_[cell];
    if (seen >= rank) return std::clamp(UpperOf(cell), min_ns_, max_ns_);
  }
  return max_ns_;
}

std::vector<LatencyHistogram::Cell> LatencyHistogram::Cells() const {
  std::vector<Cell> cells;
  for (size_t cell = 0; cell < counts_.size(); ++cell)
    if (counts_[cell] > 0) cells.push_back({UpperOf(cell), counts_[cell]});
  return cells;
}

}  // namespace aslx
