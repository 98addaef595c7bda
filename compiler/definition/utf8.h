// UTF-8 as a definition's text and its error messages need it.
//
// What it is not: the validation of events, which simdjson does (runtime/value).
// Thread: any. Memory: allocates only in AppendUtf8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace aslx::compiler {

struct Utf8Character {
  uint32_t code_point = 0;
  /// In bytes; at least 1, so that a walk always goes on.
  size_t size = 1;
  bool valid = true;
};

/// The character that begins at `at`, which must be inside `text`.
Utf8Character DecodeUtf8(std::string_view text, size_t at);

/// The place of the first byte that is not UTF-8, or npos.
size_t FindInvalidUtf8(std::string_view text);

void AppendUtf8(uint32_t code_point, std::string* out);

/// Number of characters (code points).
size_t CountCharacters(std::string_view text);

/// Number of UTF-16 units, in which Java counts.
size_t CountUtf16(std::string_view text);

/// The longest prefix of whole characters that has at most `units` UTF-16 units.
struct Utf16Prefix {
  size_t size_bytes = 0;
};
Utf16Prefix TakeUtf16(std::string_view text, size_t units);

}  // namespace aslx::compiler
