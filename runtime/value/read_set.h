// The paths that a Program reads from its event, as a trie of object keys.
//
// The JSON reader walks it while it validates the text and puts each value found into a slot, so
// that reading the event and finding its fields is one pass.
//
// What it is not: all paths of the Program; only chains of keys from the root are in it.
// Thread: immutable. Memory: nodes live in the Program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aslx {

inline constexpr uint16_t kNoSlot = UINT16_MAX;
inline constexpr uint32_t kNoNode = UINT32_MAX;

/// A key below its parent. Siblings are chained; node 0 is the root (no key).
struct ReadSetNode {
  uint32_t key_offset;  // decoded key, in the strings section
  uint32_t key_size;
  uint32_t first_child;   // kNoNode: leaf
  uint32_t next_sibling;  // kNoNode: last
  uint16_t slot;          // kNoSlot: only on the way to a deeper one
  uint16_t reserved;
};
static_assert(sizeof(ReadSetNode) == 20);

struct ReadSet {
  const ReadSetNode* nodes = nullptr;
  uint32_t node_count = 0;
  uint32_t slot_count = 0;
  const char* text = nullptr;
  /// KeyMarksOf() this set, one for each node; without them they are made anew for each object.
  const uint64_t* key_marks = nullptr;
};

/// A number below 64 from a key's size and outer letters: most keys of an event have a mark that no
/// wanted key has, and need no comparison (bench_iot ReadWithReadSet/300: walking the siblings for
/// each key took a third of the reader's time). The factors only have to spread ASCII. The byte on
/// either side of the key is readable: of an empty key the mark is made from those, and means
/// nothing.
inline uint32_t KeyMark(const char* key, size_t size) {
  const auto front = static_cast<unsigned char>(key[0]);
  const auto back = static_cast<unsigned char>(key[size - 1]);
  return static_cast<uint32_t>(front + back * 8u + size * 4) % 64;
}

/// A set of the marks of all keys directly below `node`; of everything where one is empty.
inline uint64_t KeyMarksBelow(const ReadSet& set, uint32_t node) {
  uint64_t marks = 0;
  for (uint32_t child = set.nodes[node].first_child; child != kNoNode;
       child = set.nodes[child].next_sibling) {
    const uint32_t size = set.nodes[child].key_size;
    if (size == 0) return ~uint64_t{0};
    marks |= uint64_t{1} << KeyMark(set.text + set.nodes[child].key_offset, size);
  }
  return marks;
}

/// For every node of a verified set.
inline std::vector<uint64_t> KeyMarksOf(const ReadSet& set) {
  std::vector<uint64_t> marks(set.node_count);
  for (uint32_t node = 0; node < set.node_count; ++node)
    marks[node] = KeyMarksBelow(set, node);
  return marks;
}

}  // namespace aslx
