// The first half of reading, for processors with AVX-512 and its byte compression (Ice Lake, Zen 4
// and later): where the structural characters of a text are, and whether its strings are closed.
//
// Finds what simdjson's first stage finds, which runs everywhere else, in two thirds of the time at
// the size of an event, and says on the way what the reader would have to look for again.
//
// What it is not: a check of UTF-8, of the grammar (json_pass.h), or of escape sequences.
// Who uses it: the JSON reader only. Thread: any. Memory: none.
#pragma once

#include <cstddef>
#include <cstdint>

namespace aslx {

/// What an index of a text found.
struct JsonIndex {
  uint32_t count = 0;  // of structural characters
  bool has_backslash = false;
  bool is_ascii = true;
  bool has_bad_string = false;  // without an end, or with a byte below 0x20 in it
  /// What starts with '-' or a digit, outside of strings, is a number without an exponent. False
  /// where that is not so, or not certain.
  bool plain_numbers = false;
};
static_assert(sizeof(JsonIndex) == 8, "else it comes back in memory, a byte at a time");

/// Writes the places of brackets, colons, commas and of the first characters of strings and other
/// scalars; outside of strings, 0x0C and 0x1A may be among them. `places` has room for
/// `size` + kJsonIndexSlack. Reads text[0, size) only.
JsonIndex IndexWithAvx512(const char* text, size_t size, uint32_t* places);
inline constexpr size_t kJsonIndexSlack = 128;

}  // namespace aslx
