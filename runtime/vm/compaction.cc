// Compact(): an execution that waits holds memory of its own size, not pooled blocks.
//
// Live is: the event (the context object shows it), the slots, and every branch with its registers,
// variables and join. All of it is copied to a scratch arena first, to learn its size, and from
// there into one block of just that size.
#include <algorithm>
#include <cstring>
#include <new>

#include "runtime/value/relocate.h"
#include "runtime/vm/branch.h"
#include "runtime/vm/interpreter.h"

namespace aslx {
namespace {

template <typename T>
T* CopyArray(const T* from, size_t count, Arena& to) {
  T* const copy = to.AllocateArray<T>(count);
  if (count > 0) std::memcpy(static_cast<void*>(copy), from, sizeof(T) * count);
  return copy;
}

Value* MoveValues(Value* from, size_t count, Arena& to, Relocator& relocator) {
  Value* const values = CopyArray(from, count, to);
  for (size_t i = 0; i < count; ++i)
    relocator.Move(&values[i]);
  return values;
}

Branch* MoveBranch(const Execution& execution, const Branch& from, Arena& to,
                   Relocator& relocator) {
  const size_t values = size_t{from.register_count} + from.variable_count;
  void* memory = to.Allocate(sizeof(Branch) + values * sizeof(Value), alignof(Value));
  std::memcpy(memory, static_cast<const void*>(&from), sizeof(Branch) + values * sizeof(Value));
  auto* branch = std::launder(static_cast<Branch*>(memory));
  for (size_t i = 0; i < values; ++i)
    relocator.Move(&branch->registers()[i]);
  relocator.Move(&branch->assigned);
  relocator.Move(&branch->item);
  if (branch->retry_counters != nullptr) {
    const uint32_t count = execution.program->states()[branch->state].retrier_count;
    branch->retry_counters = CopyArray(branch->retry_counters, count, to);
  }
  if (branch->join != nullptr) {
    branch->join = CopyArray(branch->join, 1, to);
    relocator.Move(&branch->join->input);
    relocator.Move(&branch->join->items);
    branch->join->results = MoveValues(branch->join->results, branch->join->total, to, relocator);
  }
  return branch;
}

void MoveTo(Execution& execution, Arena& to) {
  const Program& program = *execution.program;
  Relocator relocator(&to);
  relocator.SetImmovable(program.bytes().data(), program.bytes().data() + program.bytes().size());
  relocator.AddSource(execution.source_text);
  const Value old_root = execution.root_input;
  relocator.Move(&execution.root_input);
  if (old_root.raw()) {
    const auto offset = old_root.text - execution.source_text.data();
    execution.source_text = {execution.root_input.text - offset, execution.source_text.size()};
  } else {
    execution.source_text = {};
  }
  execution.slots = MoveValues(execution.slots, program.read_set().slot_count, to, relocator);
  execution.branches = CopyArray(execution.branches, execution.branch_slots, to);
  execution.branch_capacity = execution.branch_slots;
  for (uint32_t slot = 0; slot < execution.branch_slots; ++slot) {
    Branch*& branch = execution.branches[slot];
    if (branch != nullptr) branch = MoveBranch(execution, *branch, to, relocator);
  }
  if (execution.record != nullptr) execution.record = CopyMetadata(*execution.record, to);
}

}  // namespace

void Compact(Execution& execution, VmContext& context) {
  if (execution.status != ExecutionStatus::kRunning) return;
  Arena scratch(context.pool);
  MoveTo(execution, scratch);
  Arena exact(context.pool);
  exact.Reserve(scratch.used_bytes());
  MoveTo(execution, exact);
  execution.arena.TakeFrom(exact);
}

}  // namespace aslx
