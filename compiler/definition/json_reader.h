// Reads a definition written in JSON into a JsonDocument.
//
// What it is not: runtime/value's reader, which validates events at speed. This one keeps positions
// and words its errors as the JSON library of AWS does (code INVALID_JSON_DESCRIPTION). Accepted is
// one RFC 8259 text in UTF-8, nested at most 1,000 deep.
// Thread: any. Memory: the document owns what it reads.
#pragma once

#include <string_view>

#include "compiler/definition/json_node.h"
#include "compiler/definition/placeholders.h"
#include "compiler/diagnostics/diagnostic.h"

namespace aslx::compiler {

/// False when an error was added. Where `allow_placeholders` is set, or a substitution is known, a
/// `${Name}` may stand without quotes in the place of a value.
[[nodiscard]] bool ReadJson(std::string_view text, bool allow_placeholders,
                            Placeholders* placeholders, JsonDocument* document,
                            Diagnostics* diagnostics);

}  // namespace aslx::compiler
