// RFC 3339 timestamps as the States Language uses them (section "Timestamps": upper-case T and Z).
//
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aslx {

/// Nanoseconds since the epoch.
struct Timestamp {
  int64_t seconds = 0;
  int32_t nanoseconds = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// False when `text` is no timestamp of the profile:
/// YYYY-MM-DDTHH:MM:SS[.fraction](Z|+hh:mm|-hh:mm), calendar-checked.
bool ParseTimestamp(std::string_view text, Timestamp* timestamp);

/// `2024-03-11T21:14:04.123Z`, milliseconds, always 24 bytes; for the context object and histories.
void WriteTimestamp(int64_t wall_ns, char (&buffer)[25]);

}  // namespace aslx
