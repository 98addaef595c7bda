// The events of the comparison: which record stands for event n, and which output must come of it.
//
// A topic of N events repeats a pool of texts; what tells record n from all others is its header
// and its timestamp. What it is not: the engine's view of `iot.asl.json`. The expected output is
// worked out here by other means, so that a mistake of ours is as visible as one of a peer. Who
// uses it: produce.cc, compare.cc, lines.cc. Thread: any. Memory: a Pool owns its texts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aslx::peers {

/// The header that each event brings and each output must still have: its number as text.
inline constexpr char kNumberHeader[] = "event-number";

/// What the transform makes of an event.
struct Expected {
  std::string device;
  std::string at;
  std::string site;
  bool alarm = false;
};

class Pool {
 public:
  /// Reads one JSON text a line; ends the process where one is no event of the `iot` workload.
  static Pool Load(const std::string& path);

  std::string_view text(uint64_t number) const { return texts_[number % texts_.size()]; }
  const Expected& expected(uint64_t number) const { return expected_[number % texts_.size()]; }
  /// The record's key: the name of the device that sent it.
  std::string_view key(uint64_t number) const { return expected(number).device; }
  uint64_t size() const { return texts_.size(); }

 private:
  std::vector<std::string> texts_;
  std::vector<Expected> expected_;
};

/// The record's timestamp: one event a millisecond.
inline int64_t TimestampOf(uint64_t number) {
  constexpr int64_t kFirstMs = 1'760'000'000'000;
  return kFirstMs + static_cast<int64_t>(number);
}

/// Whether the text is the object that must come of the event: four fields, in any order, no other.
bool Matches(std::string_view output, const Expected& expected);

}  // namespace aslx::peers
