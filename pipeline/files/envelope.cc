#include "pipeline/files/envelope.h"

#include "pipeline/flow/record_metadata.h"
#include "runtime/value/json_writer.h"

namespace aslx {

void AppendBase64(std::string_view bytes, std::string* out) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j)
      *out += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
}

void AppendBytes(std::string_view name, std::string_view bytes, std::string* line) {
  std::string shown;
  *line += '"';
  *line += name;
  if (ShowAsText(bytes, &shown).data() == bytes.data()) {
    *line += "\":";
    AppendQuoted(bytes, line);
    return;
  }
  *line += "_base64\":\"";
  AppendBase64(bytes, line);
  *line += '"';
}

void AppendEnvelope(const OutputRecord& record, std::string* line) {
  *line += '{';
  if (record.has_key) {
    AppendBytes("key", record.key, line);
  } else {
    *line += "\"key\":null";
  }
  if (record.timestamp_ms >= 0) *line += ",\"timestamp\":" + std::to_string(record.timestamp_ms);
  std::string headers;
  WriteHeadersJson(record.headers, &headers);
  *line += ",\"headers\":" + headers + ",";
  if (record.is_tombstone) {
    *line += "\"payload\":null";
  } else {
    AppendBytes("payload", record.payload, line);
  }
  *line += '}';
}

}  // namespace aslx
