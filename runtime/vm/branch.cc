#include "runtime/vm/branch.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"

namespace aslx {
namespace {

uint32_t FreeSlot(Execution& execution) {
  for (uint32_t slot = execution.free_slot_hint; slot < execution.branch_slots; ++slot) {
    if (execution.branches[slot] == nullptr) return slot;
  }
  if (execution.branch_capacity == 0) {
    execution.branches = execution.first_branches;
    execution.branch_capacity = static_cast<uint32_t>(std::size(execution.first_branches));
  }
  if (execution.branch_slots == execution.branch_capacity) {
    const uint32_t capacity = execution.branch_capacity * 2;
    auto** table = execution.arena.AllocateArray<Branch*>(capacity);
    if (execution.branch_slots > 0) {
      std::memcpy(table, execution.branches, sizeof(Branch*) * execution.branch_slots);
    }
    execution.branches = table;
    execution.branch_capacity = capacity;
  }
  return execution.branch_slots++;
}

}  // namespace

Branch* NewBranch(Execution& execution, uint32_t region, uint32_t parent, uint32_t index) {
  if (execution.branch_count >= limits::kBranchesPerExecutionMax) return nullptr;
  const RegionRecord& record = execution.program->regions()[region];
  const size_t values = size_t{record.register_count} + record.variable_count;
  void* memory = execution.arena.Allocate(sizeof(Branch) + values * sizeof(Value), alignof(Value));
  auto* branch = new (memory) Branch;
  branch->slot = FreeSlot(execution);
  execution.branches[branch->slot] = branch;
  execution.free_slot_hint = branch->slot + 1;
  ++execution.branch_count;
  branch->parent = parent;
  branch->region = region;
  branch->index = index;
  branch->pc = record.entry_pc;
  branch->muted = parent != kNoBranch && execution.branches[parent]->muted;
  branch->register_count = record.register_count;
  branch->variable_count = record.variable_count;
  ClearValues(branch->registers(), values);
  return branch;
}

void FreeBranch(Execution& execution, Branch* branch) {
  ASLX_CHECK(execution.branches[branch->slot] == branch);
  execution.branches[branch->slot] = nullptr;
  execution.free_slot_hint = std::min(execution.free_slot_hint, branch->slot);
  --execution.branch_count;
}

void RemoveReady(Execution& execution, Branch& branch) {
  uint32_t previous = kNoBranch;
  for (uint32_t slot = execution.ready_first; slot != kNoBranch;) {
    Branch& at = *execution.branches[slot];
    if (slot == branch.slot) {
      (previous == kNoBranch ? execution.ready_first : execution.branches[previous]->next_ready) =
          at.next_ready;
      if (execution.ready_last == slot) execution.ready_last = previous;
      return;
    }
    previous = slot;
    slot = at.next_ready;
  }
}

}  // namespace aslx
