// `${VAR}` and `${VAR:-default}` in scalar values, after the YAML was parsed: a value can never
// change the structure.
//
// `$${` stands for `${`. What it is not: `$NAME` without braces, which is text (`$LATEST`).
// Who uses it: the loading of a configuration. Thread: any. Memory: changes the tree in place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/config/config_node.h"

namespace aslx {

/// The value of an environment variable; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// Appends to `findings` for each variable that is neither set nor has a
/// default.
void Interpolate(const Environment& environment, ConfigNode* node,
                 std::vector<ConfigFinding>* findings);

}  // namespace aslx
