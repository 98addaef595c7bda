// Strings in any form: their decoded contents, and whether two are the same.
#include "runtime/base/check.h"
#include "runtime/value/json_escape.h"
#include "runtime/value/json_reader.h"

namespace aslx {

std::string_view Decode(const Value& string, Arena& arena) {
  ASLX_CHECK(string.type == Type::kString);
  if (!string.escaped()) return string.text_view();
  char* const start = arena.AllocateArray<char>(string.size);
  char* const end = json::DecodeInto(string.text_view(), start);
  return {start, static_cast<size_t>(end - start)};
}

bool SameString(const Value& left, const Value& right) {
  if (!left.escaped() && !right.escaped()) return left.text_view() == right.text_view();
  json::DecodedBytes left_bytes(left.text_view(), left.escaped());
  json::DecodedBytes right_bytes(right.text_view(), right.escaped());
  for (;;) {
    char from_left = 0;
    char from_right = 0;
    const bool more_left = left_bytes.Next(&from_left);
    const bool more_right = right_bytes.Next(&from_right);
    if (more_left != more_right || from_left != from_right) return false;
    if (!more_left) return true;
  }
}

}  // namespace aslx
