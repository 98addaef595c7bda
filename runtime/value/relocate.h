// Moves live values into fresh memory, so that what an execution no longer needs can go.
//
// When an execution suspends, or a loop has filled its arena, its live values are copied to a new
// arena: source texts (the event, task results) that are still referred to are copied once, whole,
// and spans into them are rebased; spines are copied with their sharing kept.
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

/// One Relocator makes one move: after the first Move no source is added.
class Relocator {
 public:
  explicit Relocator(Arena* to) : to_(to) {}

  /// Spans inside `text` are rebased to one copy of it, made when the first is met.
  void AddSource(std::string_view text);
  /// Texts in the Program (constants) are left where they are: call SetImmovable first.
  void SetImmovable(const void* begin, const void* end);
  /// Copies what `*value` refers to and points it there. May be called for many values; what two of
  /// them share is copied once.
  void Move(Value* value);

  /// Where the copy of a source stands; null when nothing referred to it.
  const char* CopyOf(std::string_view source) const;

 private:
  struct Source {
    std::string_view from;
    const char* to = nullptr;
  };
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
  Source* SourceOf(const char* text);
  /// The entry for these bytes; `to` is null when they have not been copied yet.
  Forwarded* Forward(const void* from, size_t size);
  void GrowForwarded();

  Arena* to_;
  std::vector<Source> sources_;  // by address, once the first value has been moved
  bool sorted_ = true;
  std::vector<Value*> pending_;  // containers whose payload is still the old one
  std::vector<Forwarded> forwarded_;
  size_t forwarded_count_ = 0;
  const char* immovable_begin_ = nullptr;
  const char* immovable_end_ = nullptr;
};

}  // namespace aslx
