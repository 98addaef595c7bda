// What one pipeline has done on one worker, in numbers that other threads may read.
//
// What it is not: the exposition of metrics (pipeline/admin).
// Thread: one writer, the worker; any reader. Relaxed: each number stands for itself.
#pragma once

#include "pipeline/flow/counter.h"
#include "pipeline/flow/duration_histogram.h"

namespace aslx {

struct FlowCounters {
  // Totals.
  Counter received;         // records, but those done before a restart
  Counter skipped;          // done before a restart
  Counter succeeded;        // executions whose output went where its route says, once it is there
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
  Counter warnings;       // of the Delivery
  Counter aborted;        // executions ended without an outcome: revoked, or the drain limit
  Counter late_answers;   // of tasks and timers that nobody waited for any more
  Counter state_retries;  // errors that a Retrier took
  // How long it took.
  DurationHistogram latency;          // from receiving a record to its outcome being durable
  DurationHistogram event_age;        // from the record's timestamp to the same instant
  DurationHistogram commit_duration;  // of commits that became durable
  // Now.
  Counter in_flight;
  Counter in_flight_bytes;
  Counter deferred;  // inputs whose outcome waits for room in the commit's metadata
  Counter held;      // inputs whose dead letter is refused: they hold the watermark
  Counter outbox_bytes;
  Counter executions;
  Counter tasks;
  Counter partitions;
  Counter arena_blocks;       // of limits::kArenaBlockBytes, in use
  Counter arena_blocks_kept;  // kept for reuse
};

}  // namespace aslx
