// A record as one line of JSON: what a dead letter looks like in a file.
//
// {"key":"k","timestamp":1700000000000,"headers":{"__asl.errors.error":"E",…},"payload":"…"}
// payload is the original bytes as a string; where they are not UTF-8, payload_base64 holds them.
// key is null where there is none; timestamp is left out where there is none.
// Who uses it: FileSink; `aslx dlq` for its parts. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/flow/delivery.h"

namespace aslx {

void AppendEnvelope(const OutputRecord& record, std::string* line);

/// `"NAME":"…"`, or `"NAME_base64":"…"` for bytes that are not UTF-8.
void AppendBytes(std::string_view name, std::string_view bytes, std::string* line);

void AppendBase64(std::string_view bytes, std::string* out);

}  // namespace aslx
