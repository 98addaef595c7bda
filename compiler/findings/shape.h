// What is known about the form of a JSON value: which members it may have, whether it is an array.
//
// An upper bound: what a Shape does not have cannot be there; what it has may be missing all the
// same. What grows beyond a bound becomes Anything, so that every operation is cheap. Made from
// literals, samples and schemas, carried from state to state by path_findings.cc. Thread: any.
// Memory: immutable, shared.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/ast/path.h"
#include "compiler/definition/json_node.h"

namespace aslx::compiler {

class Shape {
 public:
  enum class Kind : uint8_t { kAnything, kObject, kArray, kScalar };
  using Members = std::map<std::string, Shape, std::less<>>;

  static Shape Anything() { return Shape(); }
  static Shape Scalar();
  static Shape Array(Shape element);
  /// `open`: members of other names may be there too.
  static Shape Object(Members members, bool open);
  /// Nesting is that of JSON, which the reader limits.
  static Shape FromJson(const JsonNode& node);

  Kind kind() const { return node_ == nullptr ? Kind::kAnything : node_->kind; }
  const Members& members() const { return node_->members; }
  bool open() const { return node_->open; }
  const Shape& element() const { return node_->members.begin()->second; }

  bool operator==(const Shape& other) const;

 private:
  struct Node {
    Kind kind = Kind::kScalar;
    bool open = false;
    /// Of an array the element, under an empty name.
    Members members;
    /// As a tree, whatever is shared: what a comparison costs.
    size_t node_count = 1;
    size_t height = 1;
  };
  static Shape FromNode(Node node);
  std::shared_ptr<const Node> node_;
};

/// What may be either of the two.
Shape Join(const Shape& a, const Shape& b);

/// The shape of what `path` selects in `shape`, or nothing when it cannot select anything. Roots
/// other than `$` and steps other than names and indices may select anything.
std::optional<Shape> Select(const Shape& shape, const ast::Path& path);

/// `shape` with `value` at `path`, as ResultPath puts it there.
Shape Graft(const Shape& shape, const ast::Path& path, const Shape& value);

/// `{a, b}`, for messages.
std::string Describe(const Shape& shape);

}  // namespace aslx::compiler
