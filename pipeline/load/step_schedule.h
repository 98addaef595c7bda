// When each event of a step is due.
//
// What it is: arithmetic over a time that it is told. Open loop: event n is due n / rate after the
// beginning, and that instant is where its latency begins, whether or not it could be sent then: a
// subject that stalls does not slow the clock that judges it down (coordinated omission). Closed
// loop: an event is due when there is room for it.
// What it is not: a clock, or whoever sends.
// Who uses it: MemoryDelivery, one a worker, and TopicLoad.
// Thread: the sender's; IntendedNs, MeasuredFromNs and Measures any.
#pragma once

#include <cstdint>

#include "pipeline/load/load_step.h"

namespace aslx {

class StepSchedule {
 public:
  /// `index` of `senders`: each sends its share of rate, room and count, and the instants of one
  /// lie between those of the others.
  StepSchedule(const LoadStep& step, int64_t begin_ns, uint32_t index = 0, uint32_t senders = 1);

  /// How many more may be sent, when `sent` were and `in_flight` of those have no outcome.
  uint64_t DueCount(int64_t now_ns, uint64_t sent, uint64_t in_flight);
  /// Open loop: when the next one is due; INT64_MAX in a closed loop.
  int64_t NextDueNs(uint64_t sent) const;
  /// Nothing more will be due.
  bool Over(int64_t now_ns, uint64_t sent) const;

  bool open_loop() const { return rate_per_ns_ > 0; }
  uint64_t in_flight_max() const { return in_flight_max_; }
  /// Open loop.
  int64_t IntendedNs(uint64_t number) const;
  /// Open loop: how many there will be.
  uint64_t total() const { return total_; }

  int64_t begin_ns() const { return begin_ns_; }
  int64_t measured_from_ns() const { return measured_from_ns_; }
  /// INT64_MAX where a number of events is asked for.
  int64_t measured_until_ns() const { return measured_until_ns_; }
  bool Measures(int64_t intended_ns) const { return intended_ns >= measured_from_ns_; }

 private:
  uint64_t FirstAtOrAfter(int64_t ns) const;

  int64_t begin_ns_;
  int64_t first_ns_;  // of event 0
  int64_t measured_from_ns_;
  int64_t measured_until_ns_;
  double rate_per_ns_ = 0;
  uint64_t in_flight_max_;
  uint64_t count_;
  uint64_t total_ = UINT64_MAX;
  uint64_t first_measured_ = UINT64_MAX;  // closed loop: not known yet
};

}  // namespace aslx
