// What `$$.Kafka` shows of a record, made only for programs that look at it.
//
// What it is not: the context object itself (runtime/vm). Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pipeline/flow/delivery.h"
#include "runtime/program/program.h"

namespace aslx {

/// Some path of the program may see $$.Kafka, or only a part of it that has no headers.
struct MetadataUse {
  bool record = false;
  bool headers = false;
};
MetadataUse FindMetadataUse(const Program& program);

/// An object from name to value; of a name that stands twice the last one is shown.
void WriteHeadersJson(std::span<const Header> headers, std::string* json);

/// Bytes of a key or header as UTF-8: what is not becomes U+FFFD. `text` itself when all of it is.
std::string_view ShowAsText(std::string_view text, std::string* buffer);

}  // namespace aslx
