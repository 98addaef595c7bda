#include "compiler/definition/json_node.h"

#include <algorithm>
#include <vector>

namespace aslx::compiler {
namespace {

void AppendQuoted(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out->append("\\\""); continue;
      case '\\': out->append("\\\\"); continue;
      case '\b': out->append("\\b"); continue;
      case '\f': out->append("\\f"); continue;
      case '\n': out->append("\\n"); continue;
      case '\r': out->append("\\r"); continue;
      case '\t': out->append("\\t"); continue;
      default: break;
    }
    if (byte < 0x20) {
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
      continue;
    }
    out->push_back(c);
  }
  out->push_back('"');
}

void AppendScalar(const JsonNode& node, std::string* out) {
  switch (node.type) {
    case JsonType::kNull: out->append("null"); return;
    case JsonType::kBoolean: out->append(node.boolean ? "true" : "false"); return;
    case JsonType::kNumber: out->append(node.text); return;
    case JsonType::kString: AppendQuoted(node.text, out); return;
    case JsonType::kArray:
    case JsonType::kObject: return;
  }
}

size_t ChildCount(const JsonNode& node) {
  return node.is_array() ? node.items.size() : node.members.size();
}

}  // namespace

const JsonNode* JsonNode::Find(std::string_view name) const {
  for (const JsonMember& member : members) {
    if (member.key == name) return &member.value;
  }
  return nullptr;
}

std::string LocationOf(const JsonNode& node) {
  std::vector<const JsonNode*> chain;
  for (const JsonNode* at = &node; at->parent != nullptr; at = at->parent)
    chain.push_back(at);
  if (chain.empty()) return "/";
  std::string location;
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    const JsonNode* at = *it;
    if (at->parent->is_array()) {
      location.append("[").append(std::to_string(at->index)).append("]");
    } else {
      location.append("/").append(at->key);
    }
  }
  return location;
}

std::string ToJsonText(const JsonNode& root) {
  struct Open {
    const JsonNode* node;
    size_t next;
  };
  std::string out;
  std::vector<Open> stack;
  const auto enter = [&](const JsonNode& node) {
    if (!node.is_array() && !node.is_object()) return AppendScalar(node, &out);
    out.push_back(node.is_array() ? '[' : '{');
    stack.push_back({&node, 0});
  };
  enter(root);
  while (!stack.empty()) {
    Open& top = stack.back();
    if (top.next == ChildCount(*top.node)) {
      out.push_back(top.node->is_array() ? ']' : '}');
      stack.pop_back();
      continue;
    }
    if (top.next > 0) out.push_back(',');
    const size_t at = top.next++;
    if (top.node->is_array()) {
      enter(top.node->items[at]);
      continue;
    }
    const JsonMember& member = top.node->members[at];
    AppendQuoted(member.key, &out);
    out.push_back(':');
    enter(member.value);
  }
  return out;
}

}  // namespace aslx::compiler
