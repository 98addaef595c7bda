// A consumed record from its arrival until all that was made of it is acknowledged.
//
// What it is: the record's bytes (pinned in the consumer's buffers while it runs through, copied
// once it has to wait), its place in the ledger, and what is still open of its outcome. Who uses
// it: Flow and the parts that make outputs. Thread: the worker's. Memory: InputTable keeps them in
// place and reuses them; a copy is the record's own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/offset_ledger.h"
#include "runtime/worker/execution_table.h"

namespace aslx {

inline constexpr uint32_t kNoInput = UINT32_MAX;

/// `offset` and the links of the ledger are its LedgerNode's.
/// Two cache lines: thousands of them are under way, and each is looked at again when its outputs
/// are acknowledged; a million may wait.
struct alignas(64) InputRecord : LedgerNode {
  bool used = false;
  bool has_outcome = false;  // the execution has ended, or never began
  bool holds_lane = false;
  bool in_ledger = false;
  bool succeeded = false;  // its outcome is what its route says
  /// A result was refused, and a dead letter takes the place of all its results.
  bool replaced = false;
  /// Its epoch is over: it only waits for its outputs to be given back, and counts for nothing.
  bool dead = false;
  bool held = false;  // its dead letter was refused at least once
  bool has_key = false;
  bool is_tombstone = false;
  bool copied = false;
  uint32_t index = 0;
  uint32_t outputs_pending = 0;
  uint32_t next_waiting = kNoInput;  // in its lane; or the next free one
  Assignment assignment;
  ExecutionHandle execution;  // while running
  int64_t received_ns = 0;
  int64_t timestamp_ms = -1;
  uint64_t lane = 0;  // hash of what it is ordered by
  const char* key_data = nullptr;
  const char* payload_data = nullptr;
  uint32_t key_size = 0;
  uint32_t payload_size = 0;
  const char* damage = nullptr;  // Record::damage
  /// The Delivery's handle while it is pinned, null when that was released; the copy when `copied`.
  void* memory = nullptr;

  std::string_view key() const { return {key_data, key_size}; }
  std::string_view payload() const { return {payload_data, payload_size}; }
  /// As counted against the window.
  uint64_t bytes() const { return uint64_t{key_size} + payload_size; }

  void Hold(const Record& record) {
    offset = record.offset;
    timestamp_ms = record.timestamp_ms;
    key_data = record.key.data();
    key_size = static_cast<uint32_t>(record.key.size());
    payload_data = record.payload.data();
    payload_size = static_cast<uint32_t>(record.payload.size());
    has_key = record.has_key;
    is_tombstone = record.is_tombstone;
    damage = record.damage;
    memory = record.handle;
  }
  bool pinned() const { return !copied && memory != nullptr; }
  /// Copies key, payload and `headers`, which are its own; it no longer needs the handle, which is
  /// returned.
  void* Copy(std::span<const Header> headers);
  std::span<const Header> copied_headers() const;
  void FreeCopy();
};
static_assert(sizeof(InputRecord) == 128);

/// A slab of them. Invariant: an index names one record from Take to Give.
class InputTable {
 public:
  InputTable() = default;
  ~InputTable();
  InputTable(const InputTable&) = delete;
  InputTable& operator=(const InputTable&) = delete;

  InputRecord& Take();
  void Give(InputRecord& input);
  InputRecord& At(uint32_t index) { return chunks_[index / kChunk][index % kChunk]; }
  /// At will be called soon.
  void Prefetch(uint32_t index) const {
    const InputRecord* const input = &chunks_[index / kChunk][index % kChunk];
    __builtin_prefetch(input);
    __builtin_prefetch(reinterpret_cast<const char*>(input) + 64);
  }
  uint32_t used_count() const { return used_count_; }
  /// All that there ever were at once; those in use have `used` set.
  uint32_t size() const { return size_; }

 private:
  // 8 KiB.
  static constexpr uint32_t kChunk = 64;

  std::vector<std::unique_ptr<InputRecord[]>> chunks_;
  uint32_t first_free_ = kNoInput;
  uint32_t size_ = 0;
  uint32_t used_count_ = 0;
};

}  // namespace aslx
