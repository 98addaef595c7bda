// The shape of events, from samples or from a JSON Schema.
//
// Thread: any. Memory: none kept.
#pragma once

#include <string_view>

#include "compiler/findings/shape.h"
#include "runtime/base/result.h"

namespace aslx::compiler {

/// NDJSON, one event a line. What no sample has counts as missing.
Result<Shape> ShapeOfSamples(std::string_view text, std::string_view file_name);

/// A JSON Schema: type, properties, additionalProperties and items are looked at; where other
/// keywords ($ref, anyOf, allOf, …) decide, anything is possible.
Result<Shape> ShapeOfSchema(std::string_view text, std::string_view file_name);

}  // namespace aslx::compiler
