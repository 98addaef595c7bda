// A file of values for placeholders: a JSON or YAML object of texts, numbers and booleans.
//
// Thread: any. Memory: the map owns its texts.
#pragma once

#include <string>
#include <string_view>

#include "compiler/definition/placeholders.h"
#include "runtime/base/result.h"

namespace aslx::compiler {

/// Adds the members of the object in `text` to `substitutions`; `file_name` is for messages.
Result<void> ReadSubstitutionMap(std::string_view text, std::string_view file_name,
                                 Substitutions* substitutions);

}  // namespace aslx::compiler
