// Moves live values into fresh memory, so that what an execution no longer needs can go.
//
// When an execution suspends, or a loop has filled its arena, its live values are copied to a new
// arena: source texts (the event, task results) that are still referred to are copied once, whole,
// and spans into them are rebased; spines are copied with their sharing kept.
// Thread: the owner of both arenas.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx {

class Relocator {
 public:
  explicit Relocator(Arena* to) : to_(to) {}

  /// Spans inside `text` are rebased to one copy of it, made when the first is met.
  void AddSource(std::string_view text);
  /// Copies what `*value` refers to and points it there. May be called for many values.
  /// Texts in the Program (constants) are left where they are: call SetImmovable first.
  void SetImmovable(const void* begin, const void* end);
  void Move(Value* value);

 private:
  struct Source {
    std::string_view from;
    const char* to = nullptr;
  };
  const char* MoveText(const char* text, size_t size, bool quoted);
  Arena* to_;
  std::vector<Source> sources_;
  const char* immovable_begin_ = nullptr;
  const char* immovable_end_ = nullptr;
};

}  // namespace aslx
