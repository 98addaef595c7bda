#include "pipeline/flow/output_path.h"

#include <charconv>

#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

tl::unexpected<Error> Refuse(std::string_view text, size_t at, const char* expected) {
  return Fail(ErrorKind::kConfiguration, "the path `" + std::string(text) +
                                             "` is not a Reference Path: expected " + expected +
                                             " at character " + std::to_string(at + 1));
}

}  // namespace

Result<OutputPath> OutputPath::Parse(std::string_view text) {
  OutputPath path;
  path.text_ = text;
  if (!text.starts_with('$')) return Refuse(text, 0, "`$`");
  size_t at = 1;
  while (at < text.size()) {
    Step step;
    if (text[at] == '.') {
      const size_t end = std::min(text.find_first_of(".[", at + 1), text.size());
      step.key = text.substr(at + 1, end - at - 1);
      if (step.key.empty()) return Refuse(text, at + 1, "a field name");
      if (step.key.find_first_of("*?@(){}'\" ") != std::string::npos) {
        return Refuse(text, at + 1, "a plain field name (others are written ['…'])");
      }
      at = end;
    } else if (text.substr(at, 2) == "['") {
      size_t end = at + 2;
      for (; end < text.size() && text[end] != '\''; ++end) {
        if (text[end] == '\\' && end + 1 < text.size()) ++end;
        step.key += text[end];
      }
      if (text.substr(end, 2) != "']") return Refuse(text, end, "`']`");
      at = end + 2;
    } else if (text[at] == '[') {
      const char* const first = text.data() + at + 1;
      const auto [end, failed] = std::from_chars(first, text.data() + text.size(), step.index);
      at = static_cast<size_t>(end - text.data());
      if (failed != std::errc() || end == first) return Refuse(text, at, "an index");
      if (at == text.size() || text[at] != ']') return Refuse(text, at, "`]`");
      ++at;
      step.is_index = true;
    } else {
      return Refuse(text, at, "`.` or `[`");
    }
    path.steps_.push_back(std::move(step));
  }
  return path;
}

Value OutputPath::Find(const Value& document, Arena& arena) const {
  Value at = document;
  for (const Step& step : steps_) {
    if (step.is_index) {
      if (at.type != Type::kArray) return {};
      at = FindItem(at, step.index, arena);
    } else {
      if (at.type != Type::kObject) return {};
      at = FindMember(at, step.key, arena);
    }
  }
  return at;
}

}  // namespace aslx
