#include "compiler/parser/intrinsic_parser.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "compiler/parser/path_parser.h"
#include "compiler/parser/quoted_text.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

std::optional<FunctionId> FindFunction(std::string_view name) {
  for (uint32_t i = 0; i < kFunctionCount; ++i) {
    const auto function = static_cast<FunctionId>(i);
    if (FactsOf(function).name == name) return function;
  }
  return std::nullopt;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '.' || c == '_';
}

class IntrinsicParser {
 public:
  explicit IntrinsicParser(std::string_view text) : text_(text) {}

  Parsed<ast::IntrinsicCall> Parse() {
    auto call = ReadCall(1);
    if (!call) return Failed();
    if (at_ < text_.size()) {
      Fail("nothing may follow the closing ')'");
      return Failed();
    }
    return std::move(*call);
  }

 private:
  using Argument = std::optional<ast::IntrinsicArgument>;

  std::optional<ast::IntrinsicCall> ReadCall(uint32_t depth) {
    if (depth > limits::kIntrinsicNestingMax) {
      return Fail("calls may be nested " + std::to_string(limits::kIntrinsicNestingMax) +
                  " deep at most");
    }
    const size_t start = at_;
    while (at_ < text_.size() && IsNameCharacter(text_[at_]))
      ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    const auto function = FindFunction(name);
    if (!function) {
      at_ = start;
      return Fail("there is no intrinsic function '" + std::string(name) + "'");
    }
    if (at_ == text_.size() || text_[at_] != '(') return Fail("'(' is expected");
    ++at_;
    ast::IntrinsicCall call;
    call.function = *function;
    if (!ReadArguments(depth, &call)) return std::nullopt;
    call.text = text_.substr(start, at_ - start);
    const FunctionFacts& facts = FactsOf(*function);
    const size_t count = call.arguments.size();
    if (count < facts.arguments_min || count > facts.arguments_max) {
      return Fail(std::string(name) + " does not take " + std::to_string(count) + " arguments");
    }
    return call;
  }

  bool ReadArguments(uint32_t depth, ast::IntrinsicCall* call) {
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == ')') {
      ++at_;
      return true;
    }
    while (true) {
      SkipSpace();
      Argument argument = ReadArgument(depth);
      if (!argument) return false;
      call->arguments.push_back(std::move(*argument));
      SkipSpace();
      if (at_ == text_.size()) return FailStep("the closing ')' is missing");
      if (text_[at_] == ')') {
        ++at_;
        return true;
      }
      if (text_[at_] != ',') return FailStep("',' or ')' is expected");
      ++at_;
    }
  }

  Argument ReadArgument(uint32_t depth) {
    if (at_ == text_.size()) return FailArgument("an argument is expected");
    const char c = text_[at_];
    if (c == '$') return ReadPath();
    if (c == '\'') return ReadText();
    if (c == '-' || IsDigit(c)) return ReadNumber();
    if (LooksLikeIntrinsic(text_.substr(at_))) {
      auto call = ReadCall(depth + 1);
      if (!call) return std::nullopt;
      return std::make_unique<ast::IntrinsicCall>(std::move(*call));
    }
    using Kind = ast::IntrinsicLiteral::Kind;
    const std::pair<std::string_view, Kind> words[] = {
        {"true", Kind::kTrue}, {"false", Kind::kFalse}, {"null", Kind::kNull}};
    for (const auto& [word, kind] : words) {
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return ast::IntrinsicLiteral{kind, std::string(word), {}};
    }
    return FailArgument("a path, a text in single quotes, a number or a call is expected");
  }

  Argument ReadPath() {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != ')') {
      if (text_[at_] == '[') {
        const size_t close = FindClosingBracket(text_, at_);
        if (close == std::string_view::npos) return FailArgument("']' is missing");
        at_ = close;
      } else if (text_.substr(at_, 2) == "()") {
        ++at_;
      }
      ++at_;
    }
    auto path = ParsePath(text_.substr(start, at_ - start));
    if (!path) {
      at_ = start + path.error().offset;
      return FailArgument(std::move(path.error().reason));
    }
    return std::move(*path);
  }

  Argument ReadText() {
    const size_t end = FindClosingQuote(text_, at_);
    if (end == std::string_view::npos) return FailArgument("the closing quote is missing");
    ast::IntrinsicLiteral literal;
    literal.kind = ast::IntrinsicLiteral::Kind::kString;
    literal.raw = text_.substr(at_ + 1, end - at_ - 1);
    for (++at_; at_ < end; ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
        const char c = text_[at_];
        if (c != '\'' && c != '{' && c != '}' && c != '\\') {
          return FailArgument("only \\', \\{, \\} and \\\\ are escapes");
        }
      }
      literal.text.push_back(text_[at_]);
    }
    at_ = end + 1;
    return literal;
  }

  Argument ReadNumber() {
    const size_t start = at_;
    if (text_[at_] == '-') ++at_;
    if (at_ + 1 < text_.size() && text_[at_] == '0' && IsDigit(text_[at_ + 1])) {
      return FailArgument("a number has no leading zeros");
    }
    if (!SkipDigits()) return FailArgument("a digit is expected");
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!SkipDigits()) return FailArgument("a digit is expected");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
      if (!SkipDigits()) return FailArgument("a digit is expected");
    }
    return ast::IntrinsicLiteral{
        ast::IntrinsicLiteral::Kind::kNumber, std::string(text_.substr(start, at_ - start)), {}};
  }

  bool SkipDigits() {
    const size_t start = at_;
    while (at_ < text_.size() && IsDigit(text_[at_]))
      ++at_;
    return at_ > start;
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  std::nullopt_t Fail(std::string reason) {
    error_ = {std::move(reason), at_};
    return std::nullopt;
  }
  Argument FailArgument(std::string reason) { return Fail(std::move(reason)); }
  bool FailStep(std::string reason) {
    Fail(std::move(reason));
    return false;
  }
  Parsed<ast::IntrinsicCall> Failed() { return tl::unexpected<SyntaxError>(std::move(error_)); }

  std::string_view text_;
  size_t at_ = 0;
  SyntaxError error_;
};

}  // namespace

Parsed<ast::IntrinsicCall> ParseIntrinsic(std::string_view text) {
  return IntrinsicParser(text).Parse();
}

}  // namespace aslx::compiler
