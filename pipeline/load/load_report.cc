#include "pipeline/load/load_report.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "pipeline/load/report_text.h"
#include "runtime/worker/engine.h"

namespace aslx {
namespace {

/// A step that comes this close to its rate has kept it.
constexpr double kKeptShare = 0.98;
/// Of those sent, so many may be late before the generator is to blame.
constexpr double kLateShare = 0.01;
/// A closed loop that waits less than this for its subject measures itself.
constexpr double kWaitingShareMin = 0.05;
/// Of what the in-flight bound lets through at the most; the rest is the time a commit takes.
constexpr double kBoundShare = 0.5;
/// Of a cause in a note; the JSON has all of it.
constexpr size_t kCauseBytesMax = 300;

std::string Count(uint64_t count) {
  return CountText(static_cast<double>(count));
}

std::string NameOf(const StepResult& step) {
  std::string name =
      step.step.open_loop() ? CountText(step.step.rate_per_s) + "/s" : std::string("closed loop");
  if (step.workers > 0)
    name += fmt::format(", {} worker{}", step.workers, step.workers == 1 ? "" : "s");
  return name;
}

std::string CpuModel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

void AddGeneratorNotes(const StepResult& step, std::vector<std::string>* notes) {
  if (!step.generator) return;
  const GeneratorUse& use = *step.generator;
  if (step.step.open_loop() &&
      static_cast<double>(use.late_count) > kLateShare * static_cast<double>(step.sent)) {
    notes->push_back(fmt::format(
        "{}: the generator was late: {} of {} events went out more than 1 ms after they were due, "
        "the worst {:.1f} ms. Latencies count from when they were due, so they contain that; give "
        "the generator a core of its own, or a machine",
        NameOf(step), Count(use.late_count), Count(step.sent),
        static_cast<double>(use.late_max_ns) / 1e6));
  }
  if (!step.step.open_loop() && step.answered > 0 && use.waiting_share < kWaitingShareMin) {
    notes->push_back(fmt::format(
        "{}: the generator hardly ever waited for the subject ({:.1f} % of the time): this is what "
        "the generator and the broker can do; the subject may do more",
        NameOf(step), use.waiting_share * 100));
  }
}

uint64_t DroppedCount(const StepResult& step) {
  return step.outcomes ? step.outcomes->without_record : 0;
}

/// It is no loss: the configuration says so.
const char* DroppedBy(const StepResult& step) {
  return step.outcomes->failed == 0 ? "by a route" : "by a route, or as dead letters";
}

/// Without any outcome nothing has a latency.
void AddWithoutLatency(const StepResult& step, std::vector<std::string>* notes) {
  if (step.latency.count() > 0 || DroppedCount(step) == 0 || step.answered > 0) return;
  notes->push_back(fmt::format("{}: every event that ended was dropped {}, so there is no latency",
                               NameOf(step), DroppedBy(step)));
}

void AddThroughputNotes(const StepResult& step, std::vector<std::string>* notes) {
  if (!step.step.open_loop()) {
    if (step.commit_seconds <= 0) return;
    const double bound = static_cast<double>(step.step.in_flight_max) / step.commit_seconds;
    if (step.outcomes_per_s < kBoundShare * bound) return;
    notes->push_back(fmt::format(
        "{}: exactly_once shows outcomes when it commits, each {:.0f} ms, so {} in flight are at "
        "most {} a second: this may be that bound; raise --in-flight",
        NameOf(step), step.commit_seconds * 1e3, Count(step.step.in_flight_max), CountText(bound)));
    return;
  }
  if (step.step.count != 0 || step.interrupted || step.sent == 0) return;
  const auto dropped = static_cast<double>(DroppedCount(step));
  const double dropped_share = std::min(1.0, dropped / static_cast<double>(step.sent));
  if (step.outcomes_per_s >= kKeptShare * step.step.rate_per_s * (1 - dropped_share)) return;
  std::string drops;
  if (dropped > 0)
    drops = fmt::format(", and {:.1f} % were dropped {}", dropped_share * 100, DroppedBy(step));
  notes->push_back(fmt::format(
      "{}: {} outcomes a second came of it{}: the rate was not kept, and latencies grow for as "
      "long as the step lasts",
      NameOf(step), CountText(step.outcomes_per_s), drops));
}

/// Its figures are of less than was asked for, and what was in flight is no loss.
void AddInterruption(const StepResult& step, std::vector<std::string>* notes) {
  if (!step.interrupted) return;
  std::string asked;
  if (step.step.count != 0) {
    asked = fmt::format("{} events", Count(step.step.count));
  } else {
    asked = fmt::format("{:.1f} s", static_cast<double>(step.step.measure_ns) / 1e9);
  }
  notes->push_back(fmt::format(
      "{}: interrupted by a signal: {:.1f} s were measured, asked for were {}; {} events were in "
      "flight",
      NameOf(step), step.measured_seconds, asked, Count(step.unanswered)));
}

/// What is known of why events have no outcome: else it is the subject that knows.
void AddReasons(const StepResult& step, std::string* note) {
  if (!step.generator) return;
  const GeneratorUse& use = *step.generator;
  if (use.refused_count > 0)
    *note += fmt::format("; {} of them could not be written", Count(use.refused_count));
  if (use.unacknowledged_count > 0)
    *note += fmt::format("; of {} the broker has not said that they are written",
                         Count(use.unacknowledged_count));
  if (!use.reading_complaint.empty())
    *note += fmt::format("; reading outcomes: {}", use.reading_complaint);
}

/// One line, and not the whole of a cause that is a text of its own.
std::string Shortened(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (text.size() <= kCauseBytesMax) return text;
  size_t end = kCauseBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // within a character
  return text.substr(0, end) + "…";
}

std::string FirstFailureText(const StepResult& step) {
  if (!step.first_failure)
    return "no dead letter came that says why (those that are dropped are not seen)";
  const FailureReason& first = *step.first_failure;
  std::string text = "the first: " + first.error;
  if (!first.state.empty()) text += fmt::format(" in state '{}'", first.state);
  if (!first.cause.empty()) text += ": " + Shortened(first.cause);
  return text;
}

void AddFailures(const StepResult& step, std::vector<std::string>* notes) {
  if (!step.outcomes || step.outcomes->failed == 0) return;
  const OutcomeCounts& counts = *step.outcomes;
  std::vector<std::string> kinds;
  const uint64_t failed = counts.failed - counts.timed_out - counts.not_json;
  if (failed > 0) kinds.push_back(Count(failed) + " failed");
  if (counts.timed_out > 0) kinds.push_back(Count(counts.timed_out) + " timed out");
  if (counts.not_json > 0)
    kinds.push_back(Count(counts.not_json) + " were no JSON, empty or too large");
  notes->push_back(fmt::format("{}: of {} events {}; {}", NameOf(step), Count(counts.received),
                               fmt::join(kinds, ", "), FirstFailureText(step)));
}

/// Of those that have ended, as far as is known: one whose success is about to be counted already
/// has its outcome.
bool NoneSucceeded(const StepResult& step) {
  if (!step.outcomes || step.outcomes->succeeded > 0 || step.outcomes->failed == 0) return false;
  return step.outcomes->failed >= step.answered + step.outcomes->without_record;
}

void AddStepNotes(const StepResult& step, std::vector<std::string>* notes) {
  AddGeneratorNotes(step, notes);
  AddThroughputNotes(step, notes);
  AddWithoutLatency(step, notes);
  AddInterruption(step, notes);
  if (step.unanswered > 0 && !step.interrupted) {
    notes->push_back(fmt::format("{}: {} of {} events have no outcome; percentiles leave them out",
                                 NameOf(step), Count(step.unanswered), Count(step.sent)));
    AddReasons(step, &notes->back());
  }
  AddFailures(step, notes);
  if (step.foreign > 0) {
    notes->push_back(fmt::format("{}: {} records came back that are of no event of this step",
                                 NameOf(step), Count(step.foreign)));
  }
}

}  // namespace

bool AnyDropped(const LoadReport& report) {
  return std::ranges::any_of(report.steps,
                             [](const StepResult& step) { return DroppedCount(step) > 0; });
}

std::string DroppedText(const StepResult& step, const char* nothing) {
  return step.outcomes ? CountText(step.dropped_per_s) : nothing;
}

bool AnyClosedLoop(const LoadReport& report) {
  return std::ranges::any_of(report.steps,
                             [](const StepResult& step) { return !step.step.open_loop(); });
}

std::string InFlightText(const StepResult& step, const char* nothing) {
  return step.step.open_loop() ? nothing : Count(step.in_flight_reached);
}

std::string LatencyText(const StepResult& step, int64_t ns, const char* nothing) {
  return step.latency.count() > 0 ? DurationText(static_cast<double>(ns)) : nothing;
}

double CpuPerEvent(const StepResult& step, ThreadClass thread_class) {
  const ResourceUse& use = step.resources;
  if (use.events == 0) return 0;
  return static_cast<double>(use.cpu_ns[static_cast<size_t>(thread_class)]) /
         static_cast<double>(use.events);
}

double PipelineCpuPerEvent(const StepResult& step) {
  return CpuPerEvent(step, ThreadClass::kWorker) +
         CpuPerEvent(step, ThreadClass::kPipelineLibrdkafka) +
         CpuPerEvent(step, ThreadClass::kPipelineOther);
}

double EventsPerCpuSecond(const StepResult& step) {
  const ResourceUse& use = step.resources;
  double ns = step.workers > 0 ? PipelineCpuPerEvent(step) : 0;
  if (use.other_process_cpu_ns && use.events > 0)
    ns = static_cast<double>(*use.other_process_cpu_ns) / static_cast<double>(use.events);
  return ns > 0 ? 1e9 / ns : 0;
}

std::string VerdictOf(const LoadReport& report) {
  if (report.steps.empty() || !std::ranges::all_of(report.steps, NoneSucceeded)) return {};
  return "no execution succeeded: all figures are of executions that failed";
}

std::vector<std::string> NotesOf(const LoadReport& report) {
  std::vector<std::string> notes;
  if (std::string verdict = VerdictOf(report); !verdict.empty())
    notes.push_back(std::move(verdict));
  for (const StepResult& step : report.steps)
    AddStepNotes(step, &notes);
  if (report.steps.size() < report.steps_planned) {
    notes.push_back(fmt::format("{} of {} steps were not run",
                                report.steps_planned - report.steps.size(), report.steps_planned));
  }
  return notes;
}

bool AllAnswered(const LoadReport& report) {
  return std::ranges::all_of(report.steps, [](const StepResult& step) {
    return step.unanswered == 0 || step.interrupted;
  });
}

LoadReport::Facts DescribeMachine() {
  utsname system{};
  uname(&system);
  const double bytes =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return {{"processor", CpuModel()},
          {"cores", std::to_string(AvailableCores())},
          {"memory", fmt::format("{:.1f} GiB", bytes / 1'073'741'824)},
          {"system", fmt::format("{} {}", system.sysname, system.release)}};
}

}  // namespace aslx
