#include "runtime/worker/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "runtime/base/check.h"

namespace aslx {

TimerWheel::TimerWheel() {
  heads_.fill(kNoTimer);
}

uint64_t TimerWheel::TickOf(int64_t due_ns) {
  if (due_ns <= 0) return 0;
  const int64_t up = due_ns / kTickNs + (due_ns % kTickNs != 0 ? 1 : 0);
  return std::min(static_cast<uint64_t>(up), kTickMax);
}

TimerId TimerWheel::Start(int64_t due_ns, const Owner& owner) {
  TimerId id = free_;
  if (id != kNoTimer) {
    free_ = nodes_[id].next;
  } else {
    id = static_cast<TimerId>(nodes_.size());
    ASLX_CHECK(id < kHead);
    nodes_.emplace_back();
  }
  nodes_[id] = {due_ns, owner, ++last_sequence_, kNoTimer, kNoTimer};
  // What is due already fires at the next tick: the current one may just be handled.
  Insert(id, std::max(TickOf(due_ns), current_ + 1));
  ++pending_count_;
  return id;
}

void TimerWheel::Cancel(TimerId id) {
  Unlink(id);
  Free(id);
}

void TimerWheel::Advance(int64_t now_ns, size_t count_max, std::vector<Fired>* fired) {
  for (; count_max > 0 && HasDue(now_ns); --count_max) {
    const TimerId id = heads_[kDueList];
    fired->push_back({id, nodes_[id].owner});
    Cancel(id);
  }
}

bool TimerWheel::HasDue(int64_t now_ns) {
  if (heads_[kDueList] != kNoTimer) return true;
  const uint64_t now =
      std::min(now_ns <= 0 ? 0 : static_cast<uint64_t>(now_ns / kTickNs), kTickMax);
  due_.clear();
  uint32_t list;
  uint64_t tick;
  while (NextSlot(&list, &tick) && tick <= now) {
    current_ = tick;
    TimerId id = heads_[list];
    while (id != kNoTimer) {
      const TimerId next = nodes_[id].next;
      Unlink(id);
      const uint64_t node_tick = TickOf(nodes_[id].due_ns);
      if (node_tick <= tick) {
        due_.push_back(id);
      } else {
        Insert(id, node_tick);
      }
      id = next;
    }
  }
  current_ = std::max(current_, now);
  // The last one first: a list grows at its head.
  std::sort(due_.begin(), due_.end(), [this](TimerId left_id, TimerId right_id) {
    const Node& left = nodes_[left_id];
    const Node& right = nodes_[right_id];
    return left.due_ns != right.due_ns ? left.due_ns > right.due_ns
                                       : static_cast<int32_t>(left.sequence - right.sequence) > 0;
  });
  for (const TimerId id : due_)
    Link(id, kDueList);
  return !due_.empty();
}

int64_t TimerWheel::NextNs() const {
  if (heads_[kDueList] != kNoTimer) return static_cast<int64_t>(current_) * kTickNs;
  uint32_t list;
  uint64_t tick;
  if (!NextSlot(&list, &tick)) return INT64_MAX;
  return static_cast<int64_t>(tick) * kTickNs;
}

bool TimerWheel::NextSlot(uint32_t* list, uint64_t* tick) const {
  for (int level = 0; level < kLevels; ++level) {
    const uint64_t occupied = occupied_[static_cast<size_t>(level)];
    if (occupied == 0) continue;
    // A node of this level differs from now in this digit and is later, so the first occupied slot
    // is the next one, and every lower level is empty.
    const auto slot = static_cast<uint32_t>(std::countr_zero(occupied));
    const int shift = level * kSlotBits;
    const uint64_t above = current_ >> (shift + kSlotBits) << (shift + kSlotBits);
    *list = static_cast<uint32_t>(level) * kSlots + slot;
    *tick = above | (uint64_t{slot} << shift);
    return true;
  }
  return false;
}

void TimerWheel::Insert(TimerId id, uint64_t tick) {
  const uint64_t different = tick ^ current_;
  const int level =
      different == 0 ? 0 : (static_cast<int>(std::bit_width(different)) - 1) / kSlotBits;
  const auto slot = static_cast<uint32_t>(tick >> (level * kSlotBits)) & (kSlots - 1);
  Link(id, static_cast<uint32_t>(level) * kSlots + slot);
}

void TimerWheel::Link(TimerId id, uint32_t list) {
  Node& node = nodes_[id];
  TimerId& head = heads_[list];
  node.previous = kHead | list;
  node.next = head;
  if (head != kNoTimer) nodes_[head].previous = id;
  head = id;
  occupied_[list / kSlots] |= uint64_t{1} << (list % kSlots);
}

void TimerWheel::Unlink(TimerId id) {
  const Node& node = nodes_[id];
  if (node.next != kNoTimer) nodes_[node.next].previous = node.previous;
  if (node.previous < kHead) {
    nodes_[node.previous].next = node.next;
    return;
  }
  const uint32_t list = node.previous - kHead;
  ASLX_CHECK(heads_[list] == id);
  heads_[list] = node.next;
  if (node.next == kNoTimer) occupied_[list / kSlots] &= ~(uint64_t{1} << (list % kSlots));
}

void TimerWheel::Free(TimerId id) {
  nodes_[id].next = free_;
  free_ = id;
  --pending_count_;
}

}  // namespace aslx
