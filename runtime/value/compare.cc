#include "runtime/value/compare.h"

#include <algorithm>
#include <cstring>

#include "runtime/value/json_escape.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/number.h"

namespace aslx {
namespace {

// Two opened containers of the same size whose parts have still to be compared.
struct Pair {
  Value left;
  Value right;
  uint32_t next;
  Pair* below;
};

// Members in the order of their keys, as pointers.
const Member** SortedMembers(const Value& object, Arena& arena) {
  const Member** sorted = arena.AllocateArray<const Member*>(object.size);
  for (uint32_t i = 0; i < object.size; ++i)
    sorted[i] = &object.members[i];
  std::sort(sorted, sorted + object.size,
            [](const Member* a, const Member* b) { return a->key_view() < b->key_view(); });
  return sorted;
}

// A copy of `object` with its members in the order of their keys.
Value Sorted(const Value& object, Arena& arena) {
  const Member** sorted = SortedMembers(object, arena);
  Member* members = arena.AllocateArray<Member>(object.size);
  for (uint32_t i = 0; i < object.size; ++i)
    members[i] = *sorted[i];
  return Value::Object(members, object.size, object.height);
}

bool SameKeys(const Value& left, const Value& right) {
  for (uint32_t i = 0; i < left.size; ++i)
    if (left.members[i].key_view() != right.members[i].key_view()) return false;
  return true;
}

enum class Verdict { kSame, kDifferent, kOpen };

// What can be said without opening.
Verdict Shallow(const Value& left, const Value& right) {
  if (left.type != right.type) return Verdict::kDifferent;
  switch (left.type) {
    case Type::kUndefined:
    case Type::kNull: return Verdict::kSame;
    case Type::kBool: return left.truth() == right.truth() ? Verdict::kSame : Verdict::kDifferent;
    case Type::kNumber:
      return CompareNumbers(left, right) == 0 ? Verdict::kSame : Verdict::kDifferent;
    case Type::kString: return SameString(left, right) ? Verdict::kSame : Verdict::kDifferent;
    case Type::kArray:
    case Type::kObject: break;
  }
  const bool same_payload =
      left.flags == right.flags && left.size == right.size && left.text == right.text;
  if (same_payload) return Verdict::kSame;
  const bool same_text = left.raw() && right.raw() && left.text_view() == right.text_view();
  return same_text ? Verdict::kSame : Verdict::kOpen;
}

// Opens both and puts them on the stack; false when they cannot be equal.
bool Push(const Value& left, const Value& right, Arena& arena, Pair** top) {
  Value a = Open(left, arena);
  Value b = Open(right, arena);
  if (a.size != b.size) return false;
  if (a.type == Type::kObject && !SameKeys(a, b)) {
    a = Sorted(a, arena);
    b = Sorted(b, arena);
    if (!SameKeys(a, b)) return false;
  }
  *top = new (arena.Allocate(sizeof(Pair), alignof(Pair))) Pair{a, b, 0, *top};
  return true;
}

// Sorts UTF-8 as UTF-16 sorts: what needs a surrogate pair (lead bytes from F0) comes before
// U+E000 to U+FFFF (lead bytes EE and EF).
int Utf16Rank(char c) {
  const int byte = static_cast<unsigned char>(c);
  return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
}

}  // namespace

bool Equal(const Value& left, const Value& right, Arena& arena) {
  const Verdict verdict = Shallow(left, right);
  if (verdict != Verdict::kOpen) return verdict == Verdict::kSame;
  Pair* top = nullptr;
  if (!Push(left, right, arena, &top)) return false;
  while (top != nullptr) {
    if (top->next == top->left.size) {
      top = top->below;
      continue;
    }
    const uint32_t i = top->next++;
    const bool is_object = top->left.type == Type::kObject;
    const Value& a = is_object ? top->left.members[i].value : top->left.items[i];
    const Value& b = is_object ? top->right.members[i].value : top->right.items[i];
    const Verdict part = Shallow(a, b);
    if (part == Verdict::kDifferent) return false;
    if (part == Verdict::kOpen && !Push(a, b, arena, &top)) return false;
  }
  return true;
}

int CompareStrings(const Value& left, const Value& right, Arena& arena) {
  const std::string_view a = Decode(left, arena);
  const std::string_view b = Decode(right, arena);
  const size_t common = std::min(a.size(), b.size());
  const auto [at_a, at_b] =
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(common), b.begin());
  if (at_a != a.begin() + static_cast<ptrdiff_t>(common))
    return Utf16Rank(*at_a) - Utf16Rank(*at_b);
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

}  // namespace aslx
