#include "runtime/worker/execution_table.h"

#include "runtime/base/check.h"

namespace aslx {

TimerId& ExecutionSlot::TimerOf(uint32_t branch) {
  if (branch == 0) return root_timer;
  if (branch_timers.size() < branch) branch_timers.resize(branch, kNoTimer);
  return branch_timers[branch - 1];
}

ExecutionSlot* ExecutionTable::Take() {
  uint32_t index = first_free_;
  if (index != UINT32_MAX) {
    first_free_ = At(index).next_free;
  } else {
    if (slot_count_ == executions_max_) return nullptr;
    index = slot_count_++;
    if (index % kChunk == 0) chunks_.push_back(std::make_unique<Chunk>());
    chunks_.back()->slots[index % kChunk] = std::make_unique<ExecutionSlot>(pool_);
    At(index).execution.table_slot = index;
  }
  ExecutionSlot& slot = At(index);
  ASLX_CHECK(!slot.used);
  slot.used = true;
  ++used_count_;
  return &slot;
}

void ExecutionTable::Give(ExecutionSlot* slot) {
  ASLX_CHECK(slot->used && slot->execution.status == ExecutionStatus::kIdle);
  slot->used = false;
  slot->next_free = first_free_;
  first_free_ = slot->execution.table_slot;
  --used_count_;
}

ExecutionSlot* ExecutionTable::Find(uint32_t slot, uint32_t generation) {
  if (slot >= slot_count_) return nullptr;
  ExecutionSlot& found = At(slot);
  return found.used && found.execution.generation == generation ? &found : nullptr;
}

}  // namespace aslx
