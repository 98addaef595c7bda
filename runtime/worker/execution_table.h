// The executions of one worker: a slab of slots with generations.
//
// What it is: storage and identity. What it is not: a scheduler (worker.h).
// Who uses it: Worker only. Thread: the worker's.
// Memory: slots come in chunks, up to a limit, and stay where they are; a freed slot is reused with
// the next generation, so that whatever still names the old one is refused.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/vm/execution.h"
#include "runtime/worker/timer_wheel.h"

namespace aslx {

/// Names an execution while it lives.
struct ExecutionHandle {
  uint32_t slot = UINT32_MAX;
  uint32_t generation = 0;
};

struct ExecutionSlot {
  explicit ExecutionSlot(BlockPool* pool) : execution(pool) {}

  Execution execution;
  /// What the one who started it knows it by.
  uint64_t user = 0;
  bool used = false;
  bool in_ready_list = false;
  bool in_settle_list = false;
  /// The input text is the starter's and still referred to.
  bool borrows_input = false;
  uint32_t next_free = UINT32_MAX;
  uint32_t next_ready = UINT32_MAX;
  TimerId deadline_timer = kNoTimer;
  /// Of the suspension of each branch, by its slot. The root has its own place: most executions
  /// that wait have no other branch.
  TimerId root_timer = kNoTimer;
  std::vector<TimerId> branch_timers;

  TimerId& TimerOf(uint32_t branch);
};

/// Invariant: a slot is either in use or in the free list.
class ExecutionTable {
 public:
  ExecutionTable(BlockPool* pool, uint32_t executions_max)
      : pool_(pool), executions_max_(executions_max) {}
  ExecutionTable(const ExecutionTable&) = delete;
  ExecutionTable& operator=(const ExecutionTable&) = delete;

  /// Null when executions_max are in use.
  ExecutionSlot* Take();
  /// Its execution must have been recycled and its generation counted up.
  void Give(ExecutionSlot* slot);

  ExecutionSlot& At(uint32_t slot) { return *chunks_[slot / kChunk]->slots[slot % kChunk]; }
  /// Null when `slot` has another generation by now, or never existed.
  ExecutionSlot* Find(uint32_t slot, uint32_t generation);

  uint32_t used_count() const { return used_count_; }
  uint32_t executions_max() const { return executions_max_; }
  /// Slots that exist, used or free.
  uint32_t slot_count() const { return slot_count_; }

 private:
  // 64 slots: a table that is hardly used costs some 30 KiB.
  static constexpr uint32_t kChunk = 64;
  struct Chunk {
    std::unique_ptr<ExecutionSlot> slots[kChunk];
  };

  BlockPool* pool_;
  uint32_t executions_max_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  uint32_t slot_count_ = 0;
  uint32_t first_free_ = UINT32_MAX;
  uint32_t used_count_ = 0;
};

}  // namespace aslx
