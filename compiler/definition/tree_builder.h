// Builds the nodes of a JsonDocument from the events of a reader: open, value, close.
//
// What it is not: a reader. json_reader.cc and yaml_reader.cc know a syntax and call this, so that
// the two make the same tree: nesting limit, duplicate names, placeholders, parents.
// Thread: one at a time. Memory: texts and nodes go to the document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/definition/json_node.h"
#include "compiler/definition/placeholders.h"

namespace aslx::compiler {

struct TextPosition {
  uint32_t line = 0;
  uint32_t column = 0;
};

class TreeBuilder {
 public:
  TreeBuilder(JsonDocument* document, Placeholders* placeholders);

  /// False when the container would be nested deeper than kJsonDepthMax.
  [[nodiscard]] bool Open(JsonType type, TextPosition at);
  /// The name of the member whose value comes next. A name that has come before in this object
  /// replaces the earlier value.
  void Key(std::string_view key, TextPosition at);
  void Scalar(JsonType type, std::string_view text, bool boolean, TextPosition at);
  void Close();

  size_t depth() const { return open_.size(); }
  bool in_object() const { return !open_.empty() && open_.back().type == JsonType::kObject; }
  TextPosition opened_at() const { return open_.back().at; }
  /// Number of members or elements that the open container has so far.
  size_t child_count() const { return children_.size() - open_.back().first_child; }

  /// To be called once, after the last Close: hands the tree to the document.
  void Finish();

 private:
  struct Container {
    JsonType type;
    TextPosition at;
    size_t first_child;
    JsonMember pending;
  };
  void Add(JsonNode node);

  JsonDocument* document_;
  Placeholders* placeholders_;
  std::vector<Container> open_;
  /// The finished children of all open containers, innermost last.
  std::vector<JsonMember> children_;
};

}  // namespace aslx::compiler
