#include "compiler/parser/path_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "compiler/parser/filter_parser.h"
#include "compiler/parser/quoted_text.h"

namespace aslx::compiler {
namespace {

/// Functions of the path library that may end a path.
constexpr std::array<std::string_view, 10> kPathFunctions = {
    "length", "size", "keys", "min", "max", "avg", "sum", "stddev", "first", "last"};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

class PathParser {
 public:
  PathParser(std::string_view text, int filter_depth) : text_(text), filter_depth_(filter_depth) {}

  Parsed<ast::Path> Parse() {
    while (!text_.empty() && text_.back() == ' ')
      text_.remove_suffix(1);
    path_.text = text_;
    if (!ReadRoot()) return Failed();
    while (at_ < text_.size()) {
      if (!ReadStep()) return Failed();
    }
    return std::move(path_);
  }

 private:
  bool ReadRoot() {
    if (text_.empty()) return Fail("a path is expected");
    if (text_[0] == '@' && filter_depth_ > 0) {
      path_.root = ast::PathRoot::kCurrent;
      at_ = 1;
    } else if (text_[0] != '$') {
      return Fail("a path begins with $");
    } else if (text_.size() > 1 && text_[1] == '$') {
      path_.root = ast::PathRoot::kContext;
      at_ = 2;
    } else if (text_.size() > 1 && IsVariableNameStart(text_[1])) {
      path_.root = ast::PathRoot::kVariable;
      at_ = 1;
      while (at_ < text_.size() && IsVariableNameCharacter(text_[at_]))
        ++at_;
      path_.variable = text_.substr(1, at_ - 1);
    } else {
      at_ = 1;
    }
    if (at_ < text_.size() && text_[at_] != '.' && text_[at_] != '[') {
      return Fail("'.' or '[' is expected after the root");
    }
    return true;
  }

  bool ReadStep() {
    if (text_[at_] == '[') return ReadBracket();
    if (text_[at_] == '.') {
      if (text_.substr(at_, 2) == "..") {
        path_.steps.emplace_back(ast::DescentStep{});
        ++at_;
      }
      ++at_;
      if (at_ == text_.size()) return Fail("a path must not end with '.'");
      if (text_[at_] == '.') return Fail("too many dots");
      if (text_[at_] == '[') return ReadBracket();
    }
    if (text_[at_] == '*') {
      ++at_;
      path_.steps.emplace_back(ast::WildcardStep{});
      return AtStepBorder();
    }
    return ReadName();
  }

  bool AtStepBorder() {
    if (at_ == text_.size() || text_[at_] == '.' || text_[at_] == '[') return true;
    return Fail("'.' or '[' is expected");
  }

  bool ReadName() {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] != '.' && text_[at_] != '[') {
      if (text_[at_] == ' ') return Fail("a name with blanks is written ['a name']");
      if (text_[at_] == '(') return ReadFunction(text_.substr(start, at_ - start));
      ++at_;
    }
    if (at_ == start) return Fail("a name is expected");
    path_.steps.emplace_back(ast::ChildStep{std::string(text_.substr(start, at_ - start))});
    return true;
  }

  bool ReadFunction(std::string_view name) {
    if (std::find(kPathFunctions.begin(), kPathFunctions.end(), name) == kPathFunctions.end()) {
      return Fail("the path library has no function '" + std::string(name) + "'");
    }
    if (text_.substr(at_) != "()") return Fail("a function ends the path: name()");
    at_ += 2;
    path_.steps.emplace_back(ast::FunctionStep{std::string(name)});
    return true;
  }

  // --- Brackets ----------------------------------------------------------------------------------

  bool ReadBracket() {
    ++at_;
    SkipSpace();
    if (at_ == text_.size()) return Fail("']' is missing");
    const char c = text_[at_];
    if (c == '\'' || c == '"') return ReadNames();
    if (c == '*') {
      ++at_;
      path_.steps.emplace_back(ast::WildcardStep{});
      return ReadClose();
    }
    if (c == '?') return ReadFilter();
    if (IsDigit(c) || c == '-' || c == ':') return ReadIndices();
    return Fail("a name in quotes, an index, a slice, '*' or '?(' is expected");
  }

  bool ReadClose() {
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != ']') return Fail("']' is expected");
    ++at_;
    return AtStepBorder();
  }

  bool ReadNames() {
    std::vector<std::string> names;
    while (true) {
      SkipSpace();
      if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) {
        return Fail("a name in quotes is expected");
      }
      const size_t end = FindClosingQuote(text_, at_);
      if (end == std::string_view::npos) return Fail("the closing quote is missing");
      names.push_back(UnescapeName(text_.substr(at_ + 1, end - at_ - 1), text_[at_]));
      at_ = end + 1;
      SkipSpace();
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      break;
    }
    if (names.size() == 1) {
      path_.steps.emplace_back(ast::ChildStep{std::move(names.front())});
    } else {
      path_.steps.emplace_back(ast::NamesStep{std::move(names)});
    }
    return ReadClose();
  }

  bool ReadIndices() {
    const size_t close = text_.find(']', at_);
    if (close == std::string_view::npos) return Fail("']' is missing");
    if (text_.substr(at_, close - at_).find(':') != std::string_view::npos) return ReadSlice();
    std::vector<int64_t> indices;
    while (true) {
      const auto index = ReadInteger();
      if (!index) return false;
      indices.push_back(*index);
      SkipSpace();
      if (text_[at_] != ',') break;
      ++at_;
      SkipSpace();
    }
    if (indices.size() == 1) {
      path_.steps.emplace_back(ast::IndexStep{indices.front()});
    } else {
      path_.steps.emplace_back(ast::IndicesStep{std::move(indices)});
    }
    return ReadClose();
  }

  bool ReadSlice() {
    ast::SliceStep slice;
    if (text_[at_] != ':') {
      slice.from = ReadInteger();
      if (!slice.from) return false;
    }
    SkipSpace();
    if (text_[at_] != ':') return Fail("':' is expected");
    ++at_;
    SkipSpace();
    if (text_[at_] != ']' && text_[at_] != ':') {
      slice.to = ReadInteger();
      if (!slice.to) return false;
    }
    if (!slice.from && !slice.to) return Fail("a slice needs a begin or an end");
    SkipSpace();
    if (text_[at_] == ':') return Fail("a slice has no step");
    path_.steps.emplace_back(slice);
    return ReadClose();
  }

  std::optional<int64_t> ReadInteger() {
    int32_t value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc()) {
      Fail("an index between -2147483648 and 2147483647 is expected");
      return std::nullopt;
    }
    at_ += static_cast<size_t>(end - begin);
    return value;
  }

  bool ReadFilter() {
    if (filter_depth_ >= kFilterDepthMax) return Fail("filters are nested too deeply");
    const size_t open = at_ + 1;
    if (open >= text_.size() || text_[open] != '(') return Fail("'(' is expected after '?'");
    const size_t close = FindClosingBracket(text_, open);
    if (close == std::string_view::npos) return Fail("the closing ')' of the filter is missing");
    auto expression = ParseFilter(text_.substr(open + 1, close - open - 1), filter_depth_ + 1);
    if (!expression) {
      at_ = open + 1 + expression.error().offset;
      return Fail(std::move(expression.error().reason));
    }
    path_.steps.emplace_back(
        ast::FilterStep{std::make_shared<const ast::FilterExpression>(std::move(*expression))});
    at_ = close + 1;
    return ReadClose();
  }

  // -----------------------------------------------------------------------------------------------

  void SkipSpace() {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
  }

  bool Fail(std::string reason) {
    error_ = {std::move(reason), at_};
    return false;
  }
  Parsed<ast::Path> Failed() { return tl::unexpected<SyntaxError>(std::move(error_)); }

  std::string_view text_;
  int filter_depth_;
  size_t at_ = 0;
  ast::Path path_;
  SyntaxError error_;
};

}  // namespace

bool IsVariableNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsVariableNameCharacter(char c) {
  return IsVariableNameStart(c) || IsDigit(c);
}

Parsed<ast::Path> ParsePath(std::string_view text) {
  return PathParser(text, 0).Parse();
}

Parsed<ast::Path> ParsePathInFilter(std::string_view text, int filter_depth) {
  return PathParser(text, filter_depth).Parse();
}

}  // namespace aslx::compiler
