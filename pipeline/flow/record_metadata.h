// Keys and headers of a record as text.
//
// Who uses it: what shows records to machines (record_context.h) and to people. Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pipeline/flow/delivery.h"

namespace aslx {

/// An object from name to value; of a name that stands twice the last one is shown.
void WriteHeadersJson(std::span<const Header> headers, std::string* json);

/// Bytes of a key or header as UTF-8: what is not becomes U+FFFD. `text` itself when all of it is.
std::string_view ShowAsText(std::string_view text, std::string* buffer);

}  // namespace aslx
