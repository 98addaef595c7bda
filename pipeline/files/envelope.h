// A record as one line of JSON: what a dead letter looks like in a file.
//
// {"key":"k","timestamp":1700000000000,"headers":{"__asl.errors.error":"E",…},"payload":"…"}
// payload is the original bytes as a string; where they are not UTF-8, payload_base64 holds them.
// key is null where there is none; timestamp is left out where there is none.
// Who uses it: FileSink. Thread: any.
#pragma once

#include <string>

#include "pipeline/flow/delivery.h"

namespace aslx {

void AppendEnvelope(const OutputRecord& record, std::string* line);

}  // namespace aslx
