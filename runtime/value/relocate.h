// Moves live values into fresh memory, so that what an execution no longer needs can go.
//
// When an execution suspends, or a loop has filled its arena, its live values are copied to a new
// arena, with their sharing kept. Spans of the event are only pointed to where its text is now.
// What it is not: a collector that runs by itself; its owner names every live value.
// Thread: the owner of both arenas. Memory: what is moved lives in `to`; the work lists are its
// own.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx {

class Relocator {
 public:
  explicit Relocator(Arena* to) : to_(to) {}

  /// Spans inside `text` are rebased to `now`, where the same bytes stand.
  void SetSource(std::string_view text, const char* now);
  /// Texts in the Program (constants) are left where they are: call SetImmovable first.
  void SetImmovable(const void* begin, const void* end);
  /// Copies what `*value` refers to and points it there. May be called for many values: what two of
  /// them share is copied once, but texts that only overlap are copied each.
  void Move(Value* value);

 private:
  // What has been copied already: an open-addressing table by address and size.
  struct Forwarded {
    const void* from = nullptr;
    const void* to = nullptr;
    size_t size = 0;
  };

  void MovePayload(Value* value);
  void MoveMembers(Value* value);
  void MoveItems(Value* value);
  void MoveInstance(Value* value);
  void Push(Value* values, size_t count);
  const char* MoveText(const char* text, size_t size);
  bool Immovable(const void* at) const;
  /// The entry for these bytes; `to` is null when they have not been copied yet.
  Forwarded* Forward(const void* from, size_t size);
  void GrowForwarded();

  Arena* to_;
  std::string_view source_;
  const char* source_now_ = nullptr;
  std::vector<Value*> pending_;  // containers whose payload is still the old one
  std::vector<Forwarded> forwarded_;
  size_t forwarded_count_ = 0;
  const char* immovable_begin_ = nullptr;
  const char* immovable_end_ = nullptr;
};

}  // namespace aslx
