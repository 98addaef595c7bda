#include "pipeline/load/load_run.h"

#include <algorithm>

#include <fmt/core.h>

#include "pipeline/load/report_text.h"

namespace aslx {
namespace {

/// The senders are told a moment before they are to begin.
constexpr int64_t kLeadNs = 50'000'000;
/// How often main looks whether a step has ended.
constexpr int64_t kLookNs = 10'000'000;
/// The first event may be lost on somebody who has not begun to read: after so long the next one is
/// sent.
constexpr int64_t kPatienceNs = 5'000'000'000;

}  // namespace

uint64_t LoadRun::WithoutRecord() const {
  return parts_.outcomes ? parts_.outcomes().without_record - without_record_before_ : 0;
}

uint64_t LoadRun::Settled() const {
  return parts_.driver->Look().answered + WithoutRecord();
}

Result<void> LoadRun::WaitUntil(int64_t ns) {
  for (int64_t now_ns = parts_.clock->Now(); now_ns < ns; now_ns = parts_.clock->Now())
    if (Result<void> waited = parts_.wait(std::min(ns, now_ns + kLookNs)); !waited) return waited;
  return {};
}

/// What reading itself allocates lies outside of what the two readings of a step enclose.
LoadRun::Reading LoadRun::Read(bool begins) {
  Reading reading;
  if (!begins) reading.use.allocations = ReadAllocations();
  reading.use.cpu_ns = parts_.roster->Read();
  if (parts_.other_process != 0)
    reading.use.other_process_cpu_ns = ProcessCpuNs(parts_.other_process);
  if (begins) reading.use.allocations = ReadAllocations();
  reading.without_record = WithoutRecord();
  reading.use.events = Settled();
  reading.ns = parts_.clock->Now();
  return reading;
}

Result<void> LoadRun::RunStep(const LoadStep& step, StepResult* result) {
  if (parts_.outcomes) without_record_before_ = parts_.outcomes().without_record;
  const OutcomeCounts before = parts_.outcomes ? parts_.outcomes() : OutcomeCounts();
  const int64_t begin_ns = parts_.clock->Now() + kLeadNs;
  const int64_t measured_from_ns = begin_ns + step.warmup_ns;
  // Without a warm-up all may be over before main looks again.
  Reading first;
  if (step.warmup_ns == 0) first = Read(true);
  parts_.driver->Begin(step, begin_ns);
  Result<void> outcome = WaitUntil(measured_from_ns);
  if (step.warmup_ns > 0) first = Read(true);
  if (step.warmup_ns == 0) first.use.events = 0;  // it was the step before that had some
  Reading last = first;
  const int64_t until_ns = step.count != 0 ? INT64_MAX : measured_from_ns + step.measure_ns;
  if (outcome) outcome = AwaitOutcomes(step, until_ns, &last);
  if (Result<void> ended = parts_.driver->End(result); !ended && outcome) outcome = ended;
  Conclude(step, measured_from_ns, first, last, result);
  if (!parts_.outcomes) return outcome;
  result->outcomes = parts_.outcomes().Since(before);
  const uint64_t settled = result->answered + result->outcomes->without_record;
  result->unanswered = result->sent - std::min(result->sent, settled);
  return outcome;
}

/// Until all that was sent has its outcome, or nothing comes any more.
Result<void> LoadRun::AwaitOutcomes(const LoadStep& step, int64_t measured_until_ns,
                                    Reading* last) {
  bool measuring = true;
  uint64_t settled = Settled();
  int64_t changed_ns = parts_.clock->Now();
  while (true) {
    const int64_t now_ns = parts_.clock->Now();
    if (measuring && now_ns >= measured_until_ns) {
      measuring = false;
      *last = Read(false);
    }
    const LoadDriver::Progress progress = parts_.driver->Look();
    const uint64_t settled_now = progress.answered + WithoutRecord();
    if (settled_now != settled) {
      settled = settled_now;
      changed_ns = now_ns;
    }
    const bool all = progress.sent_all && settled >= progress.sent;
    // A slow rate is silent between two events.
    const auto gap_ns = step.open_loop() ? static_cast<int64_t>(2e9 / step.rate_per_s) : 0;
    const bool silent = now_ns - changed_ns > parts_.drain_ns + gap_ns;
    if ((all && (!measuring || step.count != 0)) || silent) {
      if (measuring) *last = Read(false);
      last->settled_ns = changed_ns;
      return {};
    }
    const int64_t look_ns = std::min(now_ns + kLookNs, measuring ? measured_until_ns : INT64_MAX);
    if (Result<void> waited = parts_.wait(look_ns); !waited) {
      if (measuring) *last = Read(false);
      last->settled_ns = changed_ns;
      return waited;
    }
  }
}

void LoadRun::Conclude(const LoadStep& step, int64_t measured_from_ns, const Reading& first,
                       const Reading& last, StepResult* result) const {
  result->step = step;
  result->unanswered = result->sent - std::min(result->sent, result->answered);
  ConcludeRates(step, measured_from_ns, first, last, result);
  ResourceUse& use = result->resources;
  use.seconds = static_cast<double>(last.ns - first.ns) / 1e9;
  use.events = last.use.events - std::min(last.use.events, first.use.events);
  for (size_t i = 0; i < kThreadClassCount; ++i)
    use.cpu_ns[i] = last.use.cpu_ns[i] - first.use.cpu_ns[i];
  if (first.use.allocations && last.use.allocations) {
    use.allocations = {last.use.allocations->count - first.use.allocations->count,
                       last.use.allocations->bytes - first.use.allocations->bytes};
  }
  if (first.use.other_process_cpu_ns && last.use.other_process_cpu_ns)
    use.other_process_cpu_ns = *last.use.other_process_cpu_ns - *first.use.other_process_cpu_ns;
}

void LoadRun::ConcludeRates(const LoadStep& step, int64_t measured_from_ns, const Reading& first,
                            const Reading& last, StepResult* result) const {
  const uint64_t dropped = last.without_record - first.without_record;
  // By number: until the last outcome came, or the last event was seen to be dropped; whoever ended
  // it early measured for as long.
  int64_t end_ns = std::min(last.ns, measured_from_ns + step.measure_ns);
  if (step.count != 0) {
    end_ns = parts_.driver->Look().last_ns;
    if (dropped > 0) end_ns = std::max(end_ns, last.settled_ns);
  }
  result->measured_seconds =
      static_cast<double>(std::max(end_ns - measured_from_ns, int64_t{0})) / 1e9;
  if (result->measured_seconds <= 0) return;
  result->outcomes_per_s = static_cast<double>(result->arrived_in_time) / result->measured_seconds;
  // Nobody says when each was dropped, so these count between the two readings.
  const int64_t dropped_from_ns = std::max(first.ns, measured_from_ns);
  const int64_t dropped_until_ns = step.count != 0 ? end_ns : last.ns;
  if (dropped_until_ns > dropped_from_ns) {
    result->dropped_per_s = static_cast<double>(dropped) * 1e9 /
                            static_cast<double>(dropped_until_ns - dropped_from_ns);
  }
}

Result<void> LoadRun::AwaitFirstOutcome(int64_t limit_ns) {
  LoadStep one;
  one.in_flight_max = one.count = 1;
  const int64_t until_ns = parts_.clock->Now() + limit_ns;
  uint64_t sent = 0;
  uint64_t foreign = 0;
  while (parts_.clock->Now() < until_ns) {
    if (parts_.outcomes) without_record_before_ = parts_.outcomes().without_record;
    const int64_t begin_ns = parts_.clock->Now();
    parts_.driver->Begin(one, begin_ns);
    const int64_t next_ns = std::min(begin_ns + kPatienceNs, until_ns);
    Result<void> outcome;
    while (outcome && Settled() == 0 && parts_.clock->Now() < next_ns)
      outcome = parts_.wait(parts_.clock->Now() + kLookNs);
    const bool came = Settled() > 0;
    StepResult result;
    if (Result<void> ended = parts_.driver->End(&result); !ended && outcome) outcome = ended;
    if (!outcome || came) return outcome;
    sent += result.sent;
    foreign += result.foreign;
  }
  return Fail(
      ErrorKind::kUnavailable,
      fmt::format("{} event{} sent, and no outcome came back within {} (--first-outcome); records "
                  "that came back without the number of any of them: {}",
                  sent, sent == 1 ? " was" : "s were", DurationText(static_cast<double>(limit_ns)),
                  foreign));
}

}  // namespace aslx
