#include <bit>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/functions/arguments.h"
#include "runtime/functions/families.h"
#include "runtime/value/compare.h"
#include "runtime/value/number.h"

namespace aslx::functions {
namespace {

uint64_t Mix(uint64_t hash, uint64_t part) {
  hash = (hash ^ part) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

uint64_t HashText(std::string_view text) {
  uint64_t hash = text.size();
  while (text.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    hash = Mix(hash, word);
    text.remove_prefix(8);
  }
  uint64_t word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return Mix(hash, word);
}

/// Equal values have equal hashes, whatever their form. As deep as the value nests, at most
/// limits::kJsonDepthMax.
uint64_t HashOf(const Value& value, uint32_t depth, Arena& arena) {
  ASLX_CHECK(depth <= limits::kJsonDepthMax);
  uint64_t hash = static_cast<uint64_t>(value.type) + 1;
  if (arena.over_limit()) return hash;
  switch (value.type) {
    case Type::kUndefined:
    case Type::kNull: return hash;
    case Type::kBool: return Mix(hash, value.truth() ? 1 : 0);
    // Adding 0 makes -0 and 0 the same.
    case Type::kNumber: return Mix(hash, std::bit_cast<uint64_t>(ToNumber(value).real + 0.0));
    case Type::kString: return Mix(hash, HashText(Decode(value, arena)));
    case Type::kArray: {
      Value array = Open(value, arena);
      for (uint32_t i = 0; i < array.size; ++i)
        hash = Mix(hash, HashOf(array.items[i], depth + 1, arena));
      return hash;
    }
    case Type::kObject: {
      Value object = Open(value, arena);
      uint64_t sum = 0;  // the order of members does not count
      for (uint32_t i = 0; i < object.size; ++i)
        sum += Mix(HashText(Decode(object.members[i].key, arena)),
                   HashOf(object.members[i].value, depth + 1, arena));
      return Mix(hash, sum);
    }
  }
  return hash;
}

}  // namespace

// A hash table, so that no array of the payload's size takes quadratic time.
Value ArrayUnique(std::span<const Value> arguments, FunctionContext& context) {
  std::span<const Value> items;
  if (!ReadArray(arguments[0], "the argument", context, &items) ||
      !CheckHeight(arguments[0], context))
    return Value::Undefined();
  Arena& arena = *context.arena;
  size_t capacity = std::bit_ceil(items.size() * 2 + 1);
  uint32_t* table = arena.AllocateArray<uint32_t>(capacity);  // 1 + index into unique; 0: free
  std::memset(table, 0, capacity * sizeof(uint32_t));
  uint64_t* hashes = arena.AllocateArray<uint64_t>(items.size());
  Value* unique = arena.AllocateArray<Value>(items.size());
  uint32_t count = 0;
  for (const Value& item : items) {
    if (arena.over_limit()) break;
    uint64_t hash = HashOf(item, 0, arena);
    size_t at = hash & (capacity - 1);
    while (table[at] != 0 &&
           !(hashes[table[at] - 1] == hash && Equal(unique[table[at] - 1], item, arena)))
      at = (at + 1) & (capacity - 1);
    if (table[at] != 0) continue;
    hashes[count] = hash;
    unique[count++] = item;
    table[at] = count;
  }
  return MakeArray({unique, count}, context);
}

}  // namespace aslx::functions
