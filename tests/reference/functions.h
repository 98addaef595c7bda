#pragma once

// What it is: the eighteen intrinsic functions on values.
// What it is not: the reading of calls and of their arguments; that is call.h.
// Used by: call. Thread: any, but for MathRandom and UUID, whose generator is the caller's.
// Memory: results are copies.

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "tests/reference/json.h"

namespace aslx::reference {

struct Argument {
  Json value = {};
  // Of a text written in the call: where its `{}` stand, those that no backslash takes away.
  // A text that comes from a path has nothing to escape with.
  bool literal = false;
  std::vector<size_t> holes = {};
};

// The result, or what is wrong with the call.
using FunctionResult = tl::expected<Json, std::string>;

FunctionResult CallFunction(std::string_view name, const std::vector<Argument>& arguments,
                            std::mt19937_64& random);

// Lower-case hexadecimal digest by AWS's name of the algorithm; nothing for another name.
std::optional<std::string> HexDigest(std::string_view data, std::string_view algorithm);

std::string EncodeBase64(std::string_view bytes);
// The bytes, or nothing when the text is not Base64.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace aslx::reference
