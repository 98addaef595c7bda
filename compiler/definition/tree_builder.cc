#include "compiler/definition/tree_builder.h"

#include <cstring>
#include <memory>
#include <unordered_map>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

/// Below this a linear look for duplicates is faster than a hash table.
constexpr size_t kLinearMembersMax = 16;

std::string_view Store(std::string_view text, JsonDocument* document) {
  if (text.empty()) return {};
  auto* bytes = static_cast<char*>(document->memory.allocate(text.size(), 1));
  std::memcpy(bytes, text.data(), text.size());
  return {bytes, text.size()};
}

template <typename T>
std::span<T> StoreAll(size_t count, JsonDocument* document) {
  if (count == 0) return {};
  auto* items = static_cast<T*>(document->memory.allocate(count * sizeof(T), alignof(T)));
  std::uninitialized_default_construct_n(items, count);
  return {items, count};
}

/// Of members with the same name the last value stands, at the place of the first.
void DropDuplicates(std::vector<JsonMember>* children, size_t first) {
  const size_t count = children->size() - first;
  size_t kept = first;
  std::unordered_map<std::string_view, size_t> seen;
  for (size_t i = first; i < children->size(); ++i) {
    JsonMember& member = (*children)[i];
    size_t found = kept;
    if (count <= kLinearMembersMax) {
      for (found = first; found < kept && (*children)[found].key != member.key; ++found) {
      }
    } else {
      found = seen.try_emplace(member.key, kept).first->second;
    }
    if (found == kept) ++kept;
    if (found != i) (*children)[found] = member;
  }
  children->resize(kept);
}

}  // namespace

TreeBuilder::TreeBuilder(JsonDocument* document, Placeholders* placeholders)
    : document_(document), placeholders_(placeholders) {}

bool TreeBuilder::Open(JsonType type, TextPosition at) {
  if (open_.size() >= limits::kJsonDepthMax) return false;
  open_.push_back({type, at, children_.size(), {}});
  return true;
}

void TreeBuilder::Key(std::string_view key, TextPosition at) {
  ASLX_CHECK(in_object());
  JsonMember& pending = open_.back().pending;
  const Placeholders::Text text = placeholders_->Apply(key);
  pending.key = Store(text.text, document_);
  pending.line = at.line;
  pending.column = at.column;
}

void TreeBuilder::Scalar(JsonType type, std::string_view text, bool boolean, TextPosition at) {
  JsonNode node;
  node.type = type;
  node.boolean = boolean;
  node.line = at.line;
  node.column = at.column;
  if (type == JsonType::kString) {
    const Placeholders::Text applied = placeholders_->Apply(text);
    node.substituted = applied.whole;
    node.text = Store(applied.text, document_);
  } else {
    node.text = Store(text, document_);
  }
  Add(node);
}

void TreeBuilder::Close() {
  const Container container = open_.back();
  open_.pop_back();
  JsonNode node;
  node.type = container.type;
  node.line = container.at.line;
  node.column = container.at.column;
  if (container.type == JsonType::kObject) {
    DropDuplicates(&children_, container.first_child);
    const auto members = StoreAll<JsonMember>(children_.size() - container.first_child, document_);
    for (size_t i = 0; i < members.size(); ++i)
      members[i] = children_[container.first_child + i];
    node.members = members;
  } else {
    const auto items = StoreAll<JsonNode>(children_.size() - container.first_child, document_);
    for (size_t i = 0; i < items.size(); ++i) {
      items[i] = children_[container.first_child + i].value;
      items[i].index = static_cast<uint32_t>(i);
    }
    node.items = items;
  }
  children_.resize(container.first_child);
  Add(node);
}

void TreeBuilder::Add(JsonNode node) {
  if (open_.empty()) {
    document_->root = node;
    return;
  }
  JsonMember member;
  if (open_.back().type == JsonType::kObject) {
    member = open_.back().pending;
    node.key = member.key;
  }
  member.value = node;
  children_.push_back(member);
}

void TreeBuilder::Finish() {
  ASLX_CHECK(open_.empty());
  // Nodes have moved until now; here they have come to rest, so the parents can be told. The
  // spans are of const nodes for everyone else; the memory is this builder's own.
  std::vector<JsonNode*> open = {&document_->root};
  while (!open.empty()) {
    JsonNode* node = open.back();
    open.pop_back();
    for (const JsonNode& item : node->items) {
      auto* child = const_cast<JsonNode*>(&item);
      child->parent = node;
      open.push_back(child);
    }
    for (const JsonMember& member : node->members) {
      auto* child = const_cast<JsonNode*>(&member.value);
      child->parent = node;
      open.push_back(child);
    }
  }
}

}  // namespace aslx::compiler
