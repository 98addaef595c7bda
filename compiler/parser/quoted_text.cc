#include "compiler/parser/quoted_text.h"

#include <charconv>
#include <vector>

#include "compiler/definition/utf8.h"

namespace aslx::compiler {

size_t FindClosingQuote(std::string_view text, size_t open) {
  for (size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[open]) {
      return i;
    }
  }
  return std::string_view::npos;
}

size_t FindClosingBracket(std::string_view text, size_t open) {
  std::vector<char> closers;
  bool after_operator = false;
  for (size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'' || c == '"' || (c == '/' && after_operator)) {
      i = FindClosingQuote(text, i);
      if (i == std::string_view::npos) return i;
    } else if (c == '(' || c == '[' || c == '{') {
      closers.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
    } else if (!closers.empty() && c == closers.back()) {
      closers.pop_back();
      if (closers.empty()) return i;
    }
    if (c != ' ') after_operator = c == '~';
  }
  return std::string_view::npos;
}

std::string UnescapeName(std::string_view text, char quote) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == quote || text[i + 1] == '\\');
    if (escape) ++i;
    out.push_back(text[i]);
  }
  return out;
}

std::string UnescapeQuoted(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char c = text[++i];
    switch (c) {
      case 'b': out.push_back('\b'); break;
      case 'f': out.push_back('\f'); break;
      case 'n': out.push_back('\n'); break;
      case 'r': out.push_back('\r'); break;
      case 't': out.push_back('\t'); break;
      case 'u': {
        uint32_t unit = 0;
        const std::string_view digits = text.substr(i + 1, 4);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
        if (digits.size() == 4 && result.ptr == digits.data() + 4) {
          AppendUtf8(unit >= 0xD800 && unit <= 0xDFFF ? 0xFFFD : unit, &out);
          i += 4;
        } else {
          out.push_back(c);
        }
        break;
      }
      default: out.push_back(c);
    }
  }
  return out;
}

}  // namespace aslx::compiler
