// Timers: started, cancelled and fired in constant time, however many wait.
//
// What it is: seven wheels of 64 slots; a timer sits in the wheel of the highest digit (base 64, in
// milliseconds) in which its due time differs from now, and moves down as time comes near. What is
// due waits in a list in its order, for whoever takes a few at a time.
// What it is not: a clock. It is told what time it is.
// Who uses it: the worker: one node an execution (its deadline) and one a pending branch.
// Thread: the worker's. Memory: nodes in a slab that grows to the most there ever were at once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace aslx {

using TimerId = uint32_t;
inline constexpr TimerId kNoTimer = UINT32_MAX;

/// Invariant: every pending node is in exactly one list, all of them after `current` tick but those
/// of the list of what is due.
class TimerWheel {
 public:
  TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Whose it is: an execution, and a suspension of one of its branches. Nothing is looked into.
  struct Owner {
    uint32_t execution = 0;
    uint32_t branch = 0;
    uint32_t serial = 0;
  };
  struct Fired {
    TimerId id;  // free already: may be reused by the next Start
    Owner owner;
  };

  /// Fires at the first Advance at or after due_ns, rounded up to a whole millisecond.
  TimerId Start(int64_t due_ns, const Owner& owner);
  /// `id` must be pending.
  void Cancel(TimerId id);

  /// Moves time on (never back) and appends what is due to `fired`, ordered by due time and, for
  /// the same instant, by start. What is more than `count_max` stays due, and can be cancelled.
  void Advance(int64_t now_ns, size_t count_max, std::vector<Fired>* fired);

  /// A time not later than the earliest timer at which Advance has something to do; INT64_MAX when
  /// there is none.
  int64_t NextNs() const;

  size_t pending_count() const { return pending_count_; }

 private:
  static constexpr int kLevels = 7;
  static constexpr int kSlotBits = 6;
  static constexpr uint32_t kSlots = 1u << kSlotBits;
  static constexpr int64_t kTickNs = 1'000'000;
  static constexpr uint64_t kTickMax = (uint64_t{1} << (kLevels * kSlotBits)) - 1;

  // Two for each execution that waits.
  struct Node {
    int64_t due_ns;
    Owner owner;
    uint32_t sequence;  // runs over after four thousand million, far more than wait at once
    TimerId next;
    uint32_t previous;  // of the head of a list: kHead and the list, level * kSlots + slot
  };
  static_assert(sizeof(Node) == 32);
  static constexpr uint32_t kHead = 0x8000'0000;
  static constexpr uint32_t kDueList = kLevels * kSlots;

  /// The tick at which it is due.
  static uint64_t TickOf(int64_t due_ns);

  /// The lowest occupied slot and the tick at which it has to be looked at; false: all empty.
  bool NextSlot(uint32_t* list, uint64_t* tick) const;
  void Insert(TimerId id, uint64_t tick);
  /// Whether anything is due now. What came before goes first: more is looked for when that is
  /// gone.
  bool HasDue(int64_t now_ns);
  void Link(TimerId id, uint32_t list);
  void Unlink(TimerId id);
  void Free(TimerId id);

  uint64_t current_ = 0;
  uint32_t last_sequence_ = 0;
  std::array<uint64_t, kLevels + 1> occupied_{};
  std::array<TimerId, kDueList + 1> heads_;
  std::vector<TimerId> due_;  // on their way into the list
  std::vector<Node> nodes_;
  TimerId free_ = kNoTimer;
  size_t pending_count_ = 0;
};

}  // namespace aslx
