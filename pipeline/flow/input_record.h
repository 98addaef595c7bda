// A consumed record from its arrival until all that was made of it is acknowledged.
//
// What it is: the record's bytes (pinned in the consumer's buffers while it runs through, copied
// once it has to wait), its place in the ledger, and what is still open of its outcome. Who uses
// it: Flow and the parts that make outputs. Thread: the worker's. Memory: InputTable keeps them in
// place and reuses them, with their buffers.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/offset_ledger.h"
#include "pipeline/flow/outbox_list.h"
#include "pipeline/flow/record_context.h"
#include "runtime/worker/execution_table.h"

namespace aslx {

inline constexpr uint32_t kNoInput = UINT32_MAX;

/// `offset` and the links of the ledger are its LedgerNode's.
/// What every record needs comes first: thousands of them are under way, and each is looked at
/// again when its outputs are acknowledged.
struct alignas(64) InputRecord : LedgerNode {
  static constexpr size_t kHotBytes = 256;

  uint32_t index = 0;
  uint32_t outputs_pending = 0;
  Assignment assignment;
  int64_t received_ns = 0;
  uint64_t bytes = 0;         // as counted against the window
  ExecutionHandle execution;  // while running
  uint64_t lane = 0;          // hash of what it is ordered by
  uint32_t next_waiting = kNoInput;
  bool used = false;
  bool has_outcome = false;  // the execution has ended, or never began
  bool holds_lane = false;
  bool in_ledger = false;
  bool succeeded = false;  // its outcome is what its route says
  /// A result was refused, and a dead letter takes the place of all its results.
  bool replaced = false;
  /// Its epoch is over: it only waits for its outputs to be given back, and counts for nothing.
  bool dead = false;
  bool held = false;   // its dead letter was refused at least once
  bool named = false;  // `context` has the names of its execution
  /// Copy of key, payload and headers of a record that had to wait; then the handle is null.
  std::unique_ptr<char[]> copy;
  const Header* copied_headers = nullptr;
  uint32_t copied_header_count = 0;
  Record record;                           // views and, while it is pinned, the handle
  std::unique_ptr<RecordContext> context;  // from the first record on that somebody looked at
  /// Exactly once: outputs that wait until the metadata has room for the offset.
  OutboxList deferred_outputs;

  /// Once it is named (Flow::NameExecution).
  std::string_view execution_id() const { return context->execution_id(); }
};

/// A slab of them. Invariant: an index names one record from Take to Give.
class InputTable {
 public:
  InputTable() = default;
  InputTable(const InputTable&) = delete;
  InputTable& operator=(const InputTable&) = delete;

  InputRecord& Take();
  void Give(InputRecord& input);
  InputRecord& At(uint32_t index) { return *inputs_[index]; }
  /// At will be called soon, for what an acknowledgement needs.
  void Prefetch(uint32_t index) const {
    const auto* const input = reinterpret_cast<const char*>(inputs_[index].get());
    for (size_t at = 0; at < InputRecord::kHotBytes; at += 64)
      __builtin_prefetch(input + at);
  }
  uint32_t used_count() const { return used_count_; }
  /// All that there ever were at once; those in use have `used` set.
  uint32_t size() const { return static_cast<uint32_t>(inputs_.size()); }

 private:
  std::vector<std::unique_ptr<InputRecord>> inputs_;
  std::vector<uint32_t> free_;
  uint32_t used_count_ = 0;
};

}  // namespace aslx
