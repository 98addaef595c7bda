// Texts told apart by where they stand, not by what they say.
//
// An intrinsic call may be a text of 1 MiB with a hundred thousand paths, each of which quotes it:
// compared by identity it costs the same as a short one.
// What it is not: for texts that may go away while the map lives.
// Who uses it: passes/share_records.cc, emit/code_emitter. Thread: one. Memory: keeps no texts.
#pragma once

#include <functional>
#include <string_view>
#include <unordered_map>

namespace aslx::compiler::ir {

struct TextIdentityHash {
  size_t operator()(std::string_view text) const { return std::hash<const char*>()(text.data()); }
};
struct SameText {
  bool operator()(std::string_view left, std::string_view right) const {
    return left.data() == right.data() && left.size() == right.size();
  }
};

template <typename T>
using TextIdentityMap = std::unordered_map<std::string_view, T, TextIdentityHash, SameText>;

}  // namespace aslx::compiler::ir
