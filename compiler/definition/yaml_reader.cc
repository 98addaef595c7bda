#include "compiler/definition/yaml_reader.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "compiler/definition/tree_builder.h"
#include "compiler/definition/utf8.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

/// Aliases are copied, so a small text can stand for a huge tree; this many nodes are more than a
/// definition of the largest size has.
constexpr size_t kNodesMax = 600'000;

TextPosition PositionOf(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  return {static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)};
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// The scalar as a JSON number, if the core schema reads it as one.
std::optional<std::string> AsJsonNumber(const std::string& text) {
  size_t at = 0;
  std::string out;
  if (text[at] == '-' || text[at] == '+') {
    if (text[at] == '-') out = "-";
    ++at;
  }
  size_t digits = at;
  while (digits < text.size() && IsDigit(text[digits]))
    ++digits;
  if (digits == at) return std::nullopt;
  std::string_view integer(text.data() + at, digits - at);
  while (integer.size() > 1 && integer.front() == '0')
    integer.remove_prefix(1);
  out.append(integer);
  at = digits;
  if (at < text.size() && text[at] == '.') {
    size_t end = at + 1;
    while (end < text.size() && IsDigit(text[end]))
      ++end;
    if (end > at + 1) out.append(text, at, end - at);
    at = end;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    size_t end = at + 1;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    const size_t first = end;
    while (end < text.size() && IsDigit(text[end]))
      ++end;
    if (end == first) return std::nullopt;
    out.append(text, at, end - at);
    at = end;
  }
  if (at != text.size()) return std::nullopt;
  return out;
}

class Reader {
 public:
  Reader(TreeBuilder* builder, Diagnostics* diagnostics)
      : builder_(builder), diagnostics_(diagnostics) {}

  bool Read(const YAML::Node& root) {
    if (!Enter(root)) return false;
    while (!open_.empty()) {
      Open& top = open_.back();
      if (top.next == top.node.end()) {
        builder_->Close();
        open_.pop_back();
        continue;
      }
      const auto entry = *top.next;
      ++top.next;
      if (top.node.IsMap()) {
        if (!entry.first.IsScalar()) return Error(entry.first, "a name must be a scalar");
        if (!CheckUtf8(entry.first)) return false;
        builder_->Key(entry.first.Scalar(), PositionOf(entry.first));
        if (!Enter(entry.second)) return false;
      } else if (!Enter(entry)) {
        return false;
      }
    }
    return true;
  }

 private:
  struct Open {
    YAML::Node node;
    YAML::const_iterator next;
  };

  bool Enter(const YAML::Node& node) {
    if (++node_count_ > kNodesMax) return Error(node, "aliases make the definition too large");
    if (node.IsMap() || node.IsSequence()) {
      const JsonType type = node.IsMap() ? JsonType::kObject : JsonType::kArray;
      if (!builder_->Open(type, PositionOf(node))) {
        return Error(node, "nested deeper than " + std::to_string(limits::kJsonDepthMax));
      }
      open_.push_back({node, node.begin()});
      return true;
    }
    if (!CheckUtf8(node)) return false;
    Scalar(node);
    return true;
  }

  /// The library takes any bytes.
  bool CheckUtf8(const YAML::Node& node) {
    return !node.IsScalar() || FindInvalidUtf8(node.Scalar()) == std::string_view::npos ||
           Error(node, "bytes that are not UTF-8");
  }

  void Scalar(const YAML::Node& node) {
    const TextPosition at = PositionOf(node);
    if (node.IsNull() || !node.IsDefined()) {
      return builder_->Scalar(JsonType::kNull, {}, false, at);
    }
    const std::string& text = node.Scalar();
    // yaml-cpp marks what was quoted with the tag "!", and a plain scalar with "?".
    const bool plain = node.Tag() == "?" || node.Tag().empty();
    if (!plain || text.empty()) return builder_->Scalar(JsonType::kString, text, false, at);
    if (text == "true" || text == "True" || text == "TRUE") {
      return builder_->Scalar(JsonType::kBoolean, {}, true, at);
    }
    if (text == "false" || text == "False" || text == "FALSE") {
      return builder_->Scalar(JsonType::kBoolean, {}, false, at);
    }
    if (const auto number = AsJsonNumber(text)) {
      return builder_->Scalar(JsonType::kNumber, *number, false, at);
    }
    builder_->Scalar(JsonType::kString, text, false, at);
  }

  bool Error(const YAML::Node& node, const std::string& what) {
    const TextPosition at = PositionOf(node);
    Diagnostic diagnostic;
    diagnostic.code = codes::kInvalidJson;
    diagnostic.message = "Invalid YAML: " + what;
    diagnostic.line = at.line;
    diagnostic.column = at.column;
    diagnostics_->Add(std::move(diagnostic));
    return false;
  }

  TreeBuilder* builder_;
  Diagnostics* diagnostics_;
  std::vector<Open> open_;
  size_t node_count_ = 0;
};

/// Block and flow nesting that the library, which recurses, would follow: refused beforehand by a
/// bound on indentation columns and on open brackets.
bool TooDeep(std::string_view text) {
  size_t brackets = 0;
  size_t deepest = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++brackets);
    if ((c == ']' || c == '}') && brackets > 0) --brackets;
  }
  if (deepest > limits::kJsonDepthMax) return true;
  size_t run = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    // "- - - -" nests without indentation.
    if (text[i] == '-' && text[i + 1] == ' ') {
      if (++run > limits::kJsonDepthMax) return true;
      ++i;
    } else if (text[i] != ' ') {
      run = 0;
    }
  }
  return false;
}

/// Takes a document's events and does nothing with them.
class NoEvents final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// Nothing when there is one document, else what there is. Counted apart, and no further than two:
/// on a text such as `,` the library finds documents without end and never moves on, so LoadAll
/// would eat all memory.
const char* NotOneDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  NoEvents events;
  if (!parser.HandleNextDocument(events)) return "one document expected, found none";
  if (parser.HandleNextDocument(events)) return "one document expected, found several";
  return nullptr;
}

}  // namespace

bool ReadYaml(std::string_view text, Placeholders* placeholders, JsonDocument* document,
              Diagnostics* diagnostics) {
  const auto fail = [&](const std::string& message, TextPosition at) {
    Diagnostic diagnostic;
    diagnostic.code = codes::kInvalidJson;
    diagnostic.message = "Invalid YAML: " + message;
    diagnostic.line = at.line;
    diagnostic.column = at.column;
    diagnostics->Add(std::move(diagnostic));
    return false;
  };
  if (TooDeep(text)) {
    return fail("nested deeper than " + std::to_string(limits::kJsonDepthMax), {1, 1});
  }
  try {
    const std::string copy(text);
    if (const char* wrong = NotOneDocument(copy)) return fail(wrong, {1, 1});
    const YAML::Node root = YAML::Load(copy);
    TreeBuilder builder(document, placeholders);
    Reader reader(&builder, diagnostics);
    if (!reader.Read(root)) return false;
    builder.Finish();
    return true;
  } catch (const YAML::Exception& e) {
    return fail(e.msg,
                {static_cast<uint32_t>(e.mark.line + 1), static_cast<uint32_t>(e.mark.column + 1)});
  }
}

}  // namespace aslx::compiler
