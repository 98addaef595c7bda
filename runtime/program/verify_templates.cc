// Payload templates: a node is written by its parts and opened by its members, so both must say the
// same.
//
// The parts are written out with a mark in each hole, read as JSON and compared with the members.
#include <algorithm>
#include <string>
#include <vector>

#include "runtime/base/limits.h"
#include "runtime/program/verification.h"

namespace aslx {
namespace {

/// What stands in for a hole. A literal of the definition may look the same; members and parts are
/// compared by kind, and what they agree on is safe.
std::string MarkOf(uint32_t hole) {
  return fmt::format("\"\x7F hole {}\"", hole);
}

class TemplateVerifier {
 public:
  explicit TemplateVerifier(Verification& v)
      : v_(v), is_used_(v.program.template_nodes().size(), false) {}

  void Verify(size_t index) {
    const TemplateRecord& record = v_.program.templates()[index];
    if (!v_.RequireIndex(record.node, is_used_.size(), "templates", index, "node")) return;
    v_.Require(record.hole_count <= UINT16_MAX + 1u, "templates", index,
               "{} holes, expected as many as an operand of 16 bits can name", record.hole_count);
    hole_count_ = record.hole_count;
    VerifyNode(record.node, 1);
  }

 private:
  /// Heights of what a node is made of, as TemplateNode has them.
  struct Heights {
    uint32_t literal = 1;
    uint32_t hole_depth = 0;
  };

  // Recursion: as deep as templates nest, at most limits::kJsonDepthMax.
  Heights VerifyNode(uint32_t index, uint32_t depth) {
    Heights heights;
    const TemplateNode& node = v_.program.template_nodes()[index];
    if (!v_.Require(!is_used_[index], "template_nodes", index, "it has two parents") ||
        !v_.Require(depth <= limits::kJsonDepthMax, "template_nodes", index,
                    "it nests deeper than {}", limits::kJsonDepthMax) ||
        !v_.RequireRange(node.first_member, node.member_count, v_.program.template_members().size(),
                         "template_nodes", index, "members") ||
        !v_.RequireRange(node.first_part, node.part_count, v_.program.template_parts().size(),
                         "template_nodes", index, "parts"))
      return heights;
    is_used_[index] = true;
    VerifyParts(index, node);
    for (uint32_t i = 0; i < node.member_count && v_.ok(); ++i) {
      Heights of_member = VerifyMember(node.first_member + i, node.is_object != 0, depth);
      heights.literal = std::max(heights.literal, of_member.literal + 1);
      if (of_member.hole_depth > 0)
        heights.hole_depth = std::max(heights.hole_depth, of_member.hole_depth);
    }
    v_.Require(node.literal_height >= heights.literal &&
                   node.hole_depth_max >= heights.hole_depth &&
                   node.literal_height <= limits::kJsonDepthMax &&
                   node.hole_depth_max <= limits::kJsonDepthMax,
               "template_nodes", index, "heights {} and {}, expected at least {} and {}",
               node.literal_height, node.hole_depth_max, heights.literal, heights.hole_depth);
    return heights;
  }

  /// The heights as the parent sees them: a hole in the member is one level deeper for it.
  Heights VerifyMember(uint32_t index, bool has_key, uint32_t depth) {
    Heights heights{0, 0};
    const TemplateMember& member = v_.program.template_members()[index];
    if (has_key &&
        !v_.RequireText({member.key_offset, member.key_size}, "template_members", index, "key"))
      return heights;
    switch (member.kind) {
      case TemplateMemberKind::kHole:
        v_.Require(member.index < hole_count_, "template_members", index,
                   "hole {}, expected one below {}", member.index, hole_count_);
        heights.hole_depth = 1;
        return heights;
      case TemplateMemberKind::kNode: {
        if (!v_.RequireIndex(member.index, is_used_.size(), "template_members", index, "node"))
          return heights;
        heights = VerifyNode(member.index, depth + 1);
        if (heights.hole_depth > 0) ++heights.hole_depth;
        return heights;
      }
      case TemplateMemberKind::kLiteral: heights.literal = member.literal_height; return heights;
    }
    v_.Require(false, "template_members", index, "kind {}, expected 0 to 2",
               static_cast<int>(member.kind));
    return heights;
  }

  void VerifyParts(uint32_t index, const TemplateNode& node) {
    std::string text;
    uint64_t literal_bytes = 0;
    for (uint32_t i = node.first_part; i < node.first_part + node.part_count; ++i) {
      const TemplatePart& part = v_.program.template_parts()[i];
      TextRef literal{part.literal_offset, part.literal_size};
      if (!v_.RequireText(literal, "template_parts", i, "literal") ||
          !v_.SpendBytes(size_t{part.literal_size} + 24, "template_parts", i) ||
          !v_.Require(part.hole == kNoHole || part.hole < hole_count_, "template_parts", i,
                      "hole {}, expected one below {}", part.hole, hole_count_))
        return;
      literal_bytes += part.literal_size;
      text += v_.program.TextOf(literal);
      if (part.hole != kNoHole) text += MarkOf(part.hole);
    }
    if (!v_.Require(literal_bytes == node.literal_bytes, "template_nodes", index,
                    "literal_bytes {}, expected {}", node.literal_bytes, literal_bytes))
      return;
    Value root;
    JsonError error = v_.reader.Read(text, nullptr, nullptr, &root);
    if (!v_.Require(error.kind == JsonError::Kind::kNone, "template_nodes", index,
                    "its parts are no JSON text: {} at byte {}", error.message, error.offset))
      return;
    bool same = root.type == (node.is_object != 0 ? Type::kObject : Type::kArray) &&
                SameAsNode(root, index, 1);
    v_.Require(same, "template_nodes", index,
               "its parts and its members are not the same document");
    v_.arena.Reset();
  }

  bool SameAsNode(const Value& container, uint32_t index, uint32_t depth) {
    std::span<const TemplateNode> nodes = v_.program.template_nodes();
    if (index >= nodes.size() || depth > limits::kJsonDepthMax) return false;
    const TemplateNode& node = nodes[index];
    if (container.type != (node.is_object != 0 ? Type::kObject : Type::kArray)) return false;
    Value opened = Open(container, v_.arena);
    if (opened.size != node.member_count ||
        !v_.RequireRange(node.first_member, node.member_count, v_.program.template_members().size(),
                         "template_nodes", index, "members"))
      return false;
    for (uint32_t i = 0; i < opened.size; ++i) {
      const TemplateMember& member = v_.program.template_members()[node.first_member + i];
      if (node.is_object != 0) {
        TextRef key{member.key_offset, member.key_size};
        if (!v_.RequireText(key, "template_members", node.first_member + i, "key") ||
            Decode(opened.members[i].key, v_.arena) != v_.program.TextOf(key))
          return false;
      }
      const Value& value = node.is_object != 0 ? opened.members[i].value : opened.items[i];
      if (!SameAsMember(value, member, node.first_member + i, depth)) return false;
    }
    return true;
  }

  bool SameAsMember(const Value& value, const TemplateMember& member, uint32_t index,
                    uint32_t depth) {
    switch (member.kind) {
      case TemplateMemberKind::kHole: {
        std::string mark = MarkOf(member.index);
        return value.type == Type::kString &&
               value.text_view() == std::string_view(mark).substr(1, mark.size() - 2);
      }
      case TemplateMemberKind::kNode: return SameAsNode(value, member.index, depth + 1);
      case TemplateMemberKind::kLiteral: break;
    }
    if (static_cast<uint8_t>(value.type) != member.literal_type) return false;
    if (value.type == Type::kNull) return true;
    if (value.type == Type::kBool) return (member.index != 0) == value.truth();
    TextRef payload{member.index, member.size};
    return v_.RequireText(payload, "template_members", index, "literal") &&
           value.flags == member.literal_flags && value.height == member.literal_height &&
           value.text_view() == v_.program.TextOf(payload) &&
           (value.type != Type::kString || StandsBetweenQuotes(payload));
  }

  bool StandsBetweenQuotes(TextRef payload) {
    std::span<const char> all = v_.program.text();
    size_t end = size_t{payload.offset} + payload.size;
    return payload.offset > 0 && end < all.size() && all[payload.offset - 1] == '"' &&
           all[end] == '"';
  }

  Verification& v_;
  std::vector<bool> is_used_;
  uint32_t hole_count_ = 0;
};

}  // namespace

void VerifyTemplates(Verification& v) {
  TemplateVerifier verifier(v);
  for (size_t i = 0; i < v.program.templates().size() && v.ok(); ++i)
    verifier.Verify(i);
}

}  // namespace aslx
