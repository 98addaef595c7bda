// A whole run of `aslx bench`: what was asked, where it ran, and what each step measured.
//
// What it is not: text; report_text.h, report_json.h and report_html.h write it.
// Who uses it: `aslx bench` fills it. Thread: plain data.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pipeline/load/step_result.h"

namespace aslx {

struct LoadReport {
  /// Names and texts, in order: what the events are, what runs, between which topics.
  using Facts = std::vector<std::pair<std::string, std::string>>;

  std::string title;       // the definition, the configuration, or the topics of another process
  std::string started;     // 2026-05-01T12:00:00Z
  double event_bytes = 0;  // mean
  Facts machine;
  Facts versions;
  Facts setup;
  std::vector<StepResult> steps;
  size_t steps_planned = 0;  // more than there are: the others were not run
};

/// Events of some step ended without a record, so reports say how many a second of each.
bool AnyDropped(const LoadReport& report);
/// `nothing` stands for what is not known.
std::string DroppedText(const StepResult& step, const char* nothing);
/// Some step is a closed loop, so reports say how many were in flight in each.
bool AnyClosedLoop(const LoadReport& report);
std::string InFlightText(const StepResult& step, const char* nothing);
/// A latency of this step; `nothing` where none was measured.
std::string LatencyText(const StepResult& step, int64_t ns, const char* nothing);

/// Nanoseconds of CPU an event, of one class of threads, or of all that the pipeline has; 0 where
/// nothing came.
double CpuPerEvent(const StepResult& step, ThreadClass thread_class);
double PipelineCpuPerEvent(const StepResult& step);
/// Outcomes a second of CPU time of the subject; 0 where that is not known.
double EventsPerCpuSecond(const StepResult& step);

/// The percentiles that every report shows, and their names in JSON.
struct NamedPercentile {
  double percent;
  const char* label;
  const char* key;
};
inline constexpr NamedPercentile kPercentiles[] = {{50, "p50", "p50"},
                                                   {90, "p90", "p90"},
                                                   {99, "p99", "p99"},
                                                   {99.9, "p99.9", "p99_9"},
                                                   {99.99, "p99.99", "p99_99"}};

/// Why nothing in this report is about executions that succeed: none of any step did. Empty: some
/// did, or nobody knows.
std::string VerdictOf(const LoadReport& report);

/// What a reader has to know before believing a figure: a sentence each, the verdict first.
std::vector<std::string> NotesOf(const LoadReport& report);

/// Everything that was sent and not dropped by a route came back.
bool AllAnswered(const LoadReport& report);

/// Processor, kernel, memory, cores that this process may use.
LoadReport::Facts DescribeMachine();

}  // namespace aslx
