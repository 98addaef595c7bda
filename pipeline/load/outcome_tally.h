// Outcomes as they come in, each told apart by the sequence number of its event: latency, what came
// twice, how many a second.
//
// What it is not: whoever carries the number there and back (correlation.h).
// Who uses it: MemoryDelivery, one a worker, and TopicLoad, one.
// Thread: Record one thread's, between Begin and the moment when its owner says it is over;
// answered_count() and last_ns() any, meanwhile. SentTimes: one that stores, one that takes.
// Memory: all of it is taken in Begin: recording allocates nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "pipeline/load/latency_histogram.h"
#include "pipeline/load/step_schedule.h"

namespace aslx {

/// Closed loop: when each event that is in flight was sent. Those in flight are few, and need not
/// be the latest: one that waits is overtaken. So it has more places than that, and a place is not
/// given to a later event while its own may still have an outcome. An event that a route drops
/// leaves its place taken, and nobody says which one it was; but when none is in flight, all that
/// were sent before have ended.
class SentTimes {
 public:
  /// So far apart the numbers of those in flight may be, at least.
  static constexpr uint64_t kSpanMin = 1u << 20;
  /// And so many times as far as there may be in flight, where memory allows it: a sender that
  /// finds no place waits until none is in flight.
  static constexpr uint64_t kSpanTimes = 16;

  /// Times are from `begin_ns` on.
  SentTimes(uint64_t in_flight_max, int64_t begin_ns);
  /// False: its place is taken by an event that was sent long before and may still be in flight.
  /// Events below `settled_below` are not: such a one loses its place.
  bool HasPlace(uint64_t number, uint64_t settled_below) const;
  /// False, and nothing is stored, where it has no place.
  bool Store(uint64_t number, int64_t ns, uint64_t settled_below);
  /// kNone: it was taken before, or never stored, or has lost its place.
  int64_t Take(uint64_t number);

  static constexpr int64_t kNone = INT64_MIN;

 private:
  // A place holds the time in its lower bits, three days of nanoseconds, and above them which of
  // the numbers that share the place it is of.
  static constexpr uint32_t kTimeBits = 48;
  static constexpr uint64_t kFree = UINT64_MAX;
  static uint64_t SpanFor(uint64_t in_flight_max);
  uint64_t TagOf(uint64_t number) const { return number >> place_bits_ << kTimeBits; }

  uint32_t place_bits_;
  int64_t begin_ns_;
  std::vector<std::atomic<uint64_t>> places_;
};

class OutcomeTally {
 public:
  struct Interval {
    uint64_t outcomes = 0;
    double latency_sum_ns = 0;
    int64_t latency_max_ns = 0;
    void Add(const Interval& other) {
      outcomes += other.outcomes;
      latency_sum_ns += other.latency_sum_ns;
      if (other.latency_max_ns > latency_max_ns) latency_max_ns = other.latency_max_ns;
    }
  };
  /// How long one interval of the timeline is, and how many there are at most; the last one holds
  /// all that comes later.
  static constexpr int64_t kIntervalNs = 250'000'000;
  static constexpr size_t kIntervalsMax = 4 * 3'600;

  /// Events numbered from `first_sequence` on belong to this step. `sent` is null in an open loop.
  void Begin(const StepSchedule* schedule, uint64_t first_sequence, SentTimes* sent);

  /// One record of the outcome of this event has arrived.
  void Record(uint64_t sequence, int64_t now_ns);
  /// A record that carries no number of ours.
  void RecordForeign() { ++foreign_; }

  /// Events with an outcome, each once.
  uint64_t answered_count() const { return answered_.load(std::memory_order_acquire); }
  int64_t last_ns() const { return last_ns_.load(std::memory_order_relaxed); }

  // When it is over.
  const LatencyHistogram& latency() const { return latency_; }  // of those measured
  uint64_t repeated_count() const { return repeated_; }  // records beyond the first of an event
  uint64_t foreign_count() const { return foreign_; }    // without a number, or of another step
  /// Outcomes that arrived within the measured time, whenever their events were sent.
  uint64_t arrived_in_time_count() const { return arrived_in_time_; }
  const std::vector<Interval>& timeline() const { return timeline_; }

 private:
  const StepSchedule* schedule_ = nullptr;
  SentTimes* sent_ = nullptr;
  uint64_t first_sequence_ = 0;
  std::vector<bool> seen_;  // open loop, by number
  LatencyHistogram latency_;
  std::vector<Interval> timeline_;
  std::atomic<uint64_t> answered_{0};
  std::atomic<int64_t> last_ns_{0};
  uint64_t repeated_ = 0;
  uint64_t foreign_ = 0;
  uint64_t arrived_in_time_ = 0;
};

}  // namespace aslx
