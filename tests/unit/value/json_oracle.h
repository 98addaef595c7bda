// What nlohmann-json makes of a text, and random texts for both: the oracle of the value tests.
//
// What it is not: a second reader of ours; it shares no code with runtime/value.
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "runtime/base/arena.h"
#include "runtime/base/random.h"
#include "runtime/value/value.h"

namespace aslx::testing {

/// The document as nlohmann-json reads it, its numbers kept as strings; discarded when invalid.
/// Lone surrogate escapes, which it refuses and we read as '?', must not be in the text.
nlohmann::json OracleParse(std::string_view text);

/// The oracle gives up: a number beyond the range of a double (which we keep as it stands).
bool IsBeyondTheOracle(std::string_view text);

/// A value of ours, opened all the way down, in the same form.
nlohmann::json ToOracle(const Value& value, Arena& arena);

/// A random JSON text: white space, escapes, repeated keys, deep and wide places.
std::string RandomJson(Random& random);

}  // namespace aslx::testing
