#include "pipeline/tasks/mock_match.h"

#include <string>
#include <string_view>

#include "runtime/base/limits.h"
#include "runtime/value/compare.h"
#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

constexpr std::string_view kAny = "{{ANY}}";

/// Literal parts in order, the first at the start, the last at the end.
bool MatchesText(std::string_view pattern, std::string_view text) {
  size_t wild = pattern.find(kAny);
  if (wild == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, wild))) return false;
  text.remove_prefix(wild);
  pattern.remove_prefix(wild + kAny.size());
  for (;;) {
    wild = pattern.find(kAny);
    if (wild == std::string_view::npos) return text.ends_with(pattern);
    size_t found = text.find(pattern.substr(0, wild));
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + wild);
    pattern.remove_prefix(wild + kAny.size());
  }
}

bool MatchesString(const Value& expected, const Value& actual, Arena& arena) {
  std::string_view pattern = Decode(expected, arena);
  if (pattern == kAny) return true;
  return actual.type == Type::kString && MatchesText(pattern, Decode(actual, arena));
}

// The depth of recursion is that of validated JSON: limits::kJsonDepthMax at most.
bool Matches(const Value& expected, const Value& actual, Arena& arena, uint32_t depth) {
  if (depth > limits::kJsonDepthMax) return false;
  if (expected.type == Type::kString) return MatchesString(expected, actual, arena);
  if (expected.type != actual.type) return false;
  if (!expected.container()) return Equal(expected, actual, arena);
  Value left = Open(expected, arena);
  Value right = Open(actual, arena);
  if (left.size != right.size) return false;
  for (uint32_t i = 0; i < left.size; ++i) {
    if (left.type == Type::kArray) {
      if (!Matches(left.items[i], right.items[i], arena, depth + 1)) return false;
      continue;
    }
    Value other = FindMember(right, Decode(left.members[i].key, arena), arena);
    if (other.undefined() || !Matches(left.members[i].value, other, arena, depth + 1)) return false;
  }
  return true;
}

}  // namespace

bool MatchesExpected(const Value& expected, const Value& actual, Arena& arena) {
  return Matches(expected, actual, arena, 0);
}

}  // namespace aslx
