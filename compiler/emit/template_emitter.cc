#include "compiler/emit/template_emitter.h"

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_writer.h"

namespace aslx::compiler {

uint32_t TemplateEmitter::Emit(const ir::Template& shape) {
  text_.clear();
  literal_end_ = 0;
  spans_.assign(shape.nodes.size(), {});
  literal_offsets_.assign(shape.nodes.size(), {});
  first_node_ = static_cast<uint32_t>(builder_->template_nodes.size());
  const size_t first_part = builder_->template_parts.size();
  Write(shape, 0, 1);
  const uint32_t offset = builder_->AppendText(text_).offset;
  for (size_t part = first_part; part < builder_->template_parts.size(); ++part)
    builder_->template_parts[part].literal_offset += offset;
  builder_->template_nodes.resize(first_node_ + shape.nodes.size());
  // Children stand behind their parents: backwards, a node finds the heights of its children.
  for (size_t node = shape.nodes.size(); node-- > 0;)
    EmitNode(shape, static_cast<uint32_t>(node), offset);
  builder_->templates.push_back({first_node_, shape.hole_count});
  return static_cast<uint32_t>(builder_->templates.size() - 1);
}

void TemplateEmitter::Write(const ir::Template& shape, uint32_t node, uint32_t depth) {
  ASLX_CHECK(depth <= limits::kJsonDepthMax);
  const ir::TemplateNode& from = shape.nodes[node];
  // Parts end where a node begins or ends, so that a nested node's are some of its root's.
  EndPart(kNoHole);
  spans_[node].text_begin = text_.size();
  spans_[node].part_begin = builder_->template_parts.size();
  text_ += from.is_object ? '{' : '[';
  bool first = true;
  for (const ir::TemplatePlace& place : from.places) {
    if (!first) text_ += ',';
    first = false;
    if (from.is_object) {
      AppendQuoted(place.key, &text_);
      text_ += ':';
    }
    literal_offsets_[node].push_back(text_.size());
    switch (place.kind) {
      case TemplateMemberKind::kHole: EndPart(place.index); break;
      case TemplateMemberKind::kLiteral: text_ += place.literal; break;
      case TemplateMemberKind::kNode: Write(shape, place.index, depth + 1); break;
    }
  }
  text_ += from.is_object ? '}' : ']';
  EndPart(kNoHole);
  spans_[node].text_end = text_.size();
  spans_[node].part_end = builder_->template_parts.size();
}

void TemplateEmitter::EndPart(uint32_t hole) {
  const size_t size = text_.size() - literal_end_;
  if (size == 0 && hole == kNoHole) return;
  builder_->template_parts.push_back(
      {static_cast<uint32_t>(literal_end_), static_cast<uint32_t>(size), hole});
  literal_end_ = text_.size();
}

void TemplateEmitter::EmitNode(const ir::Template& shape, uint32_t node, uint32_t text_offset) {
  const ir::TemplateNode& from = shape.nodes[node];
  aslx::TemplateNode record{};
  record.is_object = from.is_object ? 1 : 0;
  record.literal_height = 1;
  record.first_member = static_cast<uint32_t>(builder_->template_members.size());
  record.member_count = static_cast<uint32_t>(from.places.size());
  for (size_t i = 0; i < from.places.size(); ++i) {
    const ir::TemplatePlace& place = from.places[i];
    const TemplateMember member =
        MemberOf(place, from.is_object, first_node_, literal_offsets_[node][i] + text_offset);
    uint16_t literal_height = member.literal_height;
    uint16_t hole_depth = place.kind == TemplateMemberKind::kHole ? 1 : 0;
    if (place.kind == TemplateMemberKind::kNode) {
      const aslx::TemplateNode& child = builder_->template_nodes[member.index];
      literal_height = child.literal_height;
      if (child.hole_depth_max > 0) hole_depth = static_cast<uint16_t>(child.hole_depth_max + 1);
    }
    record.literal_height =
        std::max(record.literal_height, static_cast<uint16_t>(literal_height + 1));
    record.hole_depth_max = std::max(record.hole_depth_max, hole_depth);
    builder_->template_members.push_back(member);
  }
  const Span& span = spans_[node];
  record.first_part = static_cast<uint32_t>(span.part_begin);
  record.part_count = static_cast<uint32_t>(span.part_end - span.part_begin);
  record.literal_bytes = static_cast<uint32_t>(span.text_end - span.text_begin);
  builder_->template_nodes[first_node_ + node] = record;
}

TemplateMember TemplateEmitter::MemberOf(const ir::TemplatePlace& place, bool has_key,
                                         uint32_t first_node, size_t literal_offset) {
  TemplateMember member{};
  member.kind = place.kind;
  if (has_key) {
    const TextRef key = builder_->Text(place.key);
    member.key_offset = key.offset;
    member.key_size = key.size;
  }
  member.index = place.index;
  if (place.kind == TemplateMemberKind::kNode) member.index += first_node;
  if (place.kind != TemplateMemberKind::kLiteral) return member;
  // The builder knows what a JSON text is as a Value; only the place of the bytes differs.
  const ConstantRecord constant = builder_->constants[builder_->Constant(place.literal)];
  member.literal_type = constant.type;
  member.literal_flags = constant.flags;
  member.literal_height = constant.height;
  const auto type = static_cast<Type>(constant.type);
  if (type == Type::kNull) return member;
  if (type == Type::kBool) {
    member.index = place.literal == "true" ? 1 : 0;
    return member;
  }
  member.index = static_cast<uint32_t>(literal_offset) + (type == Type::kString ? 1 : 0);
  member.size = constant.text.size;
  return member;
}

}  // namespace aslx::compiler
