// Live is: the event (the context object shows it), the slots, and every branch with its registers,
// variables and join. What values refer to is copied to a scratch arena first, to learn its size,
// and from there into one block of just that size; everything else is packed.
#include "runtime/vm/parking.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>

#include "runtime/base/check.h"
#include "runtime/value/relocate.h"
#include "runtime/vm/branch.h"
#include "runtime/vm/word_packing.h"

namespace aslx {

/// The packed words follow it.
struct ParkedExecution {
  void* blocks;             // of an arena: what the values refer to; null: only to the event
  uint32_t unpacked_bytes;  // that slots and branches need
};

namespace {

static_assert(std::is_trivially_copyable_v<ExecutionState> &&
              std::is_trivially_copyable_v<Branch> && std::is_trivially_copyable_v<Join>);
static_assert(sizeof(ExecutionState) % 4 == 0 && sizeof(Branch) % 4 == 0 && sizeof(Join) % 4 == 0);

size_t ValueCount(const Branch& branch) {
  return size_t{branch.register_count} + branch.variable_count;
}

uint32_t RetrierCount(const Execution& execution, const Branch& branch) {
  return execution.program->states()[branch.state].retrier_count;
}

/// Calls visit(Value*, count) for all live values.
template <typename Visit>
void ForEachValue(Execution& execution, Visit visit) {
  visit(&execution.root_input, 1);
  visit(execution.slots, execution.program->read_set().slot_count);
  for (uint32_t slot = 0; slot < execution.branch_slots; ++slot) {
    Branch* const branch = execution.branches[slot];
    if (branch == nullptr) continue;
    visit(branch->registers(), ValueCount(*branch));
    visit(&branch->assigned, 1);
    visit(&branch->item, 1);
    if (branch->join == nullptr) continue;
    visit(&branch->join->input, 1);
    visit(&branch->join->items, 1);
    visit(branch->join->results, branch->join->total);
  }
}

/// What live values refer to is in `to` afterwards, or in the event at `input`.
void MoveValues(Execution& execution, std::string_view input, Arena& to) {
  const std::span<const std::byte> program = execution.program->bytes();
  Relocator relocator(&to);
  relocator.SetImmovable(program.data(), program.data() + program.size());
  relocator.SetSource(execution.source_text, input.data());
  ForEachValue(execution, [&relocator](Value* values, size_t count) {
    for (size_t i = 0; i < count; ++i)
      relocator.Move(&values[i]);
  });
  if (execution.record != nullptr) execution.record = CopyMetadata(*execution.record, to);
  execution.source_text = input;
}

/// Packs what has a place of its own in the arena, and adds those places up.
class PlacePacker {
 public:
  explicit PlacePacker(WordPacker* words) : words_(words) {}

  void Put(const void* from, size_t size) {
    words_->Put(from, size);
    Count(size);
  }
  void Count(size_t size) { bytes_ += (size + 7) / 8 * 8; }
  size_t bytes() const { return bytes_; }

 private:
  WordPacker* words_;
  size_t bytes_ = 0;
};

void PackBranch(const Execution& execution, const Branch& branch, PlacePacker& packer) {
  packer.Put(&branch, sizeof(Branch) + ValueCount(branch) * sizeof(Value));
  if (branch.retry_counters != nullptr) {
    packer.Put(branch.retry_counters, RetrierCount(execution, branch) * sizeof(uint32_t));
  }
  if (branch.join == nullptr) return;
  packer.Put(branch.join, sizeof(Join));
  packer.Put(branch.join->results, branch.join->total * sizeof(Value));
}

/// How many bytes slots and branches need when they are unpacked.
size_t Pack(const Execution& execution, WordPacker& words) {
  words.Put(&static_cast<const ExecutionState&>(execution), sizeof(ExecutionState));
  PlacePacker packer(&words);
  packer.Put(execution.slots, execution.program->read_set().slot_count * sizeof(Value));
  if (execution.branch_slots > Execution::kFirstBranches) {
    packer.Count(execution.branch_slots * sizeof(Branch*));
  }
  for (uint32_t slot = 0; slot < execution.branch_slots; ++slot) {
    if (const Branch* branch = execution.branches[slot]) {
      PackBranch(execution, *branch, packer);
    } else {
      constexpr char kNone[sizeof(Branch)] = {};
      words.Put(kNone, sizeof kNone);
    }
  }
  return packer.bytes();
}

template <typename T>
T* Unpack(size_t count, WordUnpacker& words, Arena& arena) {
  T* const to = arena.AllocateArray<T>(count);
  words.Take(to, count * sizeof(T));
  return to;
}

/// Null where there was none.
Branch* UnpackBranch(Execution& execution, WordUnpacker& words) {
  Arena& arena = execution.arena;
  Branch head;
  words.Take(&head, sizeof head);
  if (head.register_count == 0) return nullptr;
  const size_t value_bytes = ValueCount(head) * sizeof(Value);
  void* const memory = arena.Allocate(sizeof(Branch) + value_bytes, alignof(Branch));
  auto* const branch = new (memory) Branch(head);
  words.Take(branch->registers(), value_bytes);
  if (branch->retry_counters != nullptr) {
    branch->retry_counters = Unpack<uint32_t>(RetrierCount(execution, *branch), words, arena);
  }
  if (branch->join == nullptr) return branch;
  branch->join = Unpack<Join>(1, words, arena);
  branch->join->results = Unpack<Value>(branch->join->total, words, arena);
  return branch;
}

}  // namespace

ParkedExecution* Park(Execution& execution, std::string_view input, VmContext& context) {
  ASLX_CHECK(execution.status == ExecutionStatus::kRunning &&
             input.size() == execution.source_text.size());
  Arena values(context.pool);
  MoveValues(execution, input, values);
  if (values.used_bytes() > 0) {
    Arena exact(context.pool);
    exact.Reserve(values.used_bytes());
    MoveValues(execution, input, exact);
    values.TakeFrom(exact);
  }
  WordPacker packer;
  const size_t unpacked_bytes = Pack(execution, packer);
  ASLX_CHECK(unpacked_bytes <= UINT32_MAX);
  const std::span<const uint32_t> words = packer.words();
  void* const memory = std::malloc(sizeof(ParkedExecution) + words.size_bytes());
  ASLX_CHECK(memory != nullptr);
  auto* const parked =
      new (memory) ParkedExecution{values.Detach(), static_cast<uint32_t>(unpacked_bytes)};
  std::memcpy(parked + 1, words.data(), words.size_bytes());
  static_cast<ExecutionState&>(execution) = {};
  Recycle(execution);
  return parked;
}

void Unpark(ParkedExecution* parked, Execution& execution) {
  ASLX_CHECK(execution.status == ExecutionStatus::kIdle);
  Arena& arena = execution.arena;
  arena.Attach(parked->blocks);
  arena.Reserve(parked->unpacked_bytes);
  WordUnpacker words(reinterpret_cast<const uint32_t*>(parked + 1));
  words.Take(&static_cast<ExecutionState&>(execution), sizeof(ExecutionState));
  execution.slots = Unpack<Value>(execution.program->read_set().slot_count, words, arena);
  if (execution.branch_slots > Execution::kFirstBranches) {
    execution.branches = arena.AllocateArray<Branch*>(execution.branch_slots);
    execution.branch_capacity = execution.branch_slots;
  }
  for (uint32_t slot = 0; slot < execution.branch_slots; ++slot)
    execution.branches[slot] = UnpackBranch(execution, words);
  execution.collect_at_bytes = std::max(limits::kCollectionBytesMin, 2 * arena.reserved_bytes());
  std::free(parked);
}

void Compact(Execution& execution, VmContext& context) {
  const uint32_t fuel = execution.fuel;
  const uint32_t ready_first = execution.ready_first;
  const uint32_t ready_last = execution.ready_last;
  Unpark(Park(execution, execution.source_text, context), execution);
  execution.fuel = fuel;
  execution.ready_first = ready_first;
  execution.ready_last = ready_last;
}

}  // namespace aslx
