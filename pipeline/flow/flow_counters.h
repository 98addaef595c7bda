// What one pipeline has done on one worker, in numbers that other threads may read.
//
// What it is not: the exposition of metrics (pipeline/admin).
// Thread: one writer, the worker; any reader. Relaxed: each number stands for itself.
#pragma once

#include <atomic>
#include <cstdint>

namespace aslx {

class Counter {
 public:
  void Add(uint64_t count = 1) {
    // One writer: no read-modify-write needed.
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  void Set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

struct FlowCounters {
  // Totals.
  Counter received;         // records, but those done before a restart
  Counter skipped;          // done before a restart
  Counter succeeded;        // executions whose output went where its route says
  Counter failed;           // executions, routing failures and refused outputs included
  Counter timed_out;        // executions
  Counter malformed;        // events that are not JSON, too large, empty, tombstones
  Counter poisoned;         // parked for crashes of the process
  Counter dropped;          // outcomes without records, by configuration
  Counter written;          // records delivered, dead letters left out
  Counter written_bytes;    // their payloads
  Counter dead_letters;     // delivered
  Counter produce_retries;  // deliveries that failed and were tried again
  Counter commits;          // durable
  Counter commit_failures;
  Counter transactions_aborted;  // exactly once: commits that failed among them
  Counter metadata_cut;          // commits whose metadata did not hold all that was done
  Counter late;                  // outcomes of epochs that were dead
  Counter rewinds;               // partitions whose offsets went backwards
  Counter assigned;              // partitions, over all time
  Counter revoked;
  Counter warnings;  // of the Delivery
  Counter aborted;   // executions ended without an outcome: revoked, or the drain limit
  // Now.
  Counter in_flight;
  Counter in_flight_bytes;
  Counter deferred;  // inputs whose outcome waits for room in the commit's metadata
  Counter held;      // inputs whose dead letter is refused: they hold the watermark
  Counter outbox_bytes;
  Counter executions;
  Counter tasks;
  Counter partitions;
};

}  // namespace aslx
