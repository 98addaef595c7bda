#include "pipeline/load/step_schedule.h"

#include <algorithm>
#include <cmath>

namespace aslx {
namespace {

/// The share of one of several, so that the shares add up.
uint64_t ShareOf(uint64_t whole, uint32_t index, uint32_t senders) {
  return whole / senders + (index < whole % senders ? 1 : 0);
}

}  // namespace

StepSchedule::StepSchedule(const LoadStep& step, int64_t begin_ns, uint32_t index, uint32_t senders)
    : begin_ns_(begin_ns),
      first_ns_(begin_ns),
      measured_from_ns_(begin_ns + step.warmup_ns),
      measured_until_ns_(step.count != 0 ? INT64_MAX : measured_from_ns_ + step.measure_ns),
      in_flight_max_(std::max<uint64_t>(1, ShareOf(step.in_flight_max, index, senders))),
      count_(ShareOf(step.count, index, senders)) {
  if (!step.open_loop()) {
    if (step.count != 0 && count_ == 0) total_ = 0;  // more senders than events
    return;
  }
  rate_per_ns_ = step.rate_per_s / 1e9 / senders;
  first_ns_ += static_cast<int64_t>(std::llround(index * 1e9 / step.rate_per_s));
  total_ = step.count != 0 ? FirstAtOrAfter(measured_from_ns_) + count_
                           : FirstAtOrAfter(measured_until_ns_);
}

int64_t StepSchedule::IntendedNs(uint64_t number) const {
  return first_ns_ + static_cast<int64_t>(std::llround(static_cast<double>(number) / rate_per_ns_));
}

uint64_t StepSchedule::FirstAtOrAfter(int64_t ns) const {
  if (ns <= first_ns_) return 0;
  auto number = static_cast<uint64_t>(static_cast<double>(ns - first_ns_) * rate_per_ns_);
  // The estimate may be one off either way.
  while (number > 0 && IntendedNs(number - 1) >= ns)
    --number;
  while (IntendedNs(number) < ns)
    ++number;
  return number;
}

uint64_t StepSchedule::DueCount(int64_t now_ns, uint64_t sent, uint64_t in_flight) {
  if (Over(now_ns, sent)) return 0;
  if (open_loop()) {
    const uint64_t due = std::min(FirstAtOrAfter(now_ns + 1), total_);
    return due > sent ? due - sent : 0;
  }
  if (now_ns < begin_ns_) return 0;
  uint64_t room = in_flight < in_flight_max_ ? in_flight_max_ - in_flight : 0;
  if (now_ns >= measured_from_ns_) {
    first_measured_ = std::min(first_measured_, sent);
    if (count_ != 0) room = std::min(room, first_measured_ + count_ - sent);
  }
  return room;
}

int64_t StepSchedule::NextDueNs(uint64_t sent) const {
  return open_loop() && sent < total_ ? IntendedNs(sent) : INT64_MAX;
}

bool StepSchedule::Over(int64_t now_ns, uint64_t sent) const {
  if (sent >= total_) return true;
  if (open_loop()) return false;
  if (count_ == 0) return now_ns >= measured_until_ns_;
  return first_measured_ != UINT64_MAX && sent >= first_measured_ + count_;
}

}  // namespace aslx
