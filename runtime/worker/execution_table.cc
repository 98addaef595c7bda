#include "runtime/worker/execution_table.h"

#include <utility>

#include "runtime/base/check.h"

namespace aslx {

ExecutionTable::ExecutionTable(BlockPool* pool, uint32_t executions_max)
    : pool_(pool), executions_max_(executions_max) {}

ExecutionTable::~ExecutionTable() {
  ASLX_CHECK(used_count_ == 0);
  while (spare_ != nullptr)
    delete std::exchange(spare_, spare_->next_spare);
}

ExecutionSlot* ExecutionTable::Take() {
  if (first_free_ == UINT32_MAX) {
    if (entry_count_ == executions_max_) return nullptr;
    AddEntry();
  }
  const uint32_t index = first_free_;
  ExecutionEntry& entry = EntryAt(index);
  first_free_ = entry.next_free;
  entry.slot = TakeSpare(&entry);
  entry.place = Place::kSlot;
  entry.slot->execution.table_slot = index;
  entry.slot->execution.generation = entry.generation;
  ++used_count_;
  return entry.slot;
}

void ExecutionTable::Give(ExecutionSlot* slot) {
  ASLX_CHECK(slot->execution.status == ExecutionStatus::kIdle);
  ExecutionEntry& entry = *slot->entry;
  ++entry.generation;
  entry.place = Place::kFree;
  entry.next_free = first_free_;
  first_free_ = slot->execution.table_slot;
  --used_count_;
  GiveSpare(slot);
}

void ExecutionTable::Park(ExecutionSlot* slot, std::string_view input, VmContext& context) {
  slot->entry->parked = aslx::Park(slot->execution, input, context);
  slot->entry->place = Place::kParked;
  GiveSpare(slot);
}

bool ExecutionTable::Knows(ExecutionHandle handle) {
  if (handle.slot >= entry_count_ || !used(handle.slot)) return false;
  return EntryAt(handle.slot).generation == handle.generation;
}

ExecutionSlot& ExecutionTable::Wake(uint32_t index) {
  ExecutionEntry& entry = EntryAt(index);
  if (entry.place == Place::kSlot) return *entry.slot;
  ASLX_CHECK(entry.place == Place::kParked);
  ExecutionSlot* const slot = TakeSpare(&entry);
  Unpark(entry.parked, slot->execution);
  entry.slot = slot;
  entry.place = Place::kSlot;
  return *slot;
}

void ExecutionTable::AddEntry() {
  if (entry_count_ % kChunk == 0) chunks_.push_back(std::make_unique<ExecutionEntry[]>(kChunk));
  first_free_ = entry_count_++;
}

void ExecutionTable::AddSpare() {
  spare_ = new ExecutionSlot(pool_);
  ++spare_count_;
}

inline ExecutionSlot* ExecutionTable::TakeSpare(ExecutionEntry* entry) {
  if (spare_ == nullptr) AddSpare();
  ExecutionSlot* const slot = std::exchange(spare_, spare_->next_spare);
  --spare_count_;
  slot->entry = entry;
  return slot;
}

inline void ExecutionTable::GiveSpare(ExecutionSlot* slot) {
  if (spare_count_ == kSpareMax) {
    delete slot;
    return;
  }
  ++spare_count_;
  slot->next_spare = std::exchange(spare_, slot);
}

}  // namespace aslx
