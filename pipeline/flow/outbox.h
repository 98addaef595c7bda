// The outputs of a pipeline from the moment they are written until they are acknowledged.
//
// What it is: blocks into which payloads are written once, in place, and the queue of records that
// point into them. A record stays until its acknowledgement, so that a delivery that failed is
// tried again from the same bytes. What it is not: durable, or a policy.
// Who uses it: Flow; the output writer fills it. Thread: the worker's.
// Memory: blocks are reused; one is free again when all of its records are acknowledged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/input_record.h"
#include "pipeline/flow/outbox_list.h"
#include "runtime/value/value.h"

namespace aslx {

struct OutboxEntry {
  OutputRecord record;
  uint32_t input = kNoInput;
  uint32_t block = 0;
  uint32_t next = UINT32_MAX;
  uint64_t bytes = 0;
  bool dead_letter = false;
  bool refused = false;  // in the open transaction
  bool used = false;
};

/// Invariant: an entry is free, being built, set aside, queued, sent (with the Delivery), or failed
/// (waits to be queued again).
class Outbox {
 public:
  /// `keeps_sent`: what was sent stays in a list, in its order, until the transaction's end.
  explicit Outbox(bool keeps_sent = false) : keeps_sent_(keeps_sent) {}
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // --- Building the records of one outcome: payload first, then its tail, then Seal ---

  /// Writes `value` as JSON with room for `tail_bytes` of Allocate behind it.
  std::string_view WritePayload(const Value& value, size_t tail_bytes);
  /// No payload of its own: only room for `tail_bytes`.
  void Reserve(size_t tail_bytes);
  /// From what was reserved; aligned to 8.
  char* Allocate(size_t bytes);
  std::string_view Copy(std::string_view text);
  void Seal(const OutputRecord& record, uint32_t input, bool dead_letter);
  /// How many were sealed and are neither submitted nor discarded.
  uint32_t sealed_count() const { return sealed_count_; }
  /// The sealed records go to the queue, or never were.
  void Submit();
  void Discard();
  /// The sealed records go to a list of the caller's, which is submitted or discarded later.
  OutboxList SetAside();
  void Submit(OutboxList* aside);
  void Discard(OutboxList* aside);

  // --- Sending ---

  /// The token of the first queued record; false when none is queued.
  bool Front(DeliveryToken* token) const;
  /// The first one was accepted.
  void PopSent();
  /// The first one is not to be sent: it is the caller's.
  bool PopFront(DeliveryToken* token) { return PopFront(&queued_, token); }
  OutboxEntry& At(DeliveryToken token);
  /// At will be called soon.
  void Prefetch(DeliveryToken token) const {
    const auto* const entry = reinterpret_cast<const char*>(&entries_[token]);
    __builtin_prefetch(entry);
    __builtin_prefetch(entry + sizeof(OutboxEntry) - 1);
  }
  /// A sent record is given up or delivered: its memory may go.
  void Free(DeliveryToken token);
  /// A sent record did not arrive: it waits for RequeueFailed.
  void MarkFailed(DeliveryToken token);
  /// All failed records go to the front of the queue, in the order in which they failed.
  void RequeueFailed();
  bool has_failed() const { return !failed_.empty(); }
  bool has_queued() const { return !queued_.empty(); }

  // --- Transactions (keeps_sent) ---

  /// Takes what was sent out of the list, for the caller to free, to mark failed, or to keep.
  OutboxList TakeSent() { return std::exchange(sent_, {}); }
  bool has_sent() const { return !sent_.empty(); }
  /// The same for what is queued.
  OutboxList TakeQueued() { return std::exchange(queued_, {}); }
  /// The first of a list that was taken; false when it is empty.
  bool PopFront(OutboxList* list, DeliveryToken* token);
  void PushBack(OutboxList* list, DeliveryToken token);
  /// A list goes to the front of the queue, as it is.
  void Requeue(OutboxList list);
  /// Calls see(token) for everything that is sent or queued.
  template <typename See>
  void ForEachUnderWay(See see) const {
    for (const OutboxList* list : {&sent_, &queued_}) {
      for (uint32_t at = list->first; at != kNone; at = entries_[at].next)
        see(entries_[at]);
    }
  }

  /// Of queued, sent and failed records.
  uint64_t bytes() const { return bytes_; }
  uint32_t entry_count() const { return entry_count_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Block {
    std::unique_ptr<char[]> memory;
    size_t size = 0;
    uint32_t entry_count = 0;
  };

  void StartBlock(size_t bytes_min);
  void ReleaseBlock(uint32_t block);
  void Append(OutboxList* list, uint32_t entry);
  void AppendAll(OutboxList* to, OutboxList* from);
  void FreeEntry(uint32_t entry);

  std::vector<Block> blocks_;
  std::vector<uint32_t> free_blocks_;  // of the usual size
  uint32_t current_ = kNone;
  size_t used_ = 0;  // of the current block
  std::vector<OutboxEntry> entries_;
  std::vector<uint32_t> free_entries_;
  OutboxList sealed_, queued_, failed_;
  OutboxList sent_;  // keeps_sent
  const bool keeps_sent_;
  uint32_t sealed_count_ = 0;
  uint32_t entry_count_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace aslx
