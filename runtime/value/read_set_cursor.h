// Following a read set through one text: which node a key leads to, and what a repeated key undoes.
//
// Who uses it: the JSON reader only. Thread: with its reader. Memory: the read set outlives it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "runtime/value/json_escape.h"
#include "runtime/value/read_set.h"
#include "runtime/value/value.h"

namespace aslx {

class ReadSetCursor {
 public:
  /// For a new text.
  void Start(const ReadSet& set) {
    set_ = &set;
    seen_ = 0;
    if (set.node_count > 64) seen_beyond_.assign(set.node_count / 64, 0);
  }

  uint64_t KeyMarks(uint32_t node) const {
    return set_->key_marks != nullptr ? set_->key_marks[node] : KeyMarksBelow(*set_, node);
  }

  /// Whether anything below `node` is wanted.
  bool LeadsOn(uint32_t node) const { return set_->nodes[node].first_child != kNoNode; }

  /// The child of `node` with this key (without escapes), or kNoNode. No part of the pass's loop,
  /// which would have to move its registers out of the way.
  [[gnu::noinline]] uint32_t Find(uint32_t node, std::string_view key) const {
    for (uint32_t child = set_->nodes[node].first_child; child != kNoNode;
         child = set_->nodes[child].next_sibling) {
      const ReadSetNode& wanted = set_->nodes[child];
      if (wanted.key_size == key.size() && Same(set_->text + wanted.key_offset, key)) return child;
    }
    return kNoNode;
  }

  [[gnu::cold, gnu::noinline]] uint32_t FindEscaped(uint32_t node, std::string_view raw_key) {
    key_.resize(raw_key.size());
    const char* end = json::DecodeInto(raw_key, key_.data());
    return Find(node, {key_.data(), static_cast<size_t>(end - key_.data())});
  }

  /// The slot for the value of `node`, which is met now. Met before, in an earlier member of the
  /// same key: what that one put below goes.
  uint16_t Enter(uint32_t node, Value* slots) {
    const ReadSetNode& entered = set_->nodes[node];
    if (entered.first_child != kNoNode) {
      uint64_t& word = node < 64 ? seen_ : seen_beyond_[node / 64 - 1];
      const uint64_t bit = uint64_t{1} << (node % 64);
      if ((word & bit) != 0) ClearBelow(entered.first_child, slots);
      word |= bit;
    }
    return entered.slot;
  }

 private:
  // No call in here, so that Find needs no frame: loads of 8 bytes, of which the last two overlap.
  static bool Same(const char* wanted, std::string_view key) {
    const size_t size = key.size();
    const char* const text = key.data();
    if (size >= 8) {
      for (size_t at = 0; at + 8 < size; at += 8)
        if (!SameAt<uint64_t>(wanted, text, at)) return false;
      return SameAt<uint64_t>(wanted, text, size - 8);
    }
    if (size >= 4)
      return SameAt<uint32_t>(wanted, text, 0) && SameAt<uint32_t>(wanted, text, size - 4);
    if (size >= 2)
      return SameAt<uint16_t>(wanted, text, 0) && SameAt<uint16_t>(wanted, text, size - 2);
    return size == 0 || *wanted == *text;
  }

  template <typename Word>
  static bool SameAt(const char* left, const char* right, size_t at) {
    Word words[2];
    std::memcpy(&words[0], left + at, sizeof(Word));
    std::memcpy(&words[1], right + at, sizeof(Word));
    return words[0] == words[1];
  }

  [[gnu::cold, gnu::noinline]] void ClearBelow(uint32_t first, Value* slots) {
    pending_.assign(1, first);
    while (!pending_.empty()) {
      uint32_t node = pending_.back();
      pending_.pop_back();
      for (; node != kNoNode; node = set_->nodes[node].next_sibling) {
        const ReadSetNode& cleared = set_->nodes[node];
        if (cleared.slot != kNoSlot) slots[cleared.slot] = Value::Undefined();
        if (cleared.first_child != kNoNode) pending_.push_back(cleared.first_child);
      }
    }
  }

  const ReadSet* set_ = nullptr;  // a copy of it would be read before it is written: 6 ns
  uint64_t seen_ = 0;  // nodes with children that the text has had: the first 64, the others
  std::vector<uint64_t> seen_beyond_;
  std::vector<uint32_t> pending_;
  std::vector<char> key_;
};

}  // namespace aslx
