#include "pipeline/flow/lane_table.h"

#include <utility>

#include "runtime/base/check.h"

namespace aslx {

bool LaneTable::Enter(InputRecord& input) {
  if (used_count_ * 2 >= slots_.size()) Grow();
  Slot& slot = slots_[IndexOf(input.lane)];
  if (!slot.used) {
    slot = {input.lane, true, kNoInput, kNoInput};
    ++used_count_;
    return true;
  }
  input.next_waiting = kNoInput;
  if (slot.last_waiting == kNoInput) {
    slot.first_waiting = input.index;
  } else {
    inputs_->At(slot.last_waiting).next_waiting = input.index;
  }
  slot.last_waiting = input.index;
  return false;
}

uint32_t LaneTable::Leave(uint64_t lane) {
  const size_t index = IndexOf(lane);
  Slot& slot = slots_[index];
  ASLX_CHECK(slot.used);
  const uint32_t next = slot.first_waiting;
  if (next == kNoInput) {
    Erase(index);
    return kNoInput;
  }
  slot.first_waiting = std::exchange(inputs_->At(next).next_waiting, kNoInput);
  if (slot.first_waiting == kNoInput) slot.last_waiting = kNoInput;
  return next;
}

size_t LaneTable::IndexOf(uint64_t lane) const {
  const size_t mask = slots_.size() - 1;
  size_t index = lane & mask;
  while (slots_[index].used && slots_[index].lane != lane)
    index = (index + 1) & mask;
  return index;
}

void LaneTable::Grow() {
  std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  for (const Slot& slot : old) {
    if (slot.used) slots_[IndexOf(slot.lane)] = slot;
  }
}

void LaneTable::Erase(size_t index) {
  const size_t mask = slots_.size() - 1;
  --used_count_;
  // Those behind it that were pushed on by a collision move up, so that no search ends early.
  size_t hole = index;
  for (size_t at = (hole + 1) & mask; slots_[at].used; at = (at + 1) & mask) {
    const size_t home = slots_[at].lane & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
}

}  // namespace aslx
