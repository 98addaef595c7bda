// The paths that a Program reads from its event, as a trie of object keys.
//
// The JSON reader walks it while it validates the text and puts each value found into a slot, so
// that reading the event and finding its fields is one pass.
//
// What it is not: all paths of the Program; only chains of keys from the root are in it.
// Thread: immutable. Memory: nodes live in the Program.
#pragma once

#include <cstdint>

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
};

}  // namespace aslx
