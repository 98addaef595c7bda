// A text that grows in an arena.
//
// What it is not: a stream; nothing but appending. Who uses it: the functions that build strings.
// Thread: any. Memory: the text is in the arena.
// Invariant: stops growing when the arena is over its limit, which the interpreter turns into a
// fault after the instruction.
#pragma once

#include <cstring>
#include <string_view>

#include "runtime/base/arena.h"

namespace aslx::functions {

class ArenaText {
 public:
  explicit ArenaText(Arena& arena, size_t capacity = 64)
      : arena_(arena), text_(arena.AllocateArray<char>(capacity)), capacity_(capacity) {}

  void Append(char c) { Append(std::string_view(&c, 1)); }
  void Append(std::string_view part) {
    if (part.size() > capacity_ - size_ && !Grow(part.size())) return;
    if (!part.empty()) std::memcpy(text_ + size_, part.data(), part.size());
    size_ += part.size();
  }

  std::string_view text() const { return {text_, size_}; }
  bool over_limit() const { return arena_.over_limit(); }

 private:
  bool Grow(size_t more) {
    if (arena_.over_limit()) return false;
    while (capacity_ - size_ < more)
      capacity_ *= 2;
    char* grown = arena_.AllocateArray<char>(capacity_);
    std::memcpy(grown, text_, size_);
    text_ = grown;
    return true;
  }

  Arena& arena_;
  char* text_;
  size_t size_ = 0;
  size_t capacity_;
};

}  // namespace aslx::functions
