#pragma once

// What it is: RFC 3339 timestamps as instants, and back. Uppercase T and Z, seconds required.
// Used by: choice, machine (Wait, the context object), history. Thread: any. Memory: none kept.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aslx::reference {

// Nanoseconds since 1970.
using Instant = __int128;

std::optional<Instant> ParseTimestamp(std::string_view text);

// 2026-01-02T03:04:05.678Z, as the context object has it.
std::string WriteTimestamp(int64_t milliseconds);

}  // namespace aslx::reference
