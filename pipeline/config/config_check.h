// A configuration tree against the table: unknown keys, types, ranges, choices, what is required.
//
// What it is not: what several keys mean together (config_fill.cc).
// Thread: any. Memory: returns texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/config_node.h"
#include "pipeline/config/config_schema.h"

namespace aslx {

/// All that is wrong; empty: nothing.
std::vector<ConfigFinding> CheckConfig(const ConfigNode& root, const SectionSchema& schema);

/// `value` as a decimal integer; false for anything else.
bool ReadInteger(std::string_view text, int64_t* value);
/// `true` or `false`.
bool ReadFlag(std::string_view text, bool* value);

}  // namespace aslx
