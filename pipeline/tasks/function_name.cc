#include "pipeline/tasks/function_name.h"

namespace aslx {
namespace {

constexpr std::string_view kMarker = ":function:";

}  // namespace

FunctionName ParseFunctionName(std::string_view text) {
  FunctionName result{.text = text, .name = text, .qualifier = {}};
  if (size_t at = text.find(kMarker); at != std::string_view::npos)
    result.name = text.substr(at + kMarker.size());
  else if (text.starts_with("function:"))
    result.name = text.substr(kMarker.size() - 1);
  if (size_t colon = result.name.find(':'); colon != std::string_view::npos) {
    result.qualifier = result.name.substr(colon + 1);
    result.name = result.name.substr(0, colon);
  }
  return result;
}

bool IsFunctionArn(std::string_view resource) {
  if (!resource.starts_with("arn:")) return false;
  size_t partition_end = resource.find(':', 4);
  if (partition_end == std::string_view::npos) return false;
  return resource.substr(partition_end).starts_with(":lambda:") &&
         resource.find(kMarker) != std::string_view::npos;
}

bool MatchesNamePattern(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;  // the last `*` seen, to come back to
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

}  // namespace aslx
