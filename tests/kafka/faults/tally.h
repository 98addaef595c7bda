// Counts the records of each event's outcome, and knows which are missing, surplus or strangers.
//
// What it is not: a reader; it is shown records. Who uses it: watch.cc and audit.cc.
// Thread: one. Memory: three bytes an event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/kafka/faults/event.h"

namespace aslx::faults {

class Tally {
 public:
  explicit Tally(uint64_t event_count)
      : event_count_(event_count), counts_(event_count * kPartsMax) {}

  /// A record of one of the three topics; `error` is what a dead letter gives as its error.
  /// Returns the event's number when this record made its outcome whole, else kNone.
  static constexpr uint64_t kNone = UINT64_MAX;
  uint64_t Count(Sink sink, std::string_view payload, std::string_view error);

  uint64_t whole() const { return whole_; }
  /// Records that no event should have made: another topic, another error, no number.
  uint64_t strangers() const { return strangers_; }
  /// Dead letters of records that are said to have crashed the process, which none of these does.
  uint64_t parked_innocent() const { return parked_innocent_; }
  /// The first strangers, for a message.
  const std::vector<std::string>& samples() const { return samples_; }

  struct Verdict {
    uint64_t lost = 0;     // outcomes that are not there, or not whole
    uint64_t surplus = 0;  // outcomes beyond the first, over all events
    uint64_t first_lost = kNone;
    uint64_t first_surplus = kNone;
  };
  Verdict Judge() const;

 private:
  uint64_t event_count_;
  std::vector<uint8_t> counts_;  // of each part of each event, stays at 255
  uint64_t whole_ = 0;
  uint64_t strangers_ = 0;
  uint64_t parked_innocent_ = 0;
  std::vector<std::string> samples_;
};

}  // namespace aslx::faults
