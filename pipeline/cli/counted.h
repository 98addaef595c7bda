// A number and what it counts, for people: `1 record`, `2 records`.
//
// What it is not: for nouns with a plural of their own. Who uses it: what the commands say.
// Thread: any. Memory: returns an owned text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace aslx {

inline std::string Counted(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace aslx
