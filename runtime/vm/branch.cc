#include "runtime/vm/branch.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/vm/interpreter.h"

namespace aslx {
namespace {

uint32_t FreeSlot(Execution& execution) {
  for (uint32_t slot = execution.free_slot_hint; slot < execution.branch_slots; ++slot) {
    if (execution.branches[slot] == nullptr) return slot;
  }
  if (execution.branch_slots == execution.branch_capacity) {
    const uint32_t capacity = execution.branch_capacity * 2;
    auto** table = execution.arena.AllocateArray<Branch*>(capacity);
    std::memcpy(table, execution.branches, sizeof(Branch*) * execution.branch_slots);
    execution.branches = table;
    execution.branch_capacity = capacity;
  }
  return execution.branch_slots++;
}

// At the entry of its region, registers and variables Undefined.
inline Branch* BranchAt(void* memory, const Execution& execution, uint32_t region) {
  const RegionRecord& record = execution.program->regions()[region];
  auto* branch = new (memory) Branch;
  branch->region = region;
  branch->pc = record.entry_pc;
  branch->register_count = record.register_count;
  branch->variable_count = record.variable_count;
  ClearValues(branch->registers(), size_t{record.register_count} + record.variable_count);
  return branch;
}

}  // namespace

Branch* NewRootBranch(Execution& execution) {
  ASLX_CHECK(execution.branch_slots == 0);
  const uint32_t region = execution.program->machine().root_region;
  const size_t bytes = BranchBytes(execution.program->regions()[region]);
  Branch* branch = BranchAt(execution.arena.Allocate(bytes, alignof(Branch)), execution, region);
  execution.branches[0] = branch;
  execution.branch_slots = 1;
  execution.free_slot_hint = 1;
  execution.branch_count = 1;
  return branch;
}

Branch* NewBranch(Execution& execution, uint32_t region, uint32_t parent, uint32_t index) {
  if (execution.branch_count >= limits::kBranchesPerExecutionMax) return nullptr;
  const size_t bytes = BranchBytes(execution.program->regions()[region]);
  Branch* branch = BranchAt(execution.arena.Allocate(bytes, alignof(Branch)), execution, region);
  branch->slot = FreeSlot(execution);
  execution.branches[branch->slot] = branch;
  execution.free_slot_hint = branch->slot + 1;
  ++execution.branch_count;
  branch->parent = parent;
  branch->index = index;
  branch->muted = execution.branches[parent]->muted;
  return branch;
}

void FreeBranch(Execution& execution, Branch* branch) {
  ASLX_CHECK(execution.branches[branch->slot] == branch);
  execution.branches[branch->slot] = nullptr;
  execution.free_slot_hint = std::min(execution.free_slot_hint, branch->slot);
  --execution.branch_count;
}

uint32_t& TimerOf(Execution& execution, uint32_t branch) {
  ASLX_CHECK(branch < execution.branch_slots && execution.branches[branch] != nullptr);
  return execution.branches[branch]->timer;
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
