#include "compiler/parser/filter_parser.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "compiler/parser/path_parser.h"
#include "compiler/parser/quoted_text.h"
#include "runtime/value/json_writer.h"

namespace aslx::compiler {
namespace {

/// Parentheses and negations nested deeper than this are refused.
constexpr int kNestingMax = 50;

struct OperatorName {
  std::string_view text;
  ast::FilterOperator op;
};
/// Longer ones first, so that a prefix does not win.
constexpr std::array<OperatorName, 9> kSymbols = {{
    {"===", ast::FilterOperator::kTypeEqual},
    {"!==", ast::FilterOperator::kTypeNotEqual},
    {"==", ast::FilterOperator::kEqual},
    {"!=", ast::FilterOperator::kNotEqual},
    {"<=", ast::FilterOperator::kLessOrEqual},
    {">=", ast::FilterOperator::kGreaterOrEqual},
    {"=~", ast::FilterOperator::kMatches},
    {"<", ast::FilterOperator::kLess},
    {">", ast::FilterOperator::kGreater},
}};
constexpr std::array<OperatorName, 10> kWords = {{
    {"in", ast::FilterOperator::kIn},
    {"nin", ast::FilterOperator::kNotIn},
    {"contains", ast::FilterOperator::kContains},
    {"all", ast::FilterOperator::kAll},
    {"size", ast::FilterOperator::kSize},
    {"empty", ast::FilterOperator::kEmpty},
    {"subsetof", ast::FilterOperator::kSubsetOf},
    {"anyof", ast::FilterOperator::kAnyOf},
    {"noneof", ast::FilterOperator::kNoneOf},
    {"type", ast::FilterOperator::kType},
}};

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

char LowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (LowerCase(a[i]) != LowerCase(b[i])) return false;
  }
  return true;
}

/// An array or object literal may have its texts in single quotes; JSON has them in double quotes.
std::string ToJsonQuotes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\'' && text[i] != '"') {
      out.push_back(text[i]);
      continue;
    }
    const size_t end = FindClosingQuote(text, i);
    if (end == std::string_view::npos) return out.append(text.substr(i));
    if (text[i] == '"') {
      out.append(text.substr(i, end - i + 1));
    } else {
      AppendQuoted(UnescapeQuoted(text.substr(i + 1, end - i - 1)), &out);
    }
    i = end;
  }
  return out;
}

bool IsJsonNumber(std::string_view text) {
  size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9')
      ++i;
    return i > start;
  };
  if (!digits()) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

/// Numbers may have zeros in front of them here.
std::string WithoutLeadingZeros(std::string_view number) {
  std::string out;
  if (number.front() == '-') {
    out.push_back('-');
    number.remove_prefix(1);
  }
  while (number.size() > 1 && number[0] == '0' && number[1] >= '0' && number[1] <= '9')
    number.remove_prefix(1);
  return out.append(number);
}

class FilterParser {
 public:
  FilterParser(std::string_view text, int filter_depth)
      : text_(text), filter_depth_(filter_depth) {}

  Parsed<ast::FilterExpression> Parse() {
    auto expression = ReadOr(0);
    if (!expression) return Failed();
    SkipSpace();
    if (at_ < text_.size()) {
      Fail("'&&', '||' or the end of the filter is expected");
      return Failed();
    }
    return std::move(*expression);
  }

 private:
  using Expression = std::optional<ast::FilterExpression>;

  Expression ReadOr(int depth) {
    ast::FilterOr all;
    while (true) {
      Expression operand = ReadAnd(depth);
      if (!operand) return std::nullopt;
      all.operands.push_back(std::move(*operand));
      if (!Take("||")) break;
    }
    if (all.operands.size() == 1) return std::move(all.operands.front());
    return ast::FilterExpression{std::move(all)};
  }

  Expression ReadAnd(int depth) {
    ast::FilterAnd all;
    while (true) {
      Expression operand = ReadOperand(depth);
      if (!operand) return std::nullopt;
      all.operands.push_back(std::move(*operand));
      if (!Take("&&")) break;
    }
    if (all.operands.size() == 1) return std::move(all.operands.front());
    return ast::FilterExpression{std::move(all)};
  }

  Expression ReadOperand(int depth) {
    if (depth > kNestingMax) return Fail("the filter is nested too deeply");
    if (Take("!")) {
      Expression operand = ReadOperand(depth + 1);
      if (!operand) return std::nullopt;
      return ast::FilterExpression{
          ast::FilterNot{std::make_shared<const ast::FilterExpression>(std::move(*operand))}};
    }
    if (Take("(")) {
      Expression inner = ReadOr(depth + 1);
      if (!inner) return std::nullopt;
      if (!Take(")")) return Fail("')' is expected");
      return inner;
    }
    return ReadComparison();
  }

  Expression ReadComparison() {
    auto left = ReadValue();
    if (!left) return std::nullopt;
    if (const auto op = ReadOperator()) {
      auto right = ReadValue();
      if (!right) return std::nullopt;
      return ast::FilterExpression{ast::FilterComparison{std::move(*left), *op, std::move(*right)}};
    }
    if (auto* path = std::get_if<ast::Path>(&*left)) {
      return ast::FilterExpression{ast::FilterExists{std::move(*path)}};
    }
    return Fail("an operator is expected");
  }

  std::optional<ast::FilterOperator> ReadOperator() {
    SkipSpace();
    for (const OperatorName& symbol : kSymbols) {
      if (Take(symbol.text)) return symbol.op;
    }
    size_t end = at_;
    while (end < text_.size() && IsWordCharacter(text_[end]))
      ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    for (const OperatorName& name : kWords) {
      if (!EqualsIgnoringCase(name.text, word)) continue;
      at_ = end;
      return name.op;
    }
    return std::nullopt;
  }

  std::optional<ast::FilterOperand> ReadValue() {
    SkipSpace();
    if (at_ == text_.size()) return FailValue("a value is expected");
    const char c = text_[at_];
    if (c == '@' || c == '$') return ReadPath();
    if (c == '\'' || c == '"') {
      const size_t end = FindClosingQuote(text_, at_);
      if (end == std::string_view::npos) return FailValue("the closing quote is missing");
      std::string text = UnescapeQuoted(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return ast::FilterLiteral{ast::FilterLiteral::Kind::kString, std::move(text)};
    }
    if (c == '/') return ReadPattern();
    if (c == '[' || c == '{') {
      const size_t end = FindClosingBracket(text_, at_);
      if (end == std::string_view::npos) return FailValue("the closing bracket is missing");
      std::string text = ToJsonQuotes(text_.substr(at_, end - at_ + 1));
      at_ = end + 1;
      return ast::FilterLiteral{ast::FilterLiteral::Kind::kJson, std::move(text)};
    }
    return ReadWord();
  }

  std::optional<ast::FilterOperand> ReadPath() {
    const size_t start = at_;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '[') {
        const size_t close = FindClosingBracket(text_, at_);
        if (close == std::string_view::npos) return FailValue("']' is missing");
        at_ = close + 1;
        continue;
      }
      if (c == '(' && text_.substr(at_, 2) == "()") {
        at_ += 2;
        continue;
      }
      if (c == ' ' || c == ')' || c == '<' || c == '>' || c == '=' || c == '~' || c == '!' ||
          c == '&' || c == '|' || c == ',') {
        break;
      }
      ++at_;
    }
    auto path = ParsePathInFilter(text_.substr(start, at_ - start), filter_depth_);
    if (!path) {
      at_ = start + path.error().offset;
      return FailValue(std::move(path.error().reason));
    }
    return std::move(*path);
  }

  std::optional<ast::FilterOperand> ReadPattern() {
    const size_t end = FindClosingQuote(text_, at_);
    if (end == std::string_view::npos) return FailValue("the closing '/' is missing");
    ast::FilterPattern pattern;
    pattern.pattern = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (at_ < text_.size() && text_[at_] == 'i') {
      pattern.ignore_case = true;
      ++at_;
    }
    return pattern;
  }

  std::optional<ast::FilterOperand> ReadWord() {
    const size_t start = at_;
    while (at_ < text_.size() && IsWordCharacter(text_[at_]))
      ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (word.empty()) return FailValue("a value is expected");
    using Kind = ast::FilterLiteral::Kind;
    Kind kind = Kind::kWord;
    if (word == "true") kind = Kind::kTrue;
    if (word == "false") kind = Kind::kFalse;
    if (word == "null") kind = Kind::kNull;
    if (IsJsonNumber(word)) return ast::FilterLiteral{Kind::kNumber, WithoutLeadingZeros(word)};
    return ast::FilterLiteral{kind, std::string(word)};
  }

  bool Take(std::string_view token) {
    SkipSpace();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
  }

  std::nullopt_t Fail(std::string reason) {
    error_ = {std::move(reason), at_};
    return std::nullopt;
  }
  std::optional<ast::FilterOperand> FailValue(std::string reason) {
    return Fail(std::move(reason));
  }
  Parsed<ast::FilterExpression> Failed() { return tl::unexpected<SyntaxError>(std::move(error_)); }

  std::string_view text_;
  int filter_depth_;
  size_t at_ = 0;
  SyntaxError error_;
};

}  // namespace

Parsed<ast::FilterExpression> ParseFilter(std::string_view text, int filter_depth) {
  return FilterParser(text, filter_depth).Parse();
}

}  // namespace aslx::compiler
