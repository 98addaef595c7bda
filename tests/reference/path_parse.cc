#include <cctype>

#include "tests/reference/decimal.h"
#include "tests/reference/path.h"

namespace aslx::reference {
namespace {

constexpr int kFilterDepthMax = 50;  // nesting of parentheses, far above what anyone writes

// A cursor over the text; every function leaves it behind what it read.
class PathReader {
 public:
  PathReader(std::string_view text, size_t at) : text_(text), at_(at) {}

  std::optional<Path> ReadPath(bool inside_filter) {
    Path path;
    const size_t start = at_;
    if (Take('@')) {
      path.root = Path::Root::kCurrent;
    } else if (!Take('$')) {
      return Refuse("a path begins with $");
    } else if (!inside_filter && Take('$')) {
      path.root = Path::Root::kContext;
    } else if (!inside_filter && !Done() && Peek() != '.' && Peek() != '[') {
      path.root = Path::Root::kVariable;
      while (!Done() && Peek() != '.' && Peek() != '[')
        path.variable += text_[at_++];
    }
    while (!Done()) {
      if (inside_filter && Peek() != '.' && Peek() != '[') break;
      if (!ReadStep(path)) return std::nullopt;
    }
    path.text = std::string(text_.substr(start, at_ - start));
    return path;
  }

  bool Done() const { return at_ >= text_.size(); }
  std::string why;

 private:
  char Peek() const { return Done() ? '\0' : text_[at_]; }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void SkipSpaces() {
    while (Peek() == ' ')
      ++at_;
  }
  std::nullopt_t Refuse(std::string reason) {
    if (why.empty()) why = std::move(reason);
    return std::nullopt;
  }
  bool Fail(std::string reason) {
    Refuse(std::move(reason));
    return false;
  }

  bool ReadStep(Path& path) {
    if (Take('.')) {
      if (Take('.')) {
        path.steps.push_back({.kind = PathStep::Kind::kDescent});
        if (Peek() == '[') return ReadBracket(path);
      } else if (Peek() == '[') {
        return Fail("a name is missing after the dot");
      }
      return ReadName(path);
    }
    if (Peek() == '[') return ReadBracket(path);
    return Fail("a step begins with a dot or a bracket");
  }

  bool ReadName(Path& path) {
    if (Take('*')) {
      path.steps.push_back({.kind = PathStep::Kind::kWildcard});
      return true;
    }
    constexpr std::string_view kEnds = ".[]()=!<>&|, ?'\"";
    std::string name;
    while (!Done() && kEnds.find(Peek()) == std::string_view::npos)
      name += text_[at_++];
    if (name.empty()) return Fail("a name is missing after the dot");
    if (name == "length" && TakeWord("()")) {
      path.steps.push_back({.kind = PathStep::Kind::kLength});
      return true;
    }
    PathStep step;
    step.names.push_back(std::move(name));
    path.steps.push_back(std::move(step));
    return true;
  }

  bool ReadBracket(Path& path) {
    Take('[');
    SkipSpaces();
    if (Take('*')) {
      path.steps.push_back({.kind = PathStep::Kind::kWildcard});
    } else if (Peek() == '\'' || Peek() == '"') {
      PathStep step;
      do {
        SkipSpaces();
        std::optional<std::string> name = ReadQuoted();
        if (!name.has_value()) return false;
        step.names.push_back(std::move(*name));
        SkipSpaces();
      } while (Take(','));
      path.steps.push_back(std::move(step));
    } else if (Take('?')) {
      SkipSpaces();
      if (!Take('(')) return Fail("a filter begins with ?(");
      PathStep step{.kind = PathStep::Kind::kFilter};
      step.filter = ReadOr(0);
      if (step.filter == nullptr) return false;
      SkipSpaces();
      if (!Take(')')) return Fail("a filter ends with )");
      path.steps.push_back(std::move(step));
    } else if (!ReadNumbers(path)) {
      return false;
    }
    SkipSpaces();
    return Take(']') || Fail("a bracket is not closed");
  }

  bool ReadNumbers(Path& path) {
    PathStep step{.kind = PathStep::Kind::kIndexes};
    std::optional<int64_t> first = ReadInteger();
    SkipSpaces();
    if (Take(':')) {
      step.kind = PathStep::Kind::kSlice;
      step.from = first;
      SkipSpaces();
      step.to = ReadInteger();
      if (!step.from.has_value() && !step.to.has_value()) return Fail("a slice without an end");
      path.steps.push_back(std::move(step));
      return true;
    }
    if (!first.has_value()) return Fail("a bracket holds a name, an index, a slice or a filter");
    step.indexes.push_back(*first);
    while (Take(',')) {
      SkipSpaces();
      const std::optional<int64_t> next = ReadInteger();
      if (!next.has_value()) return Fail("an index is missing");
      step.indexes.push_back(*next);
      SkipSpaces();
    }
    path.steps.push_back(std::move(step));
    return true;
  }

  std::optional<int64_t> ReadInteger() {
    const size_t start = at_;
    if (Peek() == '-') ++at_;
    while (std::isdigit(static_cast<unsigned char>(Peek())) != 0)
      ++at_;
    const std::optional<int64_t> value = ParseLong(text_.substr(start, at_ - start));
    if (!value.has_value()) at_ = start;
    return value;
  }

  std::optional<std::string> ReadQuoted() {
    const char quote = Peek();
    if (quote != '\'' && quote != '"') return Refuse("a quote is missing");
    ++at_;
    std::string out;
    while (!Done() && Peek() != quote) {
      // A backslash stands for itself but before the quote and another backslash.
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      if (Peek() == '\\' && (next == quote || next == '\\')) ++at_;
      out += text_[at_++];
    }
    if (!Take(quote)) return Refuse("a quote is not closed");
    return out;
  }

  using Node = std::shared_ptr<const FilterNode>;

  Node ReadOr(int depth) { return ReadChain(depth, FilterNode::Kind::kOr, "||"); }
  Node ReadAnd(int depth) { return ReadChain(depth, FilterNode::Kind::kAnd, "&&"); }

  Node ReadChain(int depth, FilterNode::Kind kind, std::string_view sign) {
    auto chain = std::make_shared<FilterNode>();
    chain->kind = kind;
    do {
      Node child = kind == FilterNode::Kind::kOr ? ReadAnd(depth) : ReadTerm(depth);
      if (child == nullptr) return nullptr;
      chain->children.push_back(std::move(child));
      SkipSpaces();
    } while (TakeWord(sign));
    return chain->children.size() == 1 ? chain->children[0] : chain;
  }

  Node ReadTerm(int depth) {
    if (depth > kFilterDepthMax) {
      Refuse("a filter nested too deeply");
      return nullptr;
    }
    SkipSpaces();
    if (Take('!')) {
      auto node = std::make_shared<FilterNode>();
      node->kind = FilterNode::Kind::kNot;
      node->children.push_back(ReadTerm(depth + 1));
      return node->children[0] == nullptr ? nullptr : node;
    }
    if (Take('(')) {
      Node inner = ReadOr(depth + 1);
      SkipSpaces();
      if (inner != nullptr && !Take(')')) {
        Refuse("a parenthesis is not closed");
        return nullptr;
      }
      return inner;
    }
    return ReadComparison();
  }

  Node ReadComparison() {
    auto node = std::make_shared<FilterNode>();
    if (!ReadOperand(node->left)) return nullptr;
    SkipSpaces();
    for (const std::string_view op : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (!TakeWord(op)) continue;
      node->kind = FilterNode::Kind::kCompare;
      node->op = std::string(op);
      SkipSpaces();
      return ReadOperand(node->right) ? node : nullptr;
    }
    return node;
  }

  bool ReadOperand(FilterNode::Operand& operand) {
    if (Peek() == '@' || Peek() == '$') {
      operand.path = ReadPath(true);
      return operand.path.has_value();
    }
    if (Peek() == '\'' || Peek() == '"') {
      const std::optional<std::string> text = ReadQuoted();
      if (text.has_value()) operand.literal = Json::String(*text);
      return text.has_value();
    }
    std::string word;
    while (!Done() && (std::isalnum(static_cast<unsigned char>(Peek())) != 0 || Peek() == '-' ||
                       Peek() == '+' || Peek() == '.')) {
      word += text_[at_++];
    }
    const std::optional<Json> literal = ParseJson(word);
    if (!literal.has_value()) return Fail("not a literal in a filter: " + word);
    operand.literal = *literal;
    return true;
  }

  std::string_view text_;
  size_t at_;
};

}  // namespace

std::optional<Path> ParsePath(std::string_view text, std::string* why) {
  PathReader reader(text, 0);
  std::optional<Path> path = reader.ReadPath(false);
  if (!path.has_value() && why != nullptr) *why = reader.why;
  return path;
}

bool IsDefinite(const Path& path) {
  for (size_t i = 0; i < path.steps.size(); ++i) {
    const PathStep& step = path.steps[i];
    switch (step.kind) {
      case PathStep::Kind::kNames:
        // Several names at the end make one object of them; before the end they branch.
        if (step.names.size() > 1 && i + 1 < path.steps.size()) return false;
        break;
      case PathStep::Kind::kIndexes:
        if (step.indexes.size() > 1) return false;
        break;
      case PathStep::Kind::kLength: break;
      case PathStep::Kind::kSlice:
      case PathStep::Kind::kWildcard:
      case PathStep::Kind::kDescent:
      case PathStep::Kind::kFilter: return false;
    }
  }
  return true;
}

}  // namespace aslx::reference
