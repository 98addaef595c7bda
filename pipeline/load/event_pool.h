// The events of a load, made or read before anything is measured, and sent round and round.
//
// What it is not: a generator on the path of an event: making an event costs as much as executing
// it, and would be measured with it.
// Who uses it: MemoryDelivery and TopicLoad. Thread: any once it is made.
// Memory: owns all events, at most kBytesMax.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/load/event_template.h"
#include "runtime/base/result.h"

namespace aslx {

class EventPool {
 public:
  /// Of all events together; what is sent should not be what the machine has for caches alone.
  static constexpr size_t kBytesMax = 1'073'741'824;

  /// `count` events of a template, fewer where they would not fit.
  static EventPool Generate(const EventTemplate& event, uint64_t seed, uint64_t count);
  /// The lines of NDJSON that are not empty, as they stand. `what` is where they are from.
  static Result<EventPool> FromLines(std::string_view what, std::string_view text);
  /// Keys of the same number of events.
  void AddKeys(const EventTemplate& key, uint64_t seed);

  size_t size() const { return events_.size(); }
  std::string_view event(uint64_t sequence) const { return View(events_[sequence % size()]); }
  bool has_keys() const { return !keys_.empty(); }
  std::string_view key(uint64_t sequence) const { return View(keys_[sequence % size()]); }
  double mean_bytes() const;

 private:
  struct Place {
    size_t begin = 0;
    size_t size = 0;
  };
  std::string_view View(const Place& place) const {
    return {text_.data() + place.begin, place.size};
  }

  std::string text_;
  std::vector<Place> events_;
  std::vector<Place> keys_;
};

}  // namespace aslx
