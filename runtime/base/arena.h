// Bump allocation over pooled blocks, with a hard limit: all memory of one execution.
//
// What it is not: a general allocator; nothing is freed before Reset().
// Who uses it: values, the interpreter, the JSON reader; the compiler for its own trees.
// Thread: one thread at a time; a BlockPool belongs to one worker.
// Memory: what Allocate returns lives until Reset() or destruction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "runtime/base/limits.h"

namespace aslx {

/// Blocks of limits::kArenaBlockBytes, kept for reuse. A block taken from the pool costs no malloc.
class BlockPool {
 public:
  explicit BlockPool(size_t kept_max = limits::kPooledBlocksMax) : kept_max_(kept_max) {}
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  void* Take();
  void Give(void* block);

  /// Blocks handed out and not yet given back.
  size_t taken_count() const { return taken_count_; }
  size_t kept_count() const { return kept_count_; }

 private:
  struct Free {
    Free* next;
  };
  Free* free_ = nullptr;
  size_t kept_count_ = 0;
  size_t kept_max_;
  size_t taken_count_ = 0;
};

/// Invariant: Allocate never fails. Going over the limit sets over_limit(), which the interpreter
/// turns into a Fault after the instruction; whoever can amplify its input in one call checks
/// over_limit() in its loop.
class Arena {
 public:
  /// `own`: handed out before any block is taken; the caller's, and as long there as the arena.
  explicit Arena(BlockPool* pool, size_t bytes_max = limits::kArenaBytesMax,
                 std::span<std::byte> own = {})
      : own_(own), pool_(pool), bytes_max_(bytes_max) {
    Begin();
  }
  ~Arena() { Reset(); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* Allocate(size_t bytes, size_t alignment = 8) {
    uintptr_t at = (cursor_ + alignment - 1) & ~(alignment - 1);
    if (__builtin_expect(at + bytes > end_ || cursor_ == 0, 0))
      return AllocateSlow(bytes, alignment);
    cursor_ = at + bytes;
    return reinterpret_cast<void*>(at);
  }

  template <typename T>
  T* AllocateArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(Allocate(sizeof(T) * count, alignof(T)));
  }

  /// Copies `text` into the arena.
  std::string_view Copy(std::string_view text) {
    char* to = AllocateArray<char>(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// Gives back what is at the end of the newest allocation: `used_end` is the first byte not
  /// needed.
  void ShrinkLast(void* used_end) { cursor_ = reinterpret_cast<uintptr_t>(used_end); }

  /// All blocks go back; everything allocated is gone.
  void Reset() {
    if (newest_ != nullptr) GiveBlocks();
    Begin();
  }

  /// Makes room for `bytes` in one block of just that size, for what is copied to stay a while.
  void Reserve(size_t bytes);

  /// Takes over all blocks of `other`, which is empty afterwards; this arena is reset first. Both
  /// must share their pool, and `other` has no memory of its own.
  void TakeFrom(Arena& other);

  /// Its blocks go to the caller, who gives them to Attach of an arena that is empty, or of none.
  /// It has no memory of its own.
  void* Detach();
  void Attach(void* blocks);

  bool over_limit() const { return reserved_bytes_ > bytes_max_; }
  /// Bytes of blocks held and of its own, used or not.
  size_t reserved_bytes() const { return reserved_bytes_; }
  /// Bytes handed out, counting what is left at the end of older blocks, too.
  size_t used_bytes() const { return reserved_bytes_ - (end_ - cursor_); }

 private:
  struct Block;
  void* AllocateSlow(size_t bytes, size_t alignment);
  void GiveBlocks();
  void Begin() {
    cursor_ = reinterpret_cast<uintptr_t>(own_.data());
    end_ = cursor_ + own_.size();
    reserved_bytes_ = own_.size();
  }

  std::span<std::byte> own_;
  uintptr_t cursor_ = 0;
  uintptr_t end_ = 0;
  Block* newest_ = nullptr;
  BlockPool* pool_;
  size_t bytes_max_;
  size_t reserved_bytes_ = 0;
};

}  // namespace aslx
