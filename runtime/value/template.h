// Payload templates as data: literal JSON bytes with holes, and the values made from them.
//
// A template instance is a Value that has not been written out: the Program's template table and an
// array of hole values. Writing it copies literal bytes and holes in turn; only when something
// looks inside is it opened into members. So a chain of states that build and pass on documents
// costs one write, and constant parts are bytes from the compiler to the output.
//
// What it is not: the evaluation of the holes, which is bytecode (runtime/vm).
// Thread: immutable data. Memory: tables live in the Program, instances in an execution's arena.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/value/value.h"

namespace aslx {

/// One container of a template that has a hole in it. Members name what stands at each place, parts
/// say how to write the whole container without opening anything.
struct TemplateNode {
  uint8_t is_object;  // 1 object, 0 array
  uint8_t reserved0;
  /// Height of the literal skeleton; a hole's height adds to `hole_depth_max`.
  uint16_t literal_height;
  /// The deepest level at which a hole stands, counted from this node (1: directly in it).
  uint16_t hole_depth_max;
  uint16_t reserved1;
  uint32_t first_member;
  uint32_t member_count;
  uint32_t first_part;
  uint32_t part_count;
  /// Bytes of all literal parts.
  uint32_t literal_bytes;
  uint32_t reserved2;
};
static_assert(sizeof(TemplateNode) == 32);

enum class TemplateMemberKind : uint8_t { kHole, kLiteral, kNode };

/// What stands at one place of a node: a hole, a literal JSON text, or a nested node.
struct TemplateMember {
  TemplateMemberKind kind;
  /// kLiteral: Type and flags (raw) of the value; its height.
  uint8_t literal_type;
  uint8_t literal_flags;
  uint8_t reserved;
  uint16_t literal_height;
  uint16_t reserved2;
  /// Key of an object's member, decoded: offset and size in the table's text.
  uint32_t key_offset;
  uint32_t key_size;
  /// kHole: hole index. kNode: node index. kLiteral: offset and size of the payload in the table's
  /// text, as Value::text and Value::size want it; a Bool has 0 or 1 as its index, null
  /// nothing.
  uint32_t index;
  uint32_t size;
};
static_assert(sizeof(TemplateMember) == 24);

/// Literal bytes, then a hole. kNoHole: none, before and at the end of a node, whose parts are some
/// of its parent's.
struct TemplatePart {
  uint32_t literal_offset;
  uint32_t literal_size;
  uint32_t hole;
};
inline constexpr uint32_t kNoHole = UINT32_MAX;

/// The sections of a Program that templates live in.
struct TemplateTable {
  const TemplateNode* nodes = nullptr;
  const TemplateMember* members = nullptr;
  const TemplatePart* parts = nullptr;
  const char* text = nullptr;
};

/// The member of an object's node with this key, or null.
inline const TemplateMember* FindTemplateMember(const TemplateTable& table,
                                                const TemplateNode& node, std::string_view key) {
  for (uint32_t i = 0; i < node.member_count; ++i) {
    const TemplateMember& member = table.members[node.first_member + i];
    if (std::string_view(table.text + member.key_offset, member.key_size) == key) return &member;
  }
  return nullptr;
}

/// The value of a literal member.
inline Value LiteralOf(const TemplateTable& table, const TemplateMember& member) {
  const auto type = static_cast<Type>(member.literal_type);
  if (type == Type::kNull) return Value::Null();
  if (type == Type::kBool) return Value::Bool(member.index != 0);
  return Value::Text(type, member.literal_flags, {table.text + member.index, member.size},
                     member.literal_height);
}

/// The holes are filled before the value is seen by anything else.
struct TemplateInstance {
  const TemplateTable* table;
  uint32_t hole_count;
  uint32_t reserved;

  Value* holes() { return reinterpret_cast<Value*>(this + 1); }
  const Value* holes() const { return reinterpret_cast<const Value*>(this + 1); }
};
static_assert(sizeof(TemplateInstance) == 16);

/// The value of a node, once the holes are filled. Its height may be a little over where holes
/// differ, since the deepest hole is taken to stand at the deepest place.
inline Value TemplateValue(const TemplateInstance* instance, uint32_t node_index) {
  const TemplateNode& node = instance->table->nodes[node_index];
  uint32_t hole_height = 0;
  for (uint32_t i = 0; i < instance->hole_count; ++i)
    if (instance->holes()[i].height > hole_height) hole_height = instance->holes()[i].height;
  uint32_t height = node.hole_depth_max + hole_height;
  if (height < node.literal_height) height = node.literal_height;
  Value value;
  value.type = node.is_object != 0 ? Type::kObject : Type::kArray;
  value.flags = value_flags::kTemplate;
  value.height = static_cast<uint16_t>(height > UINT16_MAX ? UINT16_MAX : height);
  value.size = node_index;
  value.instance = instance;
  return value;
}

}  // namespace aslx
