// Who has to wait for whom: records of one lane (a key, a partition) run one at a time.
//
// What it is: a hash table from lane to the queue of inputs that wait behind the one that runs.
// What it is not: a scheduler. Two keys with the same 64-bit hash share a lane: they only wait for
// each other needlessly.
// Who uses it: Flow when a pipeline is ordered. Thread: the worker's.
// Memory: grows with the lanes that are busy at once, which the window bounds.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/flow/input_record.h"

namespace aslx {

class LaneTable {
 public:
  explicit LaneTable(InputTable* inputs) : inputs_(inputs), slots_(kSlotsAtStart) {}
  LaneTable(const LaneTable&) = delete;
  LaneTable& operator=(const LaneTable&) = delete;

  /// True: the lane was free and is now this input's. False: it waits.
  bool Enter(InputRecord& input);
  /// The holder of the lane is through; the next one, which holds the lane now, or kNoInput.
  uint32_t Leave(uint64_t lane);

  bool Busy(uint64_t lane) const { return slots_[IndexOf(lane)].used; }
  size_t busy_count() const { return used_count_; }

 private:
  static constexpr size_t kSlotsAtStart = 1'024;
  struct Slot {
    uint64_t lane = 0;
    bool used = false;
    uint32_t first_waiting = kNoInput;
    uint32_t last_waiting = kNoInput;
  };

  size_t IndexOf(uint64_t lane) const;
  void Grow();
  void Erase(size_t index);

  InputTable* inputs_;
  std::vector<Slot> slots_;
  size_t used_count_ = 0;
};

}  // namespace aslx
