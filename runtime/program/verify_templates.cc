// Payload templates: a node is written by its parts and opened by its members, so both must say the
// same.
//
// One walk over the parts of a root reads them as the JSON text that its members describe; the
// parts of a nested node are a run of its root's, so that a template costs its size, however deep
// it is.
#include <algorithm>
#include <vector>

#include "runtime/base/limits.h"
#include "runtime/program/verification.h"

namespace aslx {
namespace {

class TemplateVerifier {
 public:
  explicit TemplateVerifier(Verification& v)
      : v_(v), is_used_(v.program.template_nodes().size(), false) {}

  void Verify(size_t index) {
    const TemplateRecord& record = v_.program.templates()[index];
    if (!v_.RequireIndex(record.node, is_used_.size(), "templates", index, "node") ||
        !v_.Require(record.hole_count <= UINT16_MAX + 1u, "templates", index,
                    "{} holes, expected as many as an operand of 16 bits can name",
                    record.hole_count))
      return;
    hole_count_ = record.hole_count;
    const TemplateNode& root = v_.program.template_nodes()[record.node];
    if (!v_.RequireRange(root.first_part, root.part_count, v_.program.template_parts().size(),
                         "template_nodes", record.node, "parts"))
      return;
    parts_end_ = root.first_part + root.part_count;
    literal_bytes_ = 0;
    Enter(root.first_part);
    VerifyNode(record.node, 1);
    v_.Require(part_ == parts_end_, "template_nodes", record.node,
               "its parts go on behind its members");
    v_.arena.Reset();
  }

 private:
  /// Heights of what a node is made of, as TemplateNode has them.
  struct Heights {
    uint32_t literal = 1;
    uint32_t hole_depth = 0;
  };

  // --- The parts as one text ---------------------------------------------------------------------

  /// Goes to the start of a part; parts without a literal and a hole are none.
  void Enter(uint32_t part) {
    for (part_ = part; part_ != parts_end_; ++part_) {
      EnterPart();
      if (!v_.ok() || !rest_.empty() || HoleAfterPart() != kNoHole) return;
    }
    rest_ = {};
  }

  void EnterPart() {
    rest_ = {};
    const TemplatePart& entered = v_.program.template_parts()[part_];
    const TextRef literal{entered.literal_offset, entered.literal_size};
    if (!v_.RequireText(literal, "template_parts", part_, "literal") ||
        !v_.SpendBytes(size_t{literal.size} + 24, "template_parts", part_) ||
        !v_.Require(entered.hole == kNoHole || entered.hole < hole_count_, "template_parts", part_,
                    "hole {}, expected one below {}", entered.hole, hole_count_))
      return;
    rest_ = v_.program.TextOf(literal);
    at_start_ = true;
    literal_bytes_ += literal.size;
  }

  /// A part that is read to its end and has no hole is left for the next one.
  void SkipEnds() {
    if (v_.ok() && rest_.empty() && part_ != parts_end_ && HoleAfterPart() == kNoHole)
      Enter(part_ + 1);
  }

  uint32_t HoleAfterPart() const { return v_.program.template_parts()[part_].hole; }

  bool Take(std::string_view text) {
    if (!v_.ok() || !rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    at_start_ = false;
    SkipEnds();
    return v_.ok();
  }

  bool TakeHole(uint32_t hole) {
    if (!v_.ok() || part_ == parts_end_ || !rest_.empty() || HoleAfterPart() != hole) return false;
    Enter(part_ + 1);
    return v_.ok();
  }

  /// Bytes of literals up to here.
  uint64_t TakenBytes() const { return literal_bytes_ - rest_.size(); }

  // --- Nodes and members -------------------------------------------------------------------------

  bool BeginNode(uint32_t index, uint32_t depth) {
    const TemplateNode& node = v_.program.template_nodes()[index];
    if (!v_.Require(!is_used_[index], "template_nodes", index, "it has two parents") ||
        !v_.Require(depth <= limits::kJsonDepthMax, "template_nodes", index,
                    "it nests deeper than {}", limits::kJsonDepthMax) ||
        !v_.RequireRange(node.first_member, node.member_count, v_.program.template_members().size(),
                         "template_nodes", index, "members") ||
        !v_.RequireRange(node.first_part, node.part_count, v_.program.template_parts().size(),
                         "template_nodes", index, "parts") ||
        !v_.Require(part_ == node.first_part && at_start_, "template_nodes", index,
                    "its parts begin at {}, expected where its root has it, at {}", node.first_part,
                    part_))
      return false;
    is_used_[index] = true;
    return true;
  }

  // Recursion: as deep as templates nest, at most limits::kJsonDepthMax.
  Heights VerifyNode(uint32_t index, uint32_t depth) {
    Heights heights;
    if (!BeginNode(index, depth)) return heights;
    const TemplateNode& node = v_.program.template_nodes()[index];
    const bool is_object = node.is_object != 0;
    const uint64_t bytes_before = TakenBytes();
    bool same = Take(is_object ? "{" : "[");
    for (uint32_t i = 0; i < node.member_count && same; ++i) {
      Heights of_member{0, 0};
      same = (i == 0 || Take(",")) && (!is_object || TakeKey(node.first_member + i)) &&
             VerifyMember(node.first_member + i, depth, &of_member);
      heights.literal = std::max(heights.literal, of_member.literal + 1);
      heights.hole_depth = std::max(heights.hole_depth, of_member.hole_depth);
    }
    same = same && Take(is_object ? "}" : "]");
    if (!v_.Require(same, "template_nodes", index,
                    "its parts and its members are not the same document"))
      return heights;
    const uint64_t bytes = TakenBytes() - bytes_before;
    v_.Require(bytes == node.literal_bytes, "template_nodes", index,
               "literal_bytes {}, expected {}", node.literal_bytes, bytes);
    v_.Require(part_ == node.first_part + node.part_count && (at_start_ || part_ == parts_end_),
               "template_nodes", index, "{} parts, expected those up to its end", node.part_count);
    v_.Require(node.literal_height >= heights.literal &&
                   node.hole_depth_max >= heights.hole_depth &&
                   node.literal_height <= limits::kJsonDepthMax &&
                   node.hole_depth_max <= limits::kJsonDepthMax,
               "template_nodes", index, "heights {} and {}, expected at least {} and {}",
               node.literal_height, node.hole_depth_max, heights.literal, heights.hole_depth);
    return heights;
  }

  bool TakeKey(uint32_t index) {
    const TemplateMember& member = v_.program.template_members()[index];
    const TextRef key{member.key_offset, member.key_size};
    if (!v_.RequireText(key, "template_members", index, "key")) return false;
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"')
      end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return false;
    const std::string_view quoted = rest_.substr(0, end + 1);
    Value name;
    return ReadsAs(quoted, Type::kString, &name) &&
           Decode(name, v_.arena) == v_.program.TextOf(key) && Take(quoted) && Take(":");
  }

  bool ReadsAs(std::string_view text, Type type, Value* value) {
    return v_.reader.Read(text, nullptr, nullptr, value).kind == JsonError::Kind::kNone &&
           value->type == type;
  }

  /// The heights are as the parent sees them: a hole in a nested node is one level deeper for it.
  bool VerifyMember(uint32_t index, uint32_t depth, Heights* heights) {
    const TemplateMember& member = v_.program.template_members()[index];
    switch (member.kind) {
      case TemplateMemberKind::kHole: heights->hole_depth = 1; return TakeHole(member.index);
      case TemplateMemberKind::kNode:
        if (!v_.RequireIndex(member.index, is_used_.size(), "template_members", index, "node"))
          return false;
        *heights = VerifyNode(member.index, depth + 1);
        if (heights->hole_depth > 0) ++heights->hole_depth;
        return v_.ok();
      case TemplateMemberKind::kLiteral:
        heights->literal = member.literal_height;
        return TakeLiteral(member, index);
    }
    return v_.Require(false, "template_members", index, "kind {}, expected 0 to 2",
                      static_cast<int>(member.kind));
  }

  bool TakeLiteral(const TemplateMember& member, uint32_t index) {
    const auto type = static_cast<Type>(member.literal_type);
    if (type == Type::kNull) return Take("null");
    if (type == Type::kBool) return Take(member.index != 0 ? "true" : "false");
    const TextRef payload{member.index, member.size};
    if (!v_.RequireText(payload, "template_members", index, "literal") ||
        (type == Type::kString && !StandsBetweenQuotes(payload)))
      return false;
    std::string_view text = v_.program.TextOf(payload);
    if (type == Type::kString) text = {text.data() - 1, text.size() + 2};
    Value value;
    // Nothing but one JSON text of that type, so what follows it is a part of the node.
    return ReadsAs(text, type, &value) && value.size == payload.size &&
           value.flags == member.literal_flags && value.height == member.literal_height &&
           Take(text);
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
  // Where the walk is: what is left of a part's literal, or at the end of the root's parts.
  uint32_t part_ = 0;
  uint32_t parts_end_ = 0;
  std::string_view rest_;
  bool at_start_ = false;
  uint64_t literal_bytes_ = 0;  // of the parts entered
};

}  // namespace

void VerifyTemplates(Verification& v) {
  TemplateVerifier verifier(v);
  for (size_t i = 0; i < v.program.templates().size() && v.ok(); ++i)
    verifier.Verify(i);
}

}  // namespace aslx
