#include "compiler/definition/placeholders.h"

#include <algorithm>

namespace aslx::compiler {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == ':' || c == '-';
}

}  // namespace

PlaceholderSpan FindPlaceholder(std::string_view text, size_t from) {
  for (size_t begin = text.find("${", from); begin != std::string_view::npos;
       begin = text.find("${", begin + 2)) {
    size_t end = begin + 2;
    while (end < text.size() && IsNameCharacter(text[end]))
      ++end;
    if (end > begin + 2 && end < text.size() && text[end] == '}') {
      return {begin, end + 1, text.substr(begin + 2, end - begin - 2)};
    }
  }
  return {};
}

bool IsPlaceholder(std::string_view text) {
  const PlaceholderSpan span = FindPlaceholder(text);
  return span.begin == 0 && span.end == text.size();
}

const std::string* Placeholders::Find(std::string_view name) const {
  const auto it = substitutions_.find(name);
  return it == substitutions_.end() ? nullptr : &it->second;
}

Placeholders::Text Placeholders::Apply(std::string_view text) {
  PlaceholderSpan span = FindPlaceholder(text);
  if (span.begin == std::string_view::npos) return {text, false};
  const bool whole = span.begin == 0 && span.end == text.size() && Find(span.name) != nullptr;
  filled_.clear();
  size_t copied = 0;
  for (; span.begin != std::string_view::npos; span = FindPlaceholder(text, copied)) {
    filled_.append(text.substr(copied, span.begin - copied));
    copied = span.end;
    if (const std::string* value = Find(span.name)) {
      filled_.append(*value);
      continue;
    }
    filled_.append(text.substr(span.begin, span.end - span.begin));
    if (std::find(left_over_.begin(), left_over_.end(), span.name) == left_over_.end()) {
      left_over_.emplace_back(span.name);
    }
  }
  filled_.append(text.substr(copied));
  return {filled_, whole};
}

}  // namespace aslx::compiler
