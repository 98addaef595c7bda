#include "pipeline/flow/record_metadata.h"

#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

/// Bytes of the well-formed UTF-8 sequence at the front (Unicode 15, table 3-7); 0: none.
size_t SequenceBytes(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < count) return 0;
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < count; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return count;
}

}  // namespace

void WriteHeadersJson(std::span<const Header> headers, std::string* json) {
  std::string name;
  std::string value;
  *json = "{";
  for (const Header& header : headers) {
    if (json->size() > 1) *json += ',';
    AppendQuoted(ShowAsText(header.name, &name), json);
    *json += ':';
    if (header.is_null) {
      *json += "null";
    } else {
      AppendQuoted(ShowAsText(header.value, &value), json);
    }
  }
  *json += '}';
}

std::string_view ShowAsText(std::string_view text, std::string* buffer) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t bytes = SequenceBytes(text.substr(at));
    if (bytes == 0) break;
    at += bytes;
  }
  if (at == text.size()) return text;
  *buffer = text.substr(0, at);
  while (at < text.size()) {
    const size_t bytes = SequenceBytes(text.substr(at));
    if (bytes == 0) {
      *buffer += "\xEF\xBF\xBD";
    } else {
      *buffer += text.substr(at, bytes);
    }
    at += bytes == 0 ? 1 : bytes;
  }
  return *buffer;
}

}  // namespace aslx
