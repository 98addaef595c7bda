// Which records of one partition are acknowledged: a commit may name the first that is not.
//
// What it is not: the ledger of pipeline/flow; a program written for one purpose needs no more than
// a ring of marks, and gives up where that is too small.
// Who uses it: forwarder.cc. Thread: one. Memory: a byte for each record under way.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/e2e/client.h"

namespace aslx::bench {

/// Invariant: what lies below `low` is acknowledged.
class OffsetTracker {
 public:
  OffsetTracker() : acknowledged_(kRing) {}

  void Begin(int64_t offset) {
    if (low_ < 0) low_ = next_ = offset;
    // Offsets have gaps, for which nothing will be acknowledged.
    for (; next_ < offset; ++next_)
      acknowledged_[Index(next_)] = 1;
    if (offset - low_ >= static_cast<int64_t>(kRing)) Die("too many records are under way");
    acknowledged_[Index(offset)] = 0;
    next_ = offset + 1;
  }
  void Acknowledge(int64_t offset) {
    acknowledged_[Index(offset)] = 1;
    while (low_ < next_ && acknowledged_[Index(low_)] != 0)
      ++low_;
  }
  /// -1: nothing was read.
  int64_t low() const { return low_; }

 private:
  static constexpr size_t kRing = size_t{1} << 20;
  static size_t Index(int64_t offset) { return static_cast<size_t>(offset) & (kRing - 1); }

  std::vector<uint8_t> acknowledged_;
  int64_t low_ = -1;
  int64_t next_ = -1;
};

}  // namespace aslx::bench
