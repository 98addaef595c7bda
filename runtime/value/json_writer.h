// Values to JSON text: walks the spine, copies raw parts.
//
// What it is not: a pretty printer. Raw text is written as it stood, opened parts compactly.
// Thread: any. Memory: writes into the caller's buffer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx {

/// Bytes that writing `value` would produce; stops counting above `bytes_max` (any larger number
/// may come back then). Used for the payload limits at state boundaries.
size_t JsonTextBytes(const Value& value, size_t bytes_max);

/// Appends the JSON text of `value` to `buffer`, which has room for `capacity` bytes. Returns the
/// bytes written, or SIZE_MAX when it does not fit (the buffer then holds a part of it).
size_t WriteJson(const Value& value, char* buffer, size_t capacity);

/// The text in an arena, or as a std::string (not for the path of a record). A raw container is
/// returned as the span it is, without a copy.
std::string_view JsonText(const Value& value, Arena& arena);
std::string JsonString(const Value& value);

/// Appends `text` as a JSON string with its quotes, escaping what RFC 8259 requires.
void AppendQuoted(std::string_view text, std::string* out);

}  // namespace aslx
