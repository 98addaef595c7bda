#include "compiler/emit/read_set_emitter.h"

namespace aslx::compiler {
namespace {

// 8 KiB of an execution's first block; paths beyond walk the text as all others do.
constexpr uint32_t kSlotsMax = 512;

}  // namespace

uint16_t ReadSetEmitter::SlotOf(const std::vector<std::string_view>& keys) {
  auto& nodes = builder_->read_set_nodes;
  if (nodes.empty()) nodes.push_back({0, 0, kNoNode, kNoNode, kNoSlot, 0});
  if (slot_count_ == kSlotsMax) return kNoSlot;
  uint32_t node = 0;
  for (std::string_view key : keys)
    node = ChildOf(node, key);
  if (nodes[node].slot == kNoSlot) nodes[node].slot = static_cast<uint16_t>(slot_count_++);
  return nodes[node].slot;
}

uint32_t ReadSetEmitter::ChildOf(uint32_t node, std::string_view key) {
  auto& nodes = builder_->read_set_nodes;
  uint32_t last = kNoNode;
  for (uint32_t at = nodes[node].first_child; at != kNoNode; at = nodes[at].next_sibling) {
    const std::string_view text(builder_->text.data() + nodes[at].key_offset, nodes[at].key_size);
    if (text == key) return at;
    last = at;
  }
  const auto child = static_cast<uint32_t>(nodes.size());
  const TextRef text = builder_->Text(key);
  nodes.push_back({text.offset, text.size, kNoNode, kNoNode, kNoSlot, 0});
  (last == kNoNode ? nodes[node].first_child : nodes[last].next_sibling) = child;
  return child;
}

}  // namespace aslx::compiler
