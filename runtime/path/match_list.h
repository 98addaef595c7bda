// The matches of an indefinite path, in order, growing in an arena.
//
// Who uses it: this folder. Thread: any. Memory: in the arena.
// Invariant: stops growing when the arena is over its limit.
#pragma once

#include <algorithm>
#include <cstring>

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx::path {

class MatchList {
 public:
  explicit MatchList(Arena& arena) : arena_(arena) {}

  void Add(const Value& match) {
    if (count_ == capacity_ && !Grow()) return;
    // Jackson's missing node, where an index is outside its array, counts as a null.
    matches_[count_++] = match.undefined() ? Value::Null() : match;
    if (match.height > height_) height_ = match.height;
  }

  Value ToArray() const {
    return Value::Array(matches_, count_, static_cast<uint16_t>(height_ + 1));
  }

 private:
  bool Grow() {
    if (arena_.over_limit()) return false;
    uint32_t capacity = std::max(8u, capacity_ * 2);
    Value* grown = arena_.AllocateArray<Value>(capacity);
    if (count_ > 0) std::memcpy(static_cast<void*>(grown), matches_, count_ * sizeof(Value));
    matches_ = grown;
    capacity_ = capacity;
    return true;
  }

  Arena& arena_;
  Value* matches_ = nullptr;
  uint32_t count_ = 0;
  uint32_t capacity_ = 0;
  uint16_t height_ = 0;
};

}  // namespace aslx::path
