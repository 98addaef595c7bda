#include "runtime/program/event_templates.h"

#include "runtime/program/format.h"

namespace aslx {

uint32_t EventTemplates::Add(uint32_t node, std::span<const uint16_t> slots) {
  const TemplateNode& root = from_.nodes[node];
  if (!Spend(root.part_count)) return kNoIndex;
  const auto first = static_cast<uint32_t>(parts_.size());
  for (uint32_t i = 0; i < root.part_count; ++i) {
    TemplatePart& part = parts_.emplace_back(from_.parts[root.first_part + i]);
    if (part.hole != kNoHole) part.hole = slots[part.hole];
  }
  // The parts of a nested node are some of the root's.
  return AddNode(node, first - root.first_part, slots);
}

bool EventTemplates::Spend(size_t records) {
  if (records > records_left_) {
    records_left_ = 0;
    return false;
  }
  records_left_ -= records;
  return true;
}

// Recursion: as deep as templates nest, at most limits::kJsonDepthMax.
uint32_t EventTemplates::AddNode(uint32_t from, uint32_t parts_moved,
                                 std::span<const uint16_t> slots) {
  TemplateNode node = from_.nodes[from];
  if (!Spend(node.member_count)) return kNoIndex;
  const TemplateMember* const members = from_.members + node.first_member;
  node.first_part += parts_moved;
  node.first_member = static_cast<uint32_t>(members_.size());
  members_.insert(members_.end(), members, members + node.member_count);
  for (uint32_t i = node.first_member; i < node.first_member + node.member_count; ++i) {
    if (members_[i].kind == TemplateMemberKind::kHole) {
      members_[i].index = slots[members_[i].index];
    } else if (members_[i].kind == TemplateMemberKind::kNode) {
      const uint32_t nested = AddNode(members_[i].index, parts_moved, slots);
      if (nested == kNoIndex) return kNoIndex;
      members_[i].index = nested;
    }
  }
  nodes_.push_back(node);
  return static_cast<uint32_t>(nodes_.size() - 1);
}

}  // namespace aslx
