#include "compiler/findings/shape.h"

#include <algorithm>
#include <utility>

namespace aslx::compiler {
namespace {

/// Deeper than this nothing is remembered; a loop that nests its own input comes to rest here.
constexpr size_t kDepthMax = 24;
constexpr size_t kHeightMax = 2 * kDepthMax;
/// A shape is compared and joined at each transition; larger ones than this are forgotten.
constexpr size_t kNodesMax = 10'000;
constexpr size_t kDescribedMembersMax = 8;

Shape FromJsonAt(const JsonNode& node, size_t depth) {
  if (depth > kDepthMax) return Shape::Anything();
  if (node.is_object()) {
    Shape::Members members;
    for (const JsonMember& member : node.members) {
      members.insert_or_assign(std::string(member.key), FromJsonAt(member.value, depth + 1));
    }
    return Shape::Object(std::move(members), false);
  }
  if (!node.is_array()) return Shape::Scalar();
  if (node.items.empty()) return Shape::Array(Shape::Anything());
  Shape element = FromJsonAt(node.items.front(), depth + 1);
  for (const JsonNode& item : node.items.subspan(1)) {
    element = Join(element, FromJsonAt(item, depth + 1));
  }
  return Shape::Array(std::move(element));
}

Shape JoinAt(const Shape& a, const Shape& b, size_t depth) {
  if (a == b) return a;
  if (depth > kDepthMax || a.kind() != b.kind()) return Shape::Anything();
  switch (a.kind()) {
    case Shape::Kind::kAnything:
    case Shape::Kind::kScalar: return a;
    case Shape::Kind::kArray: return Shape::Array(JoinAt(a.element(), b.element(), depth + 1));
    case Shape::Kind::kObject: break;
  }
  Shape::Members members = a.members();
  for (const auto& [name, shape] : b.members()) {
    const auto [it, added] = members.try_emplace(name, shape);
    if (!added) it->second = JoinAt(it->second, shape, depth + 1);
  }
  // Members that the other side may have under "open" may be anything.
  if (a.open() != b.open()) {
    const Shape& closed = a.open() ? b : a;
    for (auto& [name, shape] : members) {
      if (closed.members().count(name) > 0) shape = Shape::Anything();
    }
  }
  return Shape::Object(std::move(members), a.open() || b.open());
}

Shape GraftAt(const Shape& shape, const ast::Path& path, size_t step, const Shape& value) {
  if (step == path.steps.size()) return value;
  const auto* child = std::get_if<ast::ChildStep>(&path.steps[step]);
  if (child == nullptr || step > kDepthMax) return Shape::Anything();
  if (shape.kind() == Shape::Kind::kAnything) {
    Shape inner = GraftAt(Shape::Anything(), path, step + 1, value);
    return Shape::Object({{child->name, std::move(inner)}}, true);
  }
  Shape::Members members;
  bool open = false;
  if (shape.kind() == Shape::Kind::kObject) {
    members = shape.members();
    open = shape.open();
  }
  const auto it = members.find(child->name);
  const Shape before = it != members.end() ? it->second
                       : open              ? Shape::Anything()
                                           : Shape::Object({}, false);
  members.insert_or_assign(child->name, GraftAt(before, path, step + 1, value));
  return Shape::Object(std::move(members), open);
}

}  // namespace

Shape Shape::FromNode(Node node) {
  for (const auto& [name, member] : node.members) {
    if (member.node_ == nullptr) continue;
    node.node_count += member.node_->node_count;
    node.height = std::max(node.height, member.node_->height + 1);
  }
  Shape shape;
  if (node.node_count + node.members.size() > kNodesMax || node.height > kHeightMax) return shape;
  shape.node_ = std::make_shared<const Node>(std::move(node));
  return shape;
}

Shape Shape::Scalar() {
  return FromNode({Kind::kScalar, false, {}});
}

Shape Shape::Array(Shape element) {
  Node node{Kind::kArray, false, {}};
  node.members.emplace("", std::move(element));
  return FromNode(std::move(node));
}

Shape Shape::Object(Members members, bool open) {
  return FromNode({Kind::kObject, open, std::move(members)});
}

Shape Shape::FromJson(const JsonNode& node) {
  return FromJsonAt(node, 0);
}

bool Shape::operator==(const Shape& other) const {
  if (node_ == other.node_) return true;
  if (kind() != other.kind() || kind() == Kind::kAnything) return kind() == other.kind();
  return node_->open == other.node_->open && node_->members == other.node_->members;
}

Shape Join(const Shape& a, const Shape& b) {
  return JoinAt(a, b, 0);
}

std::optional<Shape> Select(const Shape& shape, const ast::Path& path) {
  if (path.root != ast::PathRoot::kInput) return Shape::Anything();
  Shape at = shape;
  for (const ast::PathStep& step : path.steps) {
    if (at.kind() == Shape::Kind::kAnything) return at;
    if (const auto* child = std::get_if<ast::ChildStep>(&step)) {
      if (at.kind() != Shape::Kind::kObject) return std::nullopt;
      const auto it = at.members().find(child->name);
      if (it == at.members().end()) {
        if (!at.open()) return std::nullopt;
        return Shape::Anything();
      }
      at = Shape(it->second);
    } else if (std::holds_alternative<ast::IndexStep>(step)) {
      if (at.kind() != Shape::Kind::kArray) return std::nullopt;
      at = Shape(at.element());
    } else {
      return Shape::Anything();
    }
  }
  return at;
}

Shape Graft(const Shape& shape, const ast::Path& path, const Shape& value) {
  return GraftAt(shape, path, 0, value);
}

std::string Describe(const Shape& shape) {
  switch (shape.kind()) {
    case Shape::Kind::kAnything: return "anything";
    case Shape::Kind::kScalar: return "a text, a number, a boolean or null";
    case Shape::Kind::kArray: return "an array";
    case Shape::Kind::kObject: break;
  }
  std::string out = "{";
  size_t count = 0;
  for (const auto& [name, member] : shape.members()) {
    if (count > 0) out.append(", ");
    if (++count > kDescribedMembersMax) {
      out.append("...");
      break;
    }
    out.append(name);
  }
  return out + "}";
}

}  // namespace aslx::compiler
