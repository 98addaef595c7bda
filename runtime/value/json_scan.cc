#include "runtime/value/json_scan.h"

#include <algorithm>

namespace aslx::json {
namespace {

// '[' and '{' differ from each other only in this bit, and so do ']' and '}'.
constexpr char kBracketBit = 0x20;

// The next quote or bracket at or behind `at`.
inline const char* NextMark(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= 16) {
    const __m128i bytes = Load16(at);
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(kBracketBit));
    const uint32_t hits = Matches(bytes, '"') | Matches(folded, '{') | Matches(folded, '}');
    if (hits != 0) return at + __builtin_ctz(hits);
    at += 16;
  }
#endif
  for (;; ++at) {
    const char folded = static_cast<char>(*at | kBracketBit);
    if (*at == '"' || folded == '{' || folded == '}') return at;
  }
}

inline const char* NumberEnd(const char* at) {
  while (*at != ',' && *at != ']' && *at != '}' && !IsSpace(*at))
    ++at;
  return at;
}

}  // namespace

const char* SkipContainer(const char* at, const char* end, uint16_t* height) {
  int depth = 1;
  int deepest = 1;
  ++at;
  while (depth > 0) {
    at = NextMark(at, end);
    if (*at == '"') {
      bool escaped = false;
      at = ClosingQuote(at + 1, end, &escaped);
    } else if ((*at | kBracketBit) == '{') {
      deepest = std::max(deepest, ++depth);
    } else {
      --depth;
    }
    ++at;
  }
  *height = static_cast<uint16_t>(deepest);
  return at;
}

Value Take(const char** at, const char* end) {
  const char* const start = *at;
  switch (*start) {
    case '"': {
      bool escaped = false;
      const char* close = ClosingQuote(start + 1, end, &escaped);
      *at = close + 1;
      const uint8_t flags = escaped ? value_flags::kRaw | value_flags::kEscaped : value_flags::kRaw;
      return Value::Text(Type::kString, flags, {start + 1, static_cast<size_t>(close - start - 1)});
    }
    case '{':
    case '[': {
      uint16_t height = 0;
      *at = SkipContainer(start, end, &height);
      return Value::Text(*start == '{' ? Type::kObject : Type::kArray, value_flags::kRaw,
                         {start, static_cast<size_t>(*at - start)}, height);
    }
    case 't': *at = start + 4; return Value::Bool(true);
    case 'f': *at = start + 5; return Value::Bool(false);
    case 'n': *at = start + 4; return Value::Null();
    default:
      *at = NumberEnd(start);
      return Value::Text(Type::kNumber, value_flags::kRaw,
                         {start, static_cast<size_t>(*at - start)});
  }
}

Value TakeKey(const char** at, const char* end) {
  const Value key = Take(at, end);
  *at = SkipSpace(SkipSpace(*at) + 1);
  return key;
}

}  // namespace aslx::json
