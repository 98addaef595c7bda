// Moving over JSON text that has been validated: skipping strings and containers, and taking one
// value as it stands.
//
// What it is not: validation (json_reader.cc). All text here lies inside brackets, which is why the
// loops need no end of their own; `end` only bounds what may be loaded in one piece.
// Who uses it: this folder. Thread: any. Memory: values point into the text.
#pragma once

#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "runtime/value/value.h"

namespace aslx::json {

inline bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

inline const char* SkipSpace(const char* at) {
  while (IsSpace(*at))
    ++at;
  return at;
}

#if defined(__SSE2__)
inline __m128i Load16(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
inline uint32_t Matches(__m128i bytes, char c) {
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
}
#endif

/// The closing quote of the string whose contents start at `at`.
inline const char* ClosingQuote(const char* at, const char* end, bool* escaped) {
  for (;;) {
#if defined(__SSE2__)
    while (end - at >= 16) {
      const __m128i bytes = Load16(at);
      const uint32_t hits = Matches(bytes, '"') | Matches(bytes, '\\');
      if (hits != 0) {
        at += __builtin_ctz(hits);
        break;
      }
      at += 16;
    }
#endif
    while (*at != '"' && *at != '\\')
      ++at;
    if (*at == '"') return at;
    *escaped = true;
    at += 2;
  }
}

/// One past the closing bracket of the container that starts at `at`; how deep it nests.
const char* SkipContainer(const char* at, const char* end, uint16_t* height);

/// The value at `*at`, raw where it can be; moves `*at` behind it.
Value Take(const char** at, const char* end);

/// The key at `*at`, whose quote `*at` points to, as a raw string; moves `*at` to its value.
Value TakeKey(const char** at, const char* end);

}  // namespace aslx::json
