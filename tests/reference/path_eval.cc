#include <algorithm>

#include "tests/reference/decimal.h"
#include "tests/reference/path.h"

namespace aslx::reference {
namespace {

// Walks a document as Jayway's tokens do. `where` is the normalised path so far, for the messages;
// `definite` says that nothing before this step branched, so that a miss is an error.
// A null pointer for a node is Jackson's "no node": an index past the end of an array.
class Walker {
 public:
  Walker(const Path& path, const Json& document) : steps_(path.steps), document_(document) {}

  void Step(size_t i, const Json* node, const std::string& where, bool definite) {
    if (failed) return;
    if (i == steps_.size()) {
      hits.push_back(node);
      return;
    }
    const PathStep& step = steps_[i];
    switch (step.kind) {
      case PathStep::Kind::kNames: return Names(i, node, where, definite);
      case PathStep::Kind::kIndexes:
      case PathStep::Kind::kSlice: return Numbers(i, node, where, definite);
      case PathStep::Kind::kWildcard: return Wildcard(i, node, where);
      case PathStep::Kind::kDescent: return Descend(i + 1, node, where, 0);
      case PathStep::Kind::kFilter: return Filter(i, node, where, definite);
      case PathStep::Kind::kLength: return Length(node);
    }
  }

  bool failed = false;
  std::string why;
  std::vector<const Json*> hits;
  std::vector<std::unique_ptr<Json>> made;  // objects that unions put together

 private:
  void Fail(std::string reason) {
    failed = true;
    why = std::move(reason);
  }

  static std::string Quote(const std::string& name) { return "['" + name + "']"; }

  static std::string NamesText(const PathStep& step) {
    std::string out = "[";
    for (size_t i = 0; i < step.names.size(); ++i) {
      out += (i > 0 ? ",'" : "'") + step.names[i] + "'";
    }
    return out + "]";
  }

  static std::string NumbersText(const PathStep& step) {
    std::string out = "[";
    if (step.kind == PathStep::Kind::kSlice) {
      if (step.from.has_value()) out += std::to_string(*step.from);
      out += ":";
      if (step.to.has_value()) out += std::to_string(*step.to);
    }
    for (size_t i = 0; i < step.indexes.size(); ++i) {
      out += (i > 0 ? "," : "") + std::to_string(step.indexes[i]);
    }
    return out + "]";
  }

  void Names(size_t i, const Json* node, const std::string& where, bool definite) {
    const PathStep& step = steps_[i];
    if (node == nullptr || !node->is_object()) {
      if (!definite) return;
      const std::string found = node == nullptr ? "null" : NodeClass(*node);
      return Fail("Expected to find an object with property " + NamesText(step) + " in path " +
                  where + " but found '" + found +
                  "'. This is not a json object according to the JsonProvider: "
                  "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.");
    }
    const bool leaf = i + 1 == steps_.size();
    if (step.names.size() > 1 && leaf) {
      Json::Members members;
      for (const std::string& name : step.names) {
        const Json* member = node->Find(name);
        if (member == nullptr) continue;
        const auto same = [&](const Json::Member& other) { return other.first == name; };
        if (std::none_of(members.begin(), members.end(), same)) members.emplace_back(name, *member);
      }
      made.push_back(std::make_unique<Json>(Json::Object(std::move(members))));
      hits.push_back(made.back().get());
      return;
    }
    const bool single = step.names.size() == 1;
    for (const std::string& name : step.names) {
      const Json* member = node->Find(name);
      if (member != nullptr) {
        Step(i + 1, member, where + Quote(name), definite && single);
      } else if (!leaf && definite && single) {
        return Fail("Missing property in path " + where + Quote(name));
      }
    }
  }

  void Numbers(size_t i, const Json* node, const std::string& where, bool definite) {
    const PathStep& step = steps_[i];
    if (node == nullptr) {
      if (definite) Fail("The path " + where + " is null");
      return;
    }
    if (!node->is_array()) {
      if (definite) {
        Fail("Filter: " + NumbersText(step) +
             " can only be applied to arrays. Current context is: " + WriteJson(*node));
      }
      return;
    }
    const auto size = static_cast<int64_t>(node->items().size());
    const bool single = step.kind == PathStep::Kind::kIndexes && step.indexes.size() == 1;
    std::vector<int64_t> indexes = step.indexes;
    if (step.kind == PathStep::Kind::kSlice) indexes = SliceIndexes(step, size);
    for (const int64_t index : indexes)
      Index(i, *node, index, where, definite && single);
  }

  // Jayway resolves negative bounds only where a slice has one of them.
  static std::vector<int64_t> SliceIndexes(const PathStep& step, int64_t size) {
    int64_t from = 0;
    int64_t to = size;
    if (step.from.has_value() && step.to.has_value()) {
      from = *step.from;
      to = std::min(size, *step.to);
    } else if (step.from.has_value()) {
      from = std::max<int64_t>(0, *step.from < 0 ? size + *step.from : *step.from);
    } else {
      to = std::min(size, *step.to < 0 ? size + *step.to : *step.to);
    }
    std::vector<int64_t> indexes;
    if (size == 0) return indexes;
    // A start far below the array yields nothing but missing nodes; 1,000 of them tell as much.
    for (int64_t k = std::max(from, -size - 1000); k < to; ++k)
      indexes.push_back(k);
    return indexes;
  }

  void Index(size_t i, const Json& array, int64_t index, const std::string& where, bool definite) {
    const auto size = static_cast<int64_t>(array.items().size());
    const int64_t at = index < 0 ? size + index : index;
    const bool inside = at >= 0 && at < size;
    Step(i + 1, inside ? &array.items()[static_cast<size_t>(at)] : nullptr,
         where + "[" + std::to_string(index) + "]", definite);
  }

  void Wildcard(size_t i, const Json* node, const std::string& where) {
    if (node == nullptr) return;
    if (node->is_object()) {
      for (const auto& [name, member] : node->members()) {
        Step(i + 1, &member, where + Quote(name), false);
      }
    } else if (node->is_array()) {
      for (const Json& item : node->items())
        Step(i + 1, &item, where, false);
    }
  }

  // The function at the end of a path: of what has no length it is null.
  void Length(const Json* node) {
    Json length;
    if (node != nullptr && node->is_array()) {
      length = Json::Number(static_cast<int64_t>(node->items().size()));
    } else if (node != nullptr && node->is_object()) {
      length = Json::Number(static_cast<int64_t>(node->members().size()));
    }
    made.push_back(std::make_unique<Json>(std::move(length)));
    hits.push_back(made.back().get());
  }

  void Filter(size_t i, const Json* node, const std::string& where, bool definite) {
    const FilterNode& filter = *steps_[i].filter;
    if (node == nullptr) return;
    if (node->is_object()) {
      if (Accepts(filter, *node)) Step(i + 1, node, where, false);
    } else if (node->is_array()) {
      for (const Json& item : node->items()) {
        if (Accepts(filter, item)) Step(i + 1, &item, where, false);
      }
    } else if (definite) {
      Fail("Filter: [?] can not be applied to primitives. Current context is: " + WriteJson(*node));
    }
  }

  // Visits the node and all below it, the node first, and applies the step after `..` to those it
  // can stand on. Depth is that of the document, at most 1,000.
  void Descend(size_t i, const Json* node, const std::string& where, int depth) {
    constexpr int kDepthMax = 2000;
    if (node == nullptr || depth > kDepthMax) return;
    if (!node->is_object() && !node->is_array()) return;
    if (CanStandOn(steps_[i], *node, i + 1 == steps_.size())) {
      if (node->is_array() && i + 1 < steps_.size()) {
        // Jayway applies what follows to every element, whatever this step would select.
        for (const Json& item : node->items())
          Step(i + 1, &item, where, false);
      } else {
        Step(i, node, where, false);
      }
    }
    if (node->is_object()) {
      for (const auto& [name, member] : node->members())
        Descend(i, &member, where, depth + 1);
    } else {
      for (const Json& item : node->items())
        Descend(i, &item, where, depth + 1);
    }
  }

  bool CanStandOn(const PathStep& step, const Json& node, bool leaf) const {
    switch (step.kind) {
      case PathStep::Kind::kNames:
        if (!node.is_object()) return false;
        if (step.names.size() > 1 && !leaf) return true;
        for (const std::string& name : step.names) {
          if (node.Find(name) == nullptr) return false;
        }
        return true;
      case PathStep::Kind::kIndexes:
      case PathStep::Kind::kSlice: return node.is_array();
      case PathStep::Kind::kWildcard: return true;
      case PathStep::Kind::kFilter: return Accepts(*step.filter, node);
      case PathStep::Kind::kLength: return true;
      case PathStep::Kind::kDescent: return false;
    }
    return false;
  }

  // The names Jackson has for its nodes, which Jayway prints.
  static std::string NodeClass(const Json& node) {
    const std::string package = "com.fasterxml.jackson.databind.node.";
    switch (node.type()) {
      case Json::Type::kNull: return package + "NullNode";
      case Json::Type::kBool: return package + "BooleanNode";
      case Json::Type::kString: return package + "TextNode";
      case Json::Type::kArray: return package + "ArrayNode";
      case Json::Type::kObject: return package + "ObjectNode";
      case Json::Type::kNumber:
        if (node.text().find_first_of(".eE") != std::string::npos) return package + "DoubleNode";
        if (!ParseLong(node.text()).has_value()) return package + "BigIntegerNode";
        return package + (*ParseLong(node.text()) == static_cast<int32_t>(*ParseLong(node.text()))
                              ? "IntNode"
                              : "LongNode");
    }
    return package;
  }

  std::optional<Json> OperandValue(const FilterNode::Operand& operand, const Json& element) const {
    if (!operand.path.has_value()) return operand.literal;
    const bool current = operand.path->root == Path::Root::kCurrent;
    PathResult result = Evaluate(*operand.path, current ? element : document_);
    if (!result.found) return std::nullopt;
    return std::move(result.value);
  }

  bool Accepts(const FilterNode& node, const Json& element) const {
    switch (node.kind) {
      case FilterNode::Kind::kAnd:
        return std::all_of(node.children.begin(), node.children.end(),
                           [&](const auto& child) { return Accepts(*child, element); });
      case FilterNode::Kind::kOr:
        return std::any_of(node.children.begin(), node.children.end(),
                           [&](const auto& child) { return Accepts(*child, element); });
      case FilterNode::Kind::kNot: return !Accepts(*node.children[0], element);
      case FilterNode::Kind::kExists: return OperandValue(node.left, element).has_value();
      case FilterNode::Kind::kCompare: return Compare(node, element);
    }
    return false;
  }

  bool Compare(const FilterNode& node, const Json& element) const {
    const std::optional<Json> left = OperandValue(node.left, element);
    const std::optional<Json> right = OperandValue(node.right, element);
    if (node.op == "==" || node.op == "!=") {
      const bool both = left.has_value() && right.has_value();
      const bool equal = both && FilterEquals(*left, *right);
      return (node.op == "==") == equal;
    }
    if (!left.has_value() || !right.has_value() || left->type() != right->type()) return false;
    int order = 0;
    if (left->is_number()) {
      order = CompareNumbers(left->text(), right->text());
    } else if (left->is_string()) {
      order = left->text().compare(right->text());
    } else {
      return false;
    }
    if (node.op == "<") return order < 0;
    if (node.op == "<=") return order <= 0;
    if (node.op == ">") return order > 0;
    return order >= 0;
  }

  // Jayway holds a number and a text for equal when the text is that number.
  static bool FilterEquals(const Json& a, const Json& b) {
    if (a.is_number() && b.is_string()) return FilterEquals(b, a);
    if (a.is_string() && b.is_number()) {
      const std::optional<Json> number = ParseJson(a.text());
      return number.has_value() && number->is_number() && SameValue(*number, b);
    }
    return SameValue(a, b);
  }

  const std::vector<PathStep>& steps_;
  const Json& document_;
};

std::string FullPath(const Path& path) {
  std::string out = "$";
  for (const PathStep& step : path.steps) {
    if (step.kind == PathStep::Kind::kIndexes) {
      out += "[" + std::to_string(step.indexes[0]) + "]";
    } else {
      for (size_t i = 0; i < step.names.size(); ++i) {
        out += (i > 0 ? ",'" : "['") + step.names[i] + "'";
      }
      out += "]";
    }
  }
  return out;
}

}  // namespace

PathResult Evaluate(const Path& path, const Json& document) {
  Walker walker(path, document);
  walker.Step(0, &document, "$", true);
  PathResult result;
  if (!IsDefinite(path)) {
    Json::Items items;
    if (!walker.failed) {
      for (const Json* hit : walker.hits)
        items.push_back(hit == nullptr ? Json() : *hit);
    }
    result.found = true;
    result.value = Json::Array(std::move(items));
    return result;
  }
  if (walker.failed) {
    result.why = walker.why;
  } else if (walker.hits.empty()) {
    result.why = "No results for path: " + FullPath(path);
  } else {
    result.found = true;
    result.past_end = walker.hits[0] == nullptr;
    if (!result.past_end) result.value = *walker.hits[0];
  }
  return result;
}

}  // namespace aslx::reference
