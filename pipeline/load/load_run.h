// A step from its beginning to its end: what is read of threads, outcomes and the allocator, and
// when.
//
// What it is not: whoever sends (load_driver.h), or the subject.
// Who uses it: `aslx bench`. Thread: main's, which sleeps in between.
// Memory: keeps what it was given.
#pragma once

#include <functional>

#include <sys/types.h>

#include "pipeline/load/load_driver.h"
#include "pipeline/load/step_result.h"
#include "pipeline/load/thread_cpu.h"
#include "runtime/base/clock.h"
#include "runtime/base/result.h"

namespace aslx {

struct LoadRunParts {
  LoadDriver* driver = nullptr;
  Clock* clock = nullptr;
  ThreadRoster* roster = nullptr;
  /// Of the pipeline, since it began; null: the subject is another process.
  std::function<OutcomeCounts()> outcomes;
  pid_t other_process = 0;  // 0: nobody's CPU time is looked at
  /// How long nothing may come back before what is missing counts as unanswered.
  int64_t drain_ns = 10'000'000'000;
  /// Sleeps until then, or a little less. An error ends the step: the subject has ended, or
  /// somebody wants it to end.
  std::function<Result<void>(int64_t until_ns)> wait;
};

class LoadRun {
 public:
  explicit LoadRun(LoadRunParts parts) : parts_(std::move(parts)) {}

  /// The error is wait's, or the driver's.
  Result<void> RunStep(const LoadStep& step, StepResult* result);
  /// Sends one event, and others after a while, until an outcome comes back. kUnavailable when none
  /// did within `limit_ns`.
  Result<void> AwaitFirstOutcome(int64_t limit_ns);

 private:
  struct Reading {
    int64_t ns = 0;
    int64_t settled_ns = 0;  // when the latest event known to have ended was seen to
    uint64_t without_record = 0;
    ResourceUse use;
  };
  uint64_t WithoutRecord() const;
  uint64_t Settled() const;
  Result<void> WaitUntil(int64_t ns);
  Result<void> AwaitOutcomes(const LoadStep& step, int64_t measured_until_ns, Reading* last);
  Reading Read(bool begins);
  void Conclude(const LoadStep& step, int64_t measured_from_ns, const Reading& first,
                const Reading& last, StepResult* result) const;
  void ConcludeRates(const LoadStep& step, int64_t measured_from_ns, const Reading& first,
                     const Reading& last, StepResult* result) const;

  LoadRunParts parts_;
  uint64_t without_record_before_ = 0;
};

}  // namespace aslx
