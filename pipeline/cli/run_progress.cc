#include "pipeline/cli/run_progress.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/core.h>

#include "pipeline/cli/counted.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

constexpr int64_t kIntervalNs = 1'000'000'000;
constexpr double kNsPerSecond = 1e9;

double PerSecond(uint64_t count, int64_t ns) {
  return static_cast<double>(count) * kNsPerSecond / static_cast<double>(std::max<int64_t>(ns, 1));
}

}  // namespace

RunTotals TotalsOf(const PipelinePlan& plan) {
  RunTotals totals;
  for (const auto& worker : plan.workers) {
    const FlowCounters& flow = worker->flow;
    totals.received += flow.received.value();
    totals.succeeded += flow.succeeded.value();
    totals.failed += flow.failed.value() + flow.timed_out.value() + flow.malformed.value() +
                     flow.poisoned.value();
    totals.dropped += flow.dropped.value();
    totals.written += flow.written.value();
    totals.written_bytes += flow.written_bytes.value();
    totals.dead_letters += flow.dead_letters.value();
    totals.in_flight += flow.in_flight.value();
    totals.held += flow.held.value();
    totals.lag += worker->lag.value();
  }
  return totals;
}

void RunProgress::Show(int64_t now_ns) {
  if (!shown_ || now_ns - last_ns_ < kIntervalNs) return;
  RunTotals all;
  for (const PipelinePlan& plan : *plans_) {
    RunTotals totals = TotalsOf(plan);
    all.received += totals.received;
    all.failed += totals.failed;
    all.in_flight += totals.in_flight;
    all.held += totals.held;
    all.lag += totals.lag;
  }
  std::string line = fmt::format(
      "{:.0f} events/s, {} events, lag {}, in flight {}, failed {}",
      PerSecond(all.received - std::min(last_received_, all.received), now_ns - last_ns_),
      all.received, all.lag, all.in_flight, all.failed);
  if (all.held > 0) line += fmt::format(", held {}", all.held);
  // Back to the start of the line, and clear what was longer.
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
  line_open_ = true;
  last_ns_ = now_ns;
  last_received_ = all.received;
}

void RunProgress::EndLine() {
  if (std::exchange(line_open_, false)) std::fputc('\n', stderr);
}

void RunProgress::Summarise(int64_t now_ns) {
  EndLine();
  double seconds = static_cast<double>(now_ns - begin_ns_) / kNsPerSecond;
  for (const PipelinePlan& plan : *plans_) {
    RunTotals totals = TotalsOf(plan);
    std::string line = fmt::format(
        "{}: {} in {:.1f} s ({:.0f} events/s): {} succeeded, {} failed; {} written, {}, {} "
        "dropped, "
        "{} in flight",
        plan.config->spec.name, Counted(totals.received, "event"), seconds,
        PerSecond(totals.received, now_ns - begin_ns_), totals.succeeded, totals.failed,
        Counted(totals.written, "record"), Counted(totals.dead_letters, "dead letter"),
        totals.dropped, totals.in_flight);
    LogPlain(LogLevel::kInfo, line);
    if (totals.in_flight == 0) continue;
    const bool reread = plan.config->spec.source.kind == EndpointKind::kKafka;
    const bool failed = std::ranges::any_of(
        plan.workers, [](const auto& worker) { return worker->failure().has_value(); });
    const std::string rest = fmt::format("{}: {} had no outcome when {}; {}",
                                         plan.config->spec.name, Counted(totals.in_flight, "event"),
                                         failed ? "the pipeline stopped" : "the drain limit passed",
                                         reread ? "what is not committed comes again"
                                                : "files keep no position: run the file again");
    LogPlain(LogLevel::kWarning, rest);
  }
}

}  // namespace aslx
