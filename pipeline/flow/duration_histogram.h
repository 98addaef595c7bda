// Durations counted by size: what a histogram of Prometheus is made of.
//
// What it is not: exact. A duration is known to lie between two bounds, the upper one at most 2.5
// times the lower one.
// Thread: one writer, any reader, as Counter; a reader may see a duration in one of bucket and sum
// and not yet in the other. Memory: 200 bytes, nothing on the heap.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "pipeline/flow/counter.h"

namespace aslx {

class DurationHistogram {
 public:
  /// Upper bounds of the buckets, in nanoseconds, each included: 1, 2 and 5 in every decade from
  /// 100 µs (a record that runs through takes less) to 1,000 s (an execution lives for 300 s).
  static constexpr std::array<int64_t, 22> kBoundsNs = [] {
    std::array<int64_t, 22> bounds{};
    int64_t decade = 100'000;
    for (size_t i = 0; i < bounds.size(); ++i) {
      constexpr int64_t kSteps[] = {1, 2, 5};
      bounds[i] = decade * kSteps[i % 3];
      if (i % 3 == 2) decade *= 10;
    }
    return bounds;
  }();
  /// The last one holds what is above all bounds.
  static constexpr size_t kBucketCount = kBoundsNs.size() + 1;

  /// `times` durations of this length. A negative one (the wall clock was set back) counts as none.
  void Record(int64_t ns, uint64_t times = 1) {
    const auto magnitude = static_cast<uint64_t>(ns < 0 ? 0 : ns);
    size_t bucket = kFirstBucket[static_cast<size_t>(std::bit_width(magnitude))];
    // At most two bounds lie between a power of two and the next one.
    while (bucket < kBoundsNs.size() && ns > kBoundsNs[bucket])
      ++bucket;
    buckets_[bucket].Add(times);
    sum_ns_.store(sum_ns_.load(std::memory_order_relaxed) +
                      static_cast<double>(magnitude) * static_cast<double>(times),
                  std::memory_order_relaxed);
  }

  /// How many fell into this bucket alone.
  uint64_t count(size_t bucket) const { return buckets_[bucket].value(); }
  double sum_ns() const { return sum_ns_.load(std::memory_order_relaxed); }

 private:
  /// By the bits of a duration: the first bucket that one of so many bits may fall into.
  static constexpr std::array<uint8_t, 65> kFirstBucket = [] {
    std::array<uint8_t, 65> first{};
    for (size_t bits = 1; bits < first.size(); ++bits) {
      const uint64_t smallest = uint64_t{1} << (bits - 1);
      uint8_t bucket = 0;
      while (bucket < kBoundsNs.size() && smallest > static_cast<uint64_t>(kBoundsNs[bucket]))
        ++bucket;
      first[bits] = bucket;
    }
    return first;
  }();

  std::array<Counter, kBucketCount> buckets_;
  // A double: the ages of a million events that are a week old are more nanoseconds than 64 bits.
  std::atomic<double> sum_ns_{0};
};

/// Durations on their way into a histogram: equal ones that follow each other are counted first. Of
/// the records that one Turn finishes most were received in one Turn, too.
class DurationRun {
 public:
  explicit DurationRun(DurationHistogram* into) : into_(into) {}
  DurationRun(const DurationRun&) = delete;
  DurationRun& operator=(const DurationRun&) = delete;

  void Record(int64_t ns) {
    if (ns != ns_) Flush();
    ns_ = ns;
    ++times_;
  }
  /// Others see what was recorded only afterwards.
  void Flush() {
    if (times_ > 0) into_->Record(ns_, times_);
    times_ = 0;
  }

 private:
  DurationHistogram* into_;
  int64_t ns_ = 0;
  uint64_t times_ = 0;
};

}  // namespace aslx
