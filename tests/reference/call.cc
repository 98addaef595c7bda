#include "tests/reference/call.h"

#include <cctype>

#include "tests/reference/functions.h"

namespace aslx::reference {
namespace {

constexpr int kCallDepthMax = 100;  // nested calls; AWS's limit is far lower

// Reads and evaluates `States.Name(argument, …)` in one pass. `whole` is the text of the outermost
// call, which every failure quotes.
class CallReader {
 public:
  CallReader(std::string_view whole, const Json& input, const Scope& scope)
      : whole_(whole), input_(input), scope_(scope) {}

  Outcome<Json> Call(int depth) {
    std::string name;
    while (!Done() && Peek() != '(')
      name += whole_[at_++];
    if (depth > kCallDepthMax || !Take('(')) return Fail("not a call: " + name);
    std::vector<Argument> arguments;
    SkipSpaces();
    while (!Take(')')) {
      if (!arguments.empty() && !Take(',')) return Fail("a comma is missing");
      SkipSpaces();
      Outcome<Argument> argument = ReadArgument(depth);
      if (!argument.has_value()) return tl::unexpected<Fault>(argument.error());
      arguments.push_back(std::move(*argument));
      SkipSpaces();
    }
    FunctionResult result = CallFunction(name, arguments, *scope_.random);
    if (!result.has_value()) return Fail(result.error());
    return std::move(*result);
  }

 private:
  bool Done() const { return at_ >= whole_.size(); }
  char Peek() const { return Done() ? '\0' : whole_[at_]; }
  bool Take(char c) {
    if (Peek() != c || Done()) return false;
    ++at_;
    return true;
  }
  void SkipSpaces() {
    while (Peek() == ' ')
      ++at_;
  }

  tl::unexpected<Fault> Fail(const std::string& reason) const {
    return RuntimeFault("The function '" + std::string(whole_) +
                        "' had the following error: " + reason);
  }

  Outcome<Argument> ReadArgument(int depth) {
    if (Peek() == '\'') return ReadText();
    if (Peek() == '$') return ReadPath();
    if (whole_.substr(at_, 7) == "States.") {
      Outcome<Json> inner = Call(depth + 1);
      if (!inner.has_value()) return tl::unexpected<Fault>(inner.error());
      return Argument{.value = std::move(*inner)};
    }
    std::string word;
    while (!Done() && Peek() != ',' && Peek() != ')' && Peek() != ' ')
      word += whole_[at_++];
    const std::optional<Json> literal = ParseJson(word);
    if (!literal.has_value()) return Fail("not an argument: " + word);
    return Argument{.value = *literal};
  }

  Outcome<Argument> ReadText() {
    Take('\'');
    Argument argument{.literal = true};
    std::string text;
    while (!Done() && Peek() != '\'') {
      if (Peek() == '\\' && at_ + 1 < whole_.size()) {
        ++at_;
        text += whole_[at_++];
        continue;
      }
      if (whole_.substr(at_, 2) == "{}") {
        argument.holes.push_back(text.size());
        text += "{}";
        at_ += 2;
        continue;
      }
      text += whole_[at_++];
    }
    if (!Take('\'')) return Fail("a quote is not closed");
    argument.value = Json::String(std::move(text));
    return argument;
  }

  // A path ends at a comma or parenthesis outside of its own brackets.
  Outcome<Argument> ReadPath() {
    const size_t start = at_;
    int brackets = 0;
    char quote = '\0';
    for (; !Done(); ++at_) {
      const char c = Peek();
      if (quote != '\0') {
        if (c == '\\') ++at_;
        if (c == quote) quote = '\0';
        continue;
      }
      if (brackets == 0 && (c == ',' || c == ')' || c == ' ')) break;
      if (c == '[') ++brackets;
      if (c == ']') --brackets;
      if (brackets > 0 && (c == '\'' || c == '"')) quote = c;
    }
    const std::string text(whole_.substr(start, at_ - start));
    const std::optional<Path> path = ParsePath(text);
    if (!path.has_value()) return Fail("not a path: " + text);
    const Json* root = RootOf(*path, input_, scope_);
    PathResult result;
    if (root != nullptr) result = Evaluate(*path, *root);
    if (result.found && !result.past_end) return Argument{.value = std::move(result.value)};
    if (result.why.rfind("Filter: ", 0) == 0) return Fail(result.why);
    // A path of the context object is reported with one dollar sign.
    const bool context = path->root == Path::Root::kContext;
    return Fail("The JsonPath argument for the field '" + (context ? text.substr(1) : text) +
                "' could not be found in the input '" + WriteJson(input_) + "'");
  }

  std::string_view whole_;
  const Json& input_;
  const Scope& scope_;
  size_t at_ = 0;
};

}  // namespace

Outcome<Json> EvaluateCall(std::string_view text, const Json& input, const Scope& scope) {
  return CallReader(text, input, scope).Call(0);
}

}  // namespace aslx::reference
