#include "runtime/base/arena.h"

#include <cstdlib>
#include <new>
#include <utility>

#include "runtime/base/check.h"

namespace aslx {

BlockPool::~BlockPool() {
  while (free_ != nullptr) {
    Free* block = free_;
    free_ = block->next;
    std::free(block);
  }
}

void* BlockPool::Take() {
  ++taken_count_;
  if (free_ != nullptr) {
    Free* block = free_;
    free_ = block->next;
    --kept_count_;
    return block;
  }
  void* block = std::malloc(limits::kArenaBlockBytes);
  ASLX_CHECK(block != nullptr);
  return block;
}

void BlockPool::Give(void* block) {
  ASLX_CHECK(taken_count_ > 0);
  --taken_count_;
  if (kept_count_ >= kept_max_) {
    std::free(block);
    return;
  }
  free_ = new (block) Free{free_};
  ++kept_count_;
}

// At the start of each block. `pooled` blocks go back to the pool, larger ones to the system.
struct Arena::Block {
  Block* previous;
  size_t bytes;
  bool pooled;
};

void* Arena::AllocateSlow(size_t bytes, size_t alignment) {
  const size_t needed = sizeof(Block) + bytes + alignment;
  const bool pooled = needed <= limits::kArenaBlockBytes;
  const size_t block_bytes = pooled ? limits::kArenaBlockBytes : needed;
  void* memory = pooled ? pool_->Take() : std::malloc(block_bytes);
  ASLX_CHECK(memory != nullptr);
  reserved_bytes_ += block_bytes;
  newest_ = new (memory) Block{newest_, block_bytes, pooled};
  const uintptr_t start = reinterpret_cast<uintptr_t>(memory) + sizeof(Block);
  const uintptr_t at = (start + alignment - 1) & ~(alignment - 1);
  cursor_ = at + bytes;
  end_ = reinterpret_cast<uintptr_t>(memory) + block_bytes;
  return reinterpret_cast<void*>(at);
}

void Arena::Reserve(size_t bytes) {
  const size_t block_bytes = sizeof(Block) + bytes;
  void* memory = std::malloc(block_bytes);
  ASLX_CHECK(memory != nullptr);
  reserved_bytes_ += block_bytes;
  newest_ = new (memory) Block{newest_, block_bytes, false};
  cursor_ = reinterpret_cast<uintptr_t>(memory) + sizeof(Block);
  end_ = reinterpret_cast<uintptr_t>(memory) + block_bytes;
}

void Arena::GiveBlocks() {
  while (newest_ != nullptr) {
    Block* block = newest_;
    newest_ = block->previous;
    if (block->pooled) {
      pool_->Give(block);
    } else {
      std::free(block);
    }
  }
}

void Arena::TakeFrom(Arena& other) {
  ASLX_CHECK(pool_ == other.pool_ && this != &other && other.own_.empty());
  Reset();
  cursor_ = std::exchange(other.cursor_, 0);
  end_ = std::exchange(other.end_, 0);
  newest_ = std::exchange(other.newest_, nullptr);
  reserved_bytes_ = std::exchange(other.reserved_bytes_, 0);
}

void* Arena::Detach() {
  ASLX_CHECK(own_.empty());
  void* const blocks = std::exchange(newest_, nullptr);
  Reset();
  return blocks;
}

void Arena::Attach(void* blocks) {
  ASLX_CHECK(newest_ == nullptr);
  newest_ = static_cast<Block*>(blocks);
  for (const Block* block = newest_; block != nullptr; block = block->previous)
    reserved_bytes_ += block->bytes;
  // What is left at the end of the newest is not known any more.
  if (newest_ != nullptr) cursor_ = end_ = reinterpret_cast<uintptr_t>(newest_) + newest_->bytes;
}

}  // namespace aslx
