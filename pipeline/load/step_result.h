// What was measured in one step of a load.
//
// What it is not: text (report_text.h, report_json.h, report_html.h).
// Who uses it: the loads and the run fill it, the reports read it. Thread: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/load/allocation_count.h"
#include "pipeline/load/latency_histogram.h"
#include "pipeline/load/load_step.h"
#include "pipeline/load/outcome_tally.h"
#include "pipeline/load/thread_cpu.h"

namespace aslx {

/// What the sending side had to do with it.
struct GeneratorUse {
  uint64_t late_count = 0;  // open loop: sent more than kLateNs after they were due
  int64_t late_max_ns = 0;
  uint64_t refused_count = 0;         // never reached the source topic
  uint64_t unacknowledged_count = 0;  // may not have reached it when the step ended
  /// What reading the outcomes last complained of; empty: nothing.
  std::string reading_complaint = {};
  /// Closed loop: of the measured time, how much the generator waited for the subject. None: it had
  /// nothing to wait for, and the figures are its own.
  double waiting_share = 0;

  static constexpr int64_t kLateNs = 1'000'000;
};

/// What executions came to, over the whole step, the warm-up included.
struct OutcomeCounts {
  uint64_t received = 0;
  uint64_t succeeded = 0;
  uint64_t failed = 0;          // all that did not succeed; the next two are of these
  uint64_t timed_out = 0;       // executions
  uint64_t not_json = 0;        // events that are no JSON, empty or too large
  uint64_t without_record = 0;  // dropped by a route, or failures that are dropped

  OutcomeCounts Since(const OutcomeCounts& before) const {
    return {received - before.received, succeeded - before.succeeded,
            failed - before.failed,     timed_out - before.timed_out,
            not_json - before.not_json, without_record - before.without_record};
  }
};

/// What a dead letter says of why it is one.
struct FailureReason {
  std::string error;
  std::string cause;
  std::string state;  // empty: no state failed
};

/// What the machine gave during the part of the measured time that `seconds` says.
struct ResourceUse {
  double seconds = 0;
  uint64_t events = 0;  // with an outcome in that time
  ThreadCpu cpu_ns{};
  std::optional<int64_t> other_process_cpu_ns;
  std::optional<AllocationCount> allocations;  // of the whole process
};

struct StepResult {
  LoadStep step;
  uint32_t workers = 0;       // 0: the subject is another process
  double commit_seconds = 0;  // exactly_once: how often outcomes become visible; else 0
  bool interrupted = false;   // somebody ended it early

  uint64_t sent = 0;      // in all, the warm-up included
  uint64_t answered = 0;  // of those
  uint64_t measured = 0;  // latencies
  uint64_t unanswered = 0;
  uint64_t repeated = 0;  // records beyond the first of an event
  uint64_t foreign = 0;   // records that are of no event of this step
  /// Outcomes that arrived within the measured time, whenever their events were sent.
  uint64_t arrived_in_time = 0;
  /// Closed loop: the most that were without an outcome at once, of each worker together.
  uint64_t in_flight_reached = 0;
  double measured_seconds = 0;
  double outcomes_per_s = 0;
  double dropped_per_s = 0;  // of the same time: ended without a record; 0 of another process
  LatencyHistogram latency;
  std::vector<OutcomeTally::Interval> timeline;  // from the step's beginning

  std::optional<OutcomeCounts> outcomes;  // nothing of another process
  /// Of the first dead letter that came; nothing: none did, as where failures are dropped.
  std::optional<FailureReason> first_failure;
  std::optional<GeneratorUse> generator;  // nothing in process, where events are taken
  ResourceUse resources;
};

}  // namespace aslx
