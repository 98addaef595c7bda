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
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/input_record.h"
#include "runtime/value/value.h"

namespace aslx {

struct OutboxEntry {
  OutputRecord record;
  uint32_t input = kNoInput;
  uint32_t block = 0;
  uint32_t next = UINT32_MAX;
  uint64_t bytes = 0;
  bool dead_letter = false;
  bool used = false;
};

/// Invariant: an entry is free, being built, queued, sent (with the Delivery), or failed (waits to
/// be queued again).
class Outbox {
 public:
  Outbox() = default;
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

  // --- Sending ---

  /// The token of the first queued record; false when none is queued.
  bool Front(DeliveryToken* token) const;
  /// The first one was accepted.
  void PopSent();
  OutboxEntry& At(DeliveryToken token);
  /// A sent record is given up or delivered: its memory may go.
  void Free(DeliveryToken token);
  /// A sent record did not arrive: it waits for RequeueFailed.
  void MarkFailed(DeliveryToken token);
  /// All failed records go to the front of the queue, in the order in which they failed.
  void RequeueFailed();
  bool has_failed() const { return failed_.first != kNone; }

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
  struct List {
    uint32_t first = kNone;
    uint32_t last = kNone;
  };

  void StartBlock(size_t bytes_min);
  void ReleaseBlock(uint32_t block);
  void Append(List* list, uint32_t entry);
  void FreeEntry(uint32_t entry);

  std::vector<Block> blocks_;
  std::vector<uint32_t> free_blocks_;  // of the usual size
  uint32_t current_ = kNone;
  size_t used_ = 0;  // of the current block
  std::vector<OutboxEntry> entries_;
  std::vector<uint32_t> free_entries_;
  List sealed_, queued_, failed_;
  uint32_t sealed_count_ = 0;
  uint32_t entry_count_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace aslx
