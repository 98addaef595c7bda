// What event number n is, where it goes, and what must come of it: arithmetic on the number, so
// that whoever writes the events and whoever checks the outcomes agree without a list.
//
// What it is not: the machine that runs them (machine.asl.json), which knows kinds by name alone.
// Who uses it: produce.cc, watch.cc and audit.cc. Thread: any; pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aslx::faults {

enum class Kind : uint8_t {
  kPass,       // most: a Choice and a Pass
  kDrop,       // dropped by a route
  kSplit,      // three records to two topics
  kWait,       // waits a second or two, so that commits are out of order
  kDelay,      // calls a function that takes its time
  kFlaky,      // calls a function that fails at first
  kFail,       // calls a function that always fails: a dead letter
  kRefused,    // ends in a Fail state: a dead letter
  kMalformed,  // no JSON: a dead letter
};

enum class Sink : uint8_t { kOut, kSide, kDead };
inline constexpr size_t kSinkCount = 3;

/// An outcome has at most so many records, numbered from 0.
inline constexpr uint32_t kPartsMax = 3;
inline constexpr size_t kEventBytesMax = 160;

Kind KindOf(uint64_t number);
int32_t PartitionOf(uint64_t number, int32_t partition_count);

/// The event's payload, written into `buffer` of kEventBytesMax.
std::string_view WriteEvent(uint64_t number, char* buffer);

/// How many records its outcome has; 0: dropped.
uint32_t PartCountOf(Kind kind);
Sink SinkOf(Kind kind, uint32_t part);
/// What its dead letter must give as the error; empty where none is expected.
std::string_view ErrorOf(Kind kind);

/// How many of the events below `end` have an outcome that a reader can see.
uint64_t VisibleBelow(uint64_t end);

/// Which event and which of its records a payload is; nothing when it is neither an output nor one
/// of our events.
struct Identity {
  uint64_t number = 0;
  uint32_t part = 0;
};
std::optional<Identity> IdentityOf(std::string_view payload);

}  // namespace aslx::faults
