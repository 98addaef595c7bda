#include "runtime/value/json_escape.h"

#include <cstdint>
#include <cstring>

namespace aslx::json {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What a backslash and this letter stand for; 0: no such escape (or \u).
char SimpleEscape(char letter) {
  switch (letter) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

uint32_t CodeUnit(const char* hex) {
  uint32_t unit = 0;
  for (int i = 0; i < 4; ++i)
    unit = unit * 16 + static_cast<uint32_t>(HexDigit(hex[i]));
  return unit;
}

char Byte(uint32_t bits) {
  return static_cast<char>(static_cast<unsigned char>(bits));
}

size_t EncodeUtf8(uint32_t code_point, char* out) {
  if (code_point < 0x80) {
    out[0] = Byte(code_point);
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = Byte(0xC0 | code_point >> 6);
    out[1] = Byte(0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = Byte(0xE0 | code_point >> 12);
    out[1] = Byte(0x80 | (code_point >> 6 & 0x3F));
    out[2] = Byte(0x80 | (code_point & 0x3F));
    return 3;
  }
  out[0] = Byte(0xF0 | code_point >> 18);
  out[1] = Byte(0x80 | (code_point >> 12 & 0x3F));
  out[2] = Byte(0x80 | (code_point >> 6 & 0x3F));
  out[3] = Byte(0x80 | (code_point & 0x3F));
  return 4;
}

constexpr size_t kUnicodeEscapeSize = 6;  // \uXXXX

// The code point of the \u escape at the start of `text`, and the bytes that it takes.
uint32_t UnicodeEscape(std::string_view text, size_t* taken) {
  *taken = kUnicodeEscapeSize;
  const uint32_t unit = CodeUnit(text.data() + 2);
  if (unit < 0xD800 || unit > 0xDFFF) return unit;
  if (unit >= 0xDC00 || text.size() < 2 * kUnicodeEscapeSize) return '?';
  const char* second = text.data() + kUnicodeEscapeSize;
  if (second[0] != '\\' || second[1] != 'u') return '?';
  const uint32_t low = CodeUnit(second + 2);
  if (low < 0xDC00 || low > 0xDFFF) return '?';
  *taken = 2 * kUnicodeEscapeSize;
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

}  // namespace

const char* FindBadEscape(std::string_view contents) {
  const char* at = contents.data();
  const char* const end = at + contents.size();
  while (at < end) {
    at = static_cast<const char*>(std::memchr(at, '\\', static_cast<size_t>(end - at)));
    if (at == nullptr) return nullptr;
    if (end - at < 2) return at;
    if (at[1] != 'u') {
      if (SimpleEscape(at[1]) == 0) return at;
      at += 2;
      continue;
    }
    if (static_cast<size_t>(end - at) < kUnicodeEscapeSize) return at;
    for (int i = 2; i < 6; ++i)
      if (HexDigit(at[i]) < 0) return at;
    at += kUnicodeEscapeSize;
  }
  return nullptr;
}

size_t DecodeNext(std::string_view* contents, char* out) {
  if (contents->front() != '\\') {
    out[0] = contents->front();
    contents->remove_prefix(1);
    return 1;
  }
  const char letter = (*contents)[1];
  if (letter != 'u') {
    out[0] = SimpleEscape(letter);
    contents->remove_prefix(2);
    return 1;
  }
  size_t taken = 0;
  const size_t size = EncodeUtf8(UnicodeEscape(*contents, &taken), out);
  contents->remove_prefix(taken);
  return size;
}

char* DecodeInto(std::string_view contents, char* out) {
  while (!contents.empty()) {
    const size_t plain = contents.find('\\');
    const size_t copied = plain == std::string_view::npos ? contents.size() : plain;
    std::memcpy(out, contents.data(), copied);
    out += copied;
    contents.remove_prefix(copied);
    if (!contents.empty()) out += DecodeNext(&contents, out);
  }
  return out;
}

}  // namespace aslx::json
