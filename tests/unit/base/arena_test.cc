// The arena and its pool: alignment, large blocks, the limit, and that everything goes back.
#include "runtime/base/arena.h"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

namespace aslx {
namespace {

TEST(ArenaTest, Allocate_AlignsAndSeparates) {
  BlockPool pool;
  Arena arena(&pool);
  std::vector<char*> parts;
  for (const size_t alignment : {1u, 2u, 4u, 8u, 16u, 32u}) {
    for (const size_t bytes : {1u, 3u, 8u, 100u}) {
      auto* part = static_cast<char*>(arena.Allocate(bytes, alignment));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(part) % alignment, 0u);
      std::memset(part, static_cast<int>(parts.size()), bytes);
      parts.push_back(part);
    }
  }
  for (size_t i = 0; i < parts.size(); ++i)
    EXPECT_EQ(*parts[i], static_cast<char>(i));
}

TEST(ArenaTest, Allocate_TakesBlocksFromThePoolAndGivesThemBack) {
  BlockPool pool;
  {
    Arena arena(&pool);
    EXPECT_EQ(pool.taken_count(), 0u) << "an arena that nothing used holds no block";
    for (int i = 0; i < 100; ++i)
      arena.Allocate(1'000);
    EXPECT_GE(pool.taken_count(), 6u);
    EXPECT_EQ(arena.reserved_bytes(), pool.taken_count() * limits::kArenaBlockBytes);
    arena.Reset();
    EXPECT_EQ(pool.taken_count(), 0u);
    EXPECT_EQ(arena.reserved_bytes(), 0u);
    arena.Allocate(1);
  }
  EXPECT_EQ(pool.taken_count(), 0u);
  EXPECT_GT(pool.kept_count(), 0u);
}

TEST(ArenaTest, Allocate_TakesLargePartsFromTheSystem) {
  BlockPool pool;
  Arena arena(&pool);
  for (const size_t bytes : {limits::kArenaBlockBytes - 100, limits::kArenaBlockBytes - 24,
                             limits::kArenaBlockBytes, 10 * limits::kArenaBlockBytes}) {
    auto* part = static_cast<char*>(arena.Allocate(bytes));
    std::memset(part, 1, bytes);
  }
  EXPECT_LE(pool.taken_count(), 2u);
  char* small = static_cast<char*>(arena.Allocate(8));
  std::memset(small, 2, 8);
}

TEST(ArenaTest, Allocate_UsesItsOwnMemoryFirst) {
  BlockPool pool;
  alignas(8) std::byte own[64];
  Arena arena(&pool, limits::kArenaBytesMax, own);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(arena.reserved_bytes(), sizeof own);
    EXPECT_EQ(arena.Allocate(40), own);
    EXPECT_EQ(arena.Allocate(24), own + 40);
    EXPECT_EQ(pool.taken_count(), 0u);
    EXPECT_EQ(arena.used_bytes(), sizeof own);
    void* const beyond = arena.Allocate(8);
    EXPECT_TRUE(beyond < own || beyond >= own + sizeof own);
    EXPECT_EQ(pool.taken_count(), 1u);
    EXPECT_EQ(arena.reserved_bytes(), sizeof own + limits::kArenaBlockBytes);
    arena.Reset();
    EXPECT_EQ(pool.taken_count(), 0u);
  }
}

TEST(ArenaTest, OverLimit_IsSetAndAllocationGoesOn) {
  BlockPool pool;
  Arena arena(&pool, 4 * limits::kArenaBlockBytes);
  while (!arena.over_limit())
    arena.Allocate(1'000);
  EXPECT_NE(arena.Allocate(100'000), nullptr);
  arena.Reset();
  EXPECT_FALSE(arena.over_limit());
}

TEST(ArenaTest, TakeFrom_MovesTheBlocks) {
  BlockPool pool;
  Arena from(&pool);
  Arena to(&pool);
  const std::string_view text = from.Copy("kept");
  to.Copy("lost");
  const size_t reserved = from.reserved_bytes();
  to.TakeFrom(from);
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(to.reserved_bytes(), reserved);
  EXPECT_EQ(from.reserved_bytes(), 0u);
  EXPECT_EQ(pool.taken_count(), 1u);
  EXPECT_EQ(from.Copy("used again"), "used again");
}

TEST(ArenaTest, Detach_GivesTheBlocksToAnotherArena) {
  BlockPool pool;
  Arena arena(&pool);
  const std::string_view text = arena.Copy("stays where it is");
  arena.Allocate(100'000);
  const size_t reserved = arena.reserved_bytes();
  void* const blocks = arena.Detach();
  EXPECT_EQ(arena.reserved_bytes(), 0u);
  EXPECT_EQ(pool.taken_count(), 1u);
  Arena other(&pool);
  other.Attach(blocks);
  EXPECT_EQ(other.reserved_bytes(), reserved);
  other.Allocate(1);
  EXPECT_EQ(text, "stays where it is");
  other.Reset();
  EXPECT_EQ(pool.taken_count(), 0u);
  EXPECT_EQ(arena.Detach(), nullptr) << "it has none";
}

TEST(ArenaTest, ShrinkLast_GivesTheRestBack) {
  BlockPool pool;
  Arena arena(&pool);
  char* part = arena.AllocateArray<char>(1'000);
  arena.ShrinkLast(part + 10);
  EXPECT_EQ(static_cast<char*>(arena.Allocate(1, 1)), part + 10);
}

TEST(ArenaTest, Copy_TakesEmptyTexts) {
  BlockPool pool;
  Arena arena(&pool);
  EXPECT_EQ(arena.Copy(""), "");
}

TEST(BlockPoolTest, Give_KeepsNoMoreThanItsLimit) {
  BlockPool pool(2);
  std::vector<void*> blocks;
  for (int i = 0; i < 5; ++i)
    blocks.push_back(pool.Take());
  EXPECT_EQ(pool.taken_count(), 5u);
  for (void* block : blocks)
    pool.Give(block);
  EXPECT_EQ(pool.taken_count(), 0u);
  EXPECT_EQ(pool.kept_count(), 2u);
}

}  // namespace
}  // namespace aslx
