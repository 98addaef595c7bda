#include "pipeline/load/outcome_tally.h"

#include <algorithm>
#include <bit>

namespace aslx {

uint64_t SentTimes::SpanFor(uint64_t in_flight_max) {
  const uint64_t wanted = std::min(in_flight_max * kSpanTimes, kInFlightMax);
  return std::max({wanted, in_flight_max, kSpanMin});
}

SentTimes::SentTimes(uint64_t in_flight_max, int64_t begin_ns)
    : place_bits_(static_cast<uint32_t>(std::bit_width(SpanFor(in_flight_max) - 1))),
      begin_ns_(begin_ns),
      places_(uint64_t{1} << place_bits_) {
  for (std::atomic<uint64_t>& place : places_)
    place.store(kFree, std::memory_order_relaxed);
}

bool SentTimes::HasPlace(uint64_t number, uint64_t settled_below) const {
  const std::atomic<uint64_t>& place = places_[number & (places_.size() - 1)];
  // Whose it is was sent a whole span before at the latest.
  return place.load(std::memory_order_relaxed) == kFree || number < settled_below + places_.size();
}

bool SentTimes::Store(uint64_t number, int64_t ns, uint64_t settled_below) {
  if (!HasPlace(number, settled_below)) return false;
  std::atomic<uint64_t>& place = places_[number & (places_.size() - 1)];
  const auto since_ns = static_cast<uint64_t>(std::max<int64_t>(ns - begin_ns_, 0));
  // Released with the event: whoever sees its outcome sees its time.
  place.store(TagOf(number) | since_ns, std::memory_order_release);
  return true;
}

int64_t SentTimes::Take(uint64_t number) {
  std::atomic<uint64_t>& place = places_[number & (places_.size() - 1)];
  uint64_t held = place.load(std::memory_order_acquire);
  if (held == kFree || held >> kTimeBits << kTimeBits != TagOf(number)) return kNone;
  // The sender may give the place away at this moment.
  if (!place.compare_exchange_strong(held, kFree, std::memory_order_acq_rel)) return kNone;
  return begin_ns_ + static_cast<int64_t>(held & ((uint64_t{1} << kTimeBits) - 1));
}

void OutcomeTally::Begin(const StepSchedule* schedule, uint64_t first_sequence, SentTimes* sent) {
  schedule_ = schedule;
  sent_ = sent;
  first_sequence_ = first_sequence;
  seen_.assign(sent == nullptr ? schedule->total() : 0, false);
  latency_.Clear();
  timeline_.clear();
  timeline_.reserve(kIntervalsMax);
  answered_.store(0, std::memory_order_release);
  last_ns_.store(0, std::memory_order_relaxed);
  repeated_ = foreign_ = arrived_in_time_ = 0;
}

void OutcomeTally::Record(uint64_t sequence, int64_t now_ns) {
  const uint64_t number = sequence - first_sequence_;
  if (sequence < first_sequence_ || (sent_ == nullptr && number >= seen_.size())) {
    ++foreign_;
    return;
  }
  int64_t intended_ns = SentTimes::kNone;
  if (sent_ != nullptr) {
    intended_ns = sent_->Take(number);
  } else if (!seen_[number]) {
    seen_[number] = true;
    intended_ns = schedule_->IntendedNs(number);
  }
  if (intended_ns == SentTimes::kNone) {
    ++repeated_;
    return;
  }
  const int64_t latency_ns = now_ns - intended_ns;
  if (schedule_->Measures(intended_ns)) latency_.Record(latency_ns);
  if (now_ns >= schedule_->measured_from_ns() && now_ns < schedule_->measured_until_ns())
    ++arrived_in_time_;
  const int64_t since_ns = std::max<int64_t>(now_ns - schedule_->begin_ns(), 0);
  const size_t index = std::min(static_cast<size_t>(since_ns / kIntervalNs), kIntervalsMax - 1);
  if (index >= timeline_.size()) timeline_.resize(index + 1);
  Interval& interval = timeline_[index];
  ++interval.outcomes;
  interval.latency_sum_ns += static_cast<double>(latency_ns);
  interval.latency_max_ns = std::max(interval.latency_max_ns, latency_ns);
  last_ns_.store(now_ns, std::memory_order_relaxed);
  // One writer: no read-modify-write needed.
  answered_.store(answered_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

}  // namespace aslx
