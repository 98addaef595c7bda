// Reads a definition written in YAML into a JsonDocument.
//
// Scalars follow YAML's core schema: plain null, true, false, integers and decimals become what
// they look like, everything quoted stays a string. Aliases are copied, merge keys (`<<`) are not
// known, tags other than !!str are ignored. The limits are those of JSON.
// Thread: any. Memory: the document owns what it reads.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/definition/json_node.h"
#include "compiler/definition/placeholders.h"
#include "compiler/diagnostics/diagnostic.h"

namespace aslx::compiler {

/// False when an error was added.
[[nodiscard]] bool ReadYaml(std::string_view text, Placeholders* placeholders,
                            JsonDocument* document, Diagnostics* diagnostics);

}  // namespace aslx::compiler
