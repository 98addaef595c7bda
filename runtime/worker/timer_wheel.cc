#include "runtime/worker/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "runtime/base/check.h"

namespace aslx {

TimerWheel::TimerWheel() {
  heads_.fill(kNoTimer);
}

TimerId TimerWheel::Start(int64_t due_ns, uint64_t payload, uint64_t extra) {
  TimerId id = free_;
  if (id != kNoTimer) {
    free_ = nodes_[id].next;
  } else {
    id = static_cast<TimerId>(nodes_.size());
    ASLX_CHECK(id != kNoTimer);
    nodes_.emplace_back();
  }
  Node& node = nodes_[id];
  const int64_t up = due_ns <= 0 ? 0 : due_ns / kTickNs + (due_ns % kTickNs != 0 ? 1 : 0);
  // What is due already fires at the next tick: the current one may just be handled.
  node.tick = std::clamp(static_cast<uint64_t>(up), current_ + 1, kTickMax);
  node.due_ns = due_ns;
  node.sequence = ++last_sequence_;
  node.payload = payload;
  node.extra = extra;
  Insert(id);
  ++pending_count_;
  return id;
}

void TimerWheel::Cancel(TimerId id) {
  Unlink(id);
  Free(id);
}

void TimerWheel::Advance(int64_t now_ns, std::vector<Fired>* fired) {
  const uint64_t now =
      std::min(now_ns <= 0 ? 0 : static_cast<uint64_t>(now_ns / kTickNs), kTickMax);
  const size_t first = fired->size();
  uint32_t list;
  uint64_t tick;
  while (NextSlot(&list, &tick) && tick <= now) {
    current_ = tick;
    TimerId id = heads_[list];
    while (id != kNoTimer) {
      const TimerId next = nodes_[id].next;
      Unlink(id);
      const Node& node = nodes_[id];
      if (node.tick <= tick) {
        fired->push_back({id, node.payload, node.extra, node.due_ns, node.sequence});
        Free(id);
      } else {
        Insert(id);
      }
      id = next;
    }
  }
  current_ = std::max(current_, now);
  std::sort(fired->begin() + static_cast<ptrdiff_t>(first), fired->end(),
            [](const Fired& left, const Fired& right) {
              return left.due_ns != right.due_ns ? left.due_ns < right.due_ns
                                                 : left.sequence < right.sequence;
            });
}

int64_t TimerWheel::NextNs() const {
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

void TimerWheel::Insert(TimerId id) {
  Node& node = nodes_[id];
  const uint64_t different = node.tick ^ current_;
  const int level =
      different == 0 ? 0 : (static_cast<int>(std::bit_width(different)) - 1) / kSlotBits;
  const auto slot = static_cast<uint32_t>(node.tick >> (level * kSlotBits)) & (kSlots - 1);
  node.list = static_cast<uint16_t>(static_cast<uint32_t>(level) * kSlots + slot);
  TimerId& head = heads_[node.list];
  node.previous = kNoTimer;
  node.next = head;
  if (head != kNoTimer) nodes_[head].previous = id;
  head = id;
  occupied_[static_cast<size_t>(level)] |= uint64_t{1} << slot;
}

void TimerWheel::Unlink(TimerId id) {
  const Node& node = nodes_[id];
  if (node.next != kNoTimer) nodes_[node.next].previous = node.previous;
  if (node.previous != kNoTimer) {
    nodes_[node.previous].next = node.next;
    return;
  }
  ASLX_CHECK(heads_[node.list] == id);
  heads_[node.list] = node.next;
  if (node.next == kNoTimer)
    occupied_[node.list / kSlots] &= ~(uint64_t{1} << (node.list % kSlots));
}

void TimerWheel::Free(TimerId id) {
  nodes_[id].next = free_;
  free_ = id;
  --pending_count_;
}

}  // namespace aslx
