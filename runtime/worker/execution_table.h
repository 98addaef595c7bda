// The executions of one worker: a slab of entries with generations.
//
// What it is: storage and identity. One that runs has a slot, which is large and used again at
// once; one that waits is parked, in as few bytes as hold it. What it is not: a scheduler
// (worker.h). Who uses it: Worker only. Thread: the worker's. Memory: entries come in chunks, up to
// a limit, and stay where they are; a freed one is reused with the next generation, so that
// whatever still names the old one is refused. Slots stay where they are while their execution is
// not parked.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/vm/execution.h"
#include "runtime/vm/parking.h"
#include "runtime/worker/timer_wheel.h"

namespace aslx {

/// Names an execution while it lives.
struct ExecutionHandle {
  uint32_t slot = UINT32_MAX;
  uint32_t generation = 0;
};

struct ExecutionSlot;

/// Where an execution is. Invariant: it is free, or has a slot, or is parked.
struct ExecutionEntry {
  enum class Place : uint8_t { kFree, kSlot, kParked };
  union {
    uint32_t next_free = UINT32_MAX;
    ExecutionSlot* slot;
    ParkedExecution* parked;
  };
  uint32_t generation = 0;
  Place place = Place::kFree;
};
static_assert(sizeof(ExecutionEntry) == 16);

struct ExecutionSlot {
  explicit ExecutionSlot(BlockPool* pool) : execution(pool) {}

  Execution execution;
  ExecutionEntry* entry = nullptr;
  ExecutionSlot* next_spare = nullptr;
  bool in_ready_list = false;
  bool in_settle_list = false;
  /// The input text is the starter's to move, once the execution waits.
  bool borrows_input = false;
  uint32_t next_ready = UINT32_MAX;
};

/// Invariant: every slot is an entry's or spare.
class ExecutionTable {
 public:
  ExecutionTable(BlockPool* pool, uint32_t executions_max);
  ~ExecutionTable();
  ExecutionTable(const ExecutionTable&) = delete;
  ExecutionTable& operator=(const ExecutionTable&) = delete;

  /// Null when executions_max are in use.
  ExecutionSlot* Take();
  /// Its execution is over, though its slot is not given back yet: whoever still names it is late.
  void Outdate(ExecutionSlot* slot) { slot->execution.generation = ++slot->entry->generation; }
  /// Its execution must have been recycled.
  void Give(ExecutionSlot* slot);

  /// `input`: as for aslx::Park.
  void Park(ExecutionSlot* slot, std::string_view input, VmContext& context);

  /// Must have a slot.
  ExecutionSlot& At(uint32_t index) { return *EntryAt(index).slot; }
  /// Must be in use; when it is parked it gets a slot.
  ExecutionSlot& Wake(uint32_t index);
  /// Whether it is in use with this generation.
  bool Knows(ExecutionHandle handle);
  bool used(uint32_t index) { return EntryAt(index).place != Place::kFree; }

  uint32_t used_count() const { return used_count_; }
  uint32_t executions_max() const { return executions_max_; }
  /// Entries that exist, used or free.
  uint32_t entry_count() const { return entry_count_; }

 private:
  // 1 KiB.
  static constexpr uint32_t kChunk = 64;
  // Slots that are kept for reuse: more than start and wake in a Turn.
  static constexpr uint32_t kSpareMax = 2'048;

  using Place = ExecutionEntry::Place;

  ExecutionEntry& EntryAt(uint32_t index) { return chunks_[index / kChunk][index % kChunk]; }
  void AddEntry();
  void AddSpare();
  ExecutionSlot* TakeSpare(ExecutionEntry* entry);
  void GiveSpare(ExecutionSlot* slot);

  BlockPool* pool_;
  uint32_t executions_max_;
  std::vector<std::unique_ptr<ExecutionEntry[]>> chunks_;
  ExecutionSlot* spare_ = nullptr;
  uint32_t spare_count_ = 0;
  uint32_t entry_count_ = 0;
  uint32_t first_free_ = UINT32_MAX;
  uint32_t used_count_ = 0;
};

}  // namespace aslx
