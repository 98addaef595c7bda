// Opening one level of containers: members and items of raw text and of template instances.
#include <algorithm>
#include <cstring>

#include <xxhash.h>

#include "runtime/base/check.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_scan.h"
#include "runtime/value/template.h"

namespace aslx {
namespace {

// Starts on the stack, moves to the arena when it outgrows that: most containers are small, and
// their number of parts is only known at their end.
template <typename T>
class PartList {
 public:
  explicit PartList(Arena& arena) : arena_(arena) {}

  void Add(const T& part) {
    if (count_ == capacity_) Grow();
    parts_[count_++] = part;
  }
  T* parts() { return parts_; }
  uint32_t count() const { return count_; }

  // In the arena, for good.
  T* Keep() {
    if (parts_ != local()) return parts_;
    T* kept = arena_.AllocateArray<T>(count_);
    if (count_ > 0) std::memcpy(static_cast<void*>(kept), parts_, count_ * sizeof(T));
    return kept;
  }

 private:
  void Grow() {
    T* grown = arena_.AllocateArray<T>(size_t{capacity_} * 2);
    std::memcpy(static_cast<void*>(grown), parts_, count_ * sizeof(T));
    parts_ = grown;
    capacity_ *= 2;
  }

  // 32: nearly all objects of events have fewer members; 1 KiB of stack.
  static constexpr uint32_t kLocalCount = 32;
  T* local() { return reinterpret_cast<T*>(local_); }

  Arena& arena_;
  alignas(T) char local_[kLocalCount * sizeof(T)];  // not initialised: that would cost 1 KiB
  T* parts_ = local();
  uint32_t count_ = 0;
  uint32_t capacity_ = kLocalCount;
};

// Finds keys that an object already has. Up to kScanMax members are compared one by one, more go
// into a hash table, so that no object takes time beyond its size. The seed is an address, which a
// sender cannot know.
class KeyIndex {
 public:
  explicit KeyIndex(Arena& arena) : arena_(arena) {}

  // The member with this key among the first `count`, or null.
  Member* Find(Member* members, uint32_t count, std::string_view key) {
    if (count <= kScanMax) {
      for (uint32_t i = 0; i < count; ++i)
        if (members[i].key_view() == key) return &members[i];
      return nullptr;
    }
    if (filled_ < count) Fill(members, count);
    const uint32_t at = Probe(members, key);
    return table_[at] == 0 ? nullptr : &members[table_[at] - 1];
  }

 private:
  uint32_t Probe(const Member* members, std::string_view key) const {
    const auto seed = reinterpret_cast<uintptr_t>(&arena_);
    uint32_t at =
        static_cast<uint32_t>(XXH3_64bits_withSeed(key.data(), key.size(), seed)) & (capacity_ - 1);
    while (table_[at] != 0 && members[table_[at] - 1].key_view() != key)
      at = (at + 1) & (capacity_ - 1);
    return at;
  }

  void Fill(const Member* members, uint32_t count) {
    if (count * 2 + 2 > capacity_) {
      // Twice what is needed now, so that filling costs a constant a member.
      while (count * 4 > capacity_)
        capacity_ *= 2;
      table_ = arena_.AllocateArray<uint32_t>(capacity_);
      std::memset(table_, 0, capacity_ * sizeof(uint32_t));
      filled_ = 0;
    }
    for (; filled_ < count; ++filled_)
      table_[Probe(members, members[filled_].key_view())] = filled_ + 1;
  }

  static constexpr uint32_t kScanMax = 16;
  Arena& arena_;
  uint32_t* table_ = nullptr;  // 1 + the number of a member; 0: free
  uint32_t capacity_ = kScanMax;
  uint32_t filled_ = 0;
};

// The text of a container between its brackets, walked value by value.
class RawParts {
 public:
  explicit RawParts(const Value& container)
      : at_(json::SkipSpace(container.text + 1)), end_(container.text + container.size) {}

  bool done() const { return at_ == end_ - 1; }
  Value Key() { return json::TakeKey(&at_, end_); }
  Value Part() {
    const Value part = json::Take(&at_, end_);
    at_ = json::SkipSpace(at_);
    if (*at_ == ',') at_ = json::SkipSpace(at_ + 1);
    return part;
  }

 private:
  const char* at_;
  const char* end_;
};

Value OpenRawObject(const Value& object, Arena& arena) {
  PartList<Member> members(arena);
  KeyIndex index(arena);
  uint64_t marks = 0;  // of the keys so far: most keys have one that none before had
  RawParts parts(object);
  while (!parts.done()) {
    Value key = parts.Key();
    if (key.escaped()) key = Value::String(Decode(key, arena));
    const Value value = parts.Part();
    const uint64_t mark = key.size == 0 ? 1 : uint64_t{1} << KeyMark(key.text, key.size);
    if ((marks & mark) != 0) {
      Member* earlier = index.Find(members.parts(), members.count(), key.text_view());
      if (earlier != nullptr) {
        earlier->value = value;
        continue;
      }
    }
    marks |= mark;
    members.Add(Member{key, value});
  }
  const uint32_t count = members.count();
  return Value::Object(members.Keep(), count, object.height);
}

Value OpenRawArray(const Value& array, Arena& arena) {
  PartList<Value> items(arena);
  RawParts parts(array);
  while (!parts.done())
    items.Add(parts.Part());
  const uint32_t count = items.count();
  return Value::Array(items.Keep(), count, array.height);
}

Value TemplatePartValue(const TemplateInstance& instance, const TemplateMember& member) {
  switch (member.kind) {
    case TemplateMemberKind::kHole: return instance.holes()[member.index];
    case TemplateMemberKind::kNode: return TemplateValue(&instance, member.index);
    case TemplateMemberKind::kLiteral: return LiteralOf(*instance.table, member);
  }
  return Value::Undefined();
}

const TemplateMember* FirstMember(const Value& value, const TemplateNode** node) {
  const TemplateTable& table = *value.instance->table;
  *node = &table.nodes[value.size];
  return &table.members[(*node)->first_member];
}

Value OpenTemplate(const Value& value, Arena& arena) {
  const TemplateNode* node = nullptr;
  const TemplateMember* from = FirstMember(value, &node);
  const TemplateTable& table = *value.instance->table;
  if (node->is_object == 0) {
    Value* items = arena.AllocateArray<Value>(node->member_count);
    for (uint32_t i = 0; i < node->member_count; ++i)
      items[i] = TemplatePartValue(*value.instance, from[i]);
    return Value::Array(items, node->member_count, value.height);
  }
  Member* members = arena.AllocateArray<Member>(node->member_count);
  for (uint32_t i = 0; i < node->member_count; ++i) {
    members[i].key = Value::String({table.text + from[i].key_offset, from[i].key_size});
    members[i].value = TemplatePartValue(*value.instance, from[i]);
  }
  return Value::Object(members, node->member_count, value.height);
}

}  // namespace

Value Open(const Value& value, Arena& arena) {
  if (!value.container() || value.opened()) return value;
  if (value.is_template()) return OpenTemplate(value, arena);
  return value.type == Type::kObject ? OpenRawObject(value, arena) : OpenRawArray(value, arena);
}

Value FindMember(const Value& object, std::string_view key, Arena& /*arena*/) {
  if (object.type != Type::kObject) return Value::Undefined();
  if (object.is_template()) {
    const TemplateTable& table = *object.instance->table;
    const TemplateMember* member = FindTemplateMember(table, table.nodes[object.size], key);
    return member != nullptr ? TemplatePartValue(*object.instance, *member) : Value::Undefined();
  }
  if (object.opened()) {
    for (uint32_t i = 0; i < object.size; ++i)
      if (object.members[i].key_view() == key) return object.members[i].value;
    return Value::Undefined();
  }
  const Value wanted = Value::String(key);
  Value found;
  RawParts parts(object);
  while (!parts.done()) {
    const bool same = SameString(parts.Key(), wanted);
    const Value value = parts.Part();
    if (same) found = value;
  }
  return found;
}

Value FindItem(const Value& array, uint32_t index, Arena& /*arena*/) {
  if (array.type != Type::kArray) return Value::Undefined();
  if (!array.raw()) {
    if (array.is_template()) {
      const TemplateNode* node = nullptr;
      const TemplateMember* members = FirstMember(array, &node);
      if (index >= node->member_count) return Value::Undefined();
      return TemplatePartValue(*array.instance, members[index]);
    }
    return index < array.size ? array.items[index] : Value::Undefined();
  }
  RawParts parts(array);
  for (uint32_t i = 0; !parts.done(); ++i) {
    const Value item = parts.Part();
    if (i == index) return item;
  }
  return Value::Undefined();
}

uint32_t CountOf(const Value& container, Arena& arena) {
  ASLX_CHECK(container.container());
  if (container.opened()) return container.size;
  if (container.is_template()) return container.instance->table->nodes[container.size].member_count;
  if (container.type == Type::kObject) return Open(container, arena).size;
  uint32_t count = 0;
  for (RawParts parts(container); !parts.done(); ++count)
    parts.Part();
  return count;
}

}  // namespace aslx
