#include "pipeline/load/report_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/core.h>

namespace aslx {
namespace {

using Row = std::vector<std::string>;

/// The columns as wide as they have to be, numbers to the right.
std::string Aligned(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line += fmt::format("{}{:>{}}", i == 0 ? "" : "  ", row[i], widths[i]);
    text += line + '\n';
  }
  return text;
}

std::string CpuText(double ns) {
  return ns > 0 ? DurationText(ns) : std::string("-");
}

std::vector<Row> LatencyRows(const LoadReport& report) {
  Row head{"workers", "offered/s", "outcomes/s"};
  const bool drops = AnyDropped(report);
  if (drops) head.emplace_back("dropped/s");
  for (const NamedPercentile& percentile : kPercentiles)
    head.emplace_back(percentile.label);
  head.emplace_back("max");
  const bool closed = AnyClosedLoop(report);
  if (closed) head.emplace_back("in flight");
  std::vector<Row> rows{head};
  for (const StepResult& step : report.steps) {
    Row row{step.workers > 0 ? std::to_string(step.workers) : "-",
            step.step.open_loop() ? CountText(step.step.rate_per_s) : "all",
            CountText(step.outcomes_per_s)};
    if (drops) row.push_back(DroppedText(step, "-"));
    for (const NamedPercentile& percentile : kPercentiles)
      row.push_back(LatencyText(step, step.latency.ValueAt(percentile.percent), "-"));
    row.push_back(LatencyText(step, step.latency.max_ns(), "-"));
    if (closed) row.push_back(InFlightText(step, "-"));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Row> ResourceRows(const LoadReport& report) {
  std::vector<Row> rows{{"workers", "offered/s", "events/CPU-s", "CPU an event", "worker",
                         "librdkafka", "other", "allocations", "generator"}};
  for (const StepResult& step : report.steps) {
    const ResourceUse& use = step.resources;
    const double per_cpu_second = EventsPerCpuSecond(step);
    std::string allocations = "-";
    if (use.allocations && use.events > 0) {
      allocations = fmt::format(
          "{:.3f}", static_cast<double>(use.allocations->count) / static_cast<double>(use.events));
    }
    const double generator = CpuPerEvent(step, ThreadClass::kGenerator) +
                             CpuPerEvent(step, ThreadClass::kGeneratorLibrdkafka);
    rows.push_back({step.workers > 0 ? std::to_string(step.workers) : "-",
                    step.step.open_loop() ? CountText(step.step.rate_per_s) : "all",
                    per_cpu_second > 0 ? CountText(per_cpu_second) : "-",
                    per_cpu_second > 0 ? CpuText(1e9 / per_cpu_second) : "-",
                    CpuText(CpuPerEvent(step, ThreadClass::kWorker)),
                    CpuText(CpuPerEvent(step, ThreadClass::kPipelineLibrdkafka)),
                    CpuText(CpuPerEvent(step, ThreadClass::kPipelineOther)), allocations,
                    CpuText(generator)});
  }
  return rows;
}

}  // namespace

std::string DurationText(double ns) {
  constexpr std::pair<double, const char*> kUnits[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
  for (const auto& [unit, name] : kUnits) {
    if (ns < unit) continue;
    const double value = ns / unit;
    const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return fmt::format("{:.{}f} {}", value, decimals, name);
  }
  return fmt::format("{:.0f} ns", ns);
}

std::string CountText(double count) {
  if (count < 100 && count != std::floor(count)) return fmt::format("{:.3g}", count);
  std::string digits = fmt::format("{:.0f}", count);
  for (size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, ",");
  return digits;
}

std::string TextOf(const LoadReport& report) {
  std::string text = VerdictOf(report);
  if (!text.empty()) text += '\n';
  text += report.title + '\n';
  for (const auto* facts : {&report.machine, &report.versions, &report.setup})
    for (const auto& [name, value] : *facts)
      text += fmt::format("  {}: {}\n", name, value);
  if (report.steps.empty()) return text;
  text += "\nlatency, from when an event was due (open loop) or sent to its outcome\n";
  text += Aligned(LatencyRows(report));
  text += "\nCPU time an event\n";
  text += Aligned(ResourceRows(report));
  const std::vector<std::string> notes = NotesOf(report);
  if (!notes.empty()) text += '\n';
  for (const std::string& note : notes)
    text += "note: " + note + '\n';
  return text;
}

}  // namespace aslx
