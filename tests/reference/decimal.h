#pragma once

// What it is: numbers by the text they are written with: comparison and rounding to whole numbers.
// What it is not: arithmetic; ASL adds whole numbers only.
// Used by: json, choice, functions, the Map and Wait states. Thread: any. Memory: none kept.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aslx::reference {

// -1, 0 or 1 of two JSON number texts: exactly where both are whole numbers without an exponent,
// else by the nearest doubles, which is what the service computes with.
int CompareNumbers(std::string_view a, std::string_view b);

// The number rounded half up (towards positive infinity), as java.lang.Math.round does; nothing
// when it does not fit 64 bits.
std::optional<int64_t> RoundHalfUp(std::string_view text);

// The text as a whole number in Java's Long.parseLong form: digits with an optional sign.
std::optional<int64_t> ParseLong(std::string_view text);

// The text as a finite double, written as a JSON number or nearly so.
std::optional<double> ParseDouble(std::string_view text);

}  // namespace aslx::reference
