#include "pipeline/load/report_html.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/core.h>

#include "pipeline/load/report_text.h"
#include "pipeline/load/svg_plot.h"

namespace aslx {
namespace {

constexpr std::string_view kStyle = R"css(
:root{--ink:#1c2330;--soft:#5b6577;--line:#dde2ea;--page:#f7f8fa;--card:#fff;--warn:#fff4d6;
--c0:#2f6fdb;--c1:#d9722a;--c2:#2a9d6f;--c3:#b5449c;
--c4:#8a6d1b;--c5:#3fa0c4;--c6:#c53b3b;--c7:#6b7280}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf2;--soft:#9aa5b8;--line:#333c4b;--page:#12161d;
--card:#1b212b;--warn:#3d3418;--c0:#6fa0f5;--c1:#f09a5b;--c2:#56c596;--c3:#dc7fc6;--c4:#cfae4e;
--c5:#75c7e6;--c6:#ef7676;--c7:#a3abb8}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:26px;margin:0 0 4px;overflow-wrap:anywhere}h2{font-size:18px;margin:36px 0 8px}
p.when{color:var(--soft);margin:0 0 20px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.verdict{background:var(--warn);border-radius:8px;padding:12px 16px;font-weight:600}
.notes{background:var(--warn);border-radius:8px;padding:12px 16px 12px 36px;margin:20px 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:var(--card);border-radius:8px}
th,td{padding:7px 9px;font-size:14px;text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}
th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--line)}
tr+tr td{border-top:1px solid var(--line)}
figure{margin:20px 0;padding:16px;overflow-x:auto;background:var(--card);
border-radius:8px}
figcaption{font-weight:600;margin-bottom:8px}
svg{display:block;width:100%;min-width:600px;height:auto}
svg text{font-size:12px;fill:var(--soft)}svg text.axis{fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1}
polyline{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.dashed{stroke-dasharray:6 5}.mark{fill:currentColor}.hidden{fill-opacity:0}
.hidden:hover{fill-opacity:1}rect{fill:currentColor}
.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}
.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;margin:8px 0 0;padding:0}
.legend li::before{content:"";display:inline-block;width:14px;height:4px;border-radius:2px;
background:currentColor;margin-right:8px;vertical-align:middle}
)css";

std::string StepName(const StepResult& step) {
  std::string name =
      step.step.open_loop() ? CountText(step.step.rate_per_s) + "/s" : std::string("closed loop");
  if (step.workers > 0)
    name += fmt::format(", {} worker{}", step.workers, step.workers == 1 ? "" : "s");
  return name;
}

std::string Facts(const LoadReport& report) {
  std::string html = "<dl>";
  for (const auto* facts : {&report.setup, &report.machine, &report.versions})
    for (const auto& [name, value] : *facts)
      html += fmt::format("<dt>{}</dt><dd>{}</dd>", Escaped(name), Escaped(value));
  return html + "</dl>\n";
}

std::string Verdict(const LoadReport& report) {
  const std::string verdict = VerdictOf(report);
  if (verdict.empty()) return {};
  return "<p class=\"verdict\">" + Escaped(verdict) + "</p>\n";
}

std::string Notes(const LoadReport& report) {
  const std::vector<std::string> notes = NotesOf(report);
  if (notes.empty()) return {};
  std::string html = "<ul class=\"notes\">";
  for (const std::string& note : notes)
    html += "<li>" + Escaped(note) + "</li>";
  return html + "</ul>\n";
}

std::string Table(const LoadReport& report) {
  std::string html =
      "<div class=\"scroll\"><table><tr><th>workers</th><th>offered/s</th>"
      "<th>outcomes/s</th>";
  const bool drops = AnyDropped(report);
  if (drops) html += "<th>dropped/s</th>";
  for (const NamedPercentile& percentile : kPercentiles)
    html += fmt::format("<th>{}</th>", percentile.label);
  html += "<th>max</th>";
  const bool closed = AnyClosedLoop(report);
  if (closed) html += "<th>in flight</th>";
  html += "<th>CPU an event</th><th>allocations</th></tr>\n";
  for (const StepResult& step : report.steps) {
    const ResourceUse& use = step.resources;
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td>",
                        step.workers > 0 ? std::to_string(step.workers) : "–",
                        step.step.open_loop() ? CountText(step.step.rate_per_s) : "all",
                        CountText(step.outcomes_per_s));
    if (drops) html += fmt::format("<td>{}</td>", DroppedText(step, "–"));
    for (const NamedPercentile& percentile : kPercentiles) {
      html += fmt::format("<td>{}</td>",
                          LatencyText(step, step.latency.ValueAt(percentile.percent), "–"));
    }
    const double per_cpu_second = EventsPerCpuSecond(step);
    const std::string allocations =
        use.allocations && use.events > 0
            ? fmt::format("{:.3f}", static_cast<double>(use.allocations->count) /
                                        static_cast<double>(use.events))
            : "–";
    html += fmt::format("<td>{}</td>", LatencyText(step, step.latency.max_ns(), "–"));
    if (closed) html += fmt::format("<td>{}</td>", InFlightText(step, "–"));
    html += fmt::format("<td>{}</td><td>{}</td></tr>\n",
                        per_cpu_second > 0 ? DurationText(1e9 / per_cpu_second) : "–", allocations);
  }
  return html + "</table></div>\n";
}

PlotAxis LatencyAxis() {
  return {.label = "latency", .logarithmic = true, .text = DurationText, .ticks = {}};
}

/// Every nine of a percentile as wide as the one before: 90, 99, 99.9.
std::string PercentilePlot(const LoadReport& report) {
  PlotAxis x{.label = "percentile",
             .logarithmic = true,
             .text = [](double inverse) { return fmt::format("{:.6g} %", 100 - 100 / inverse); },
             .ticks = {2}};
  std::vector<PlotSeries> series;
  double last = 10;
  for (const StepResult& step : report.steps) {
    PlotSeries one{.name = StepName(step), .points = {}, .dashed = false, .marked = false};
    const auto most = static_cast<double>(step.latency.count());
    // Beyond 1 of so many there is only the maximum.
    for (double inverse = 1; inverse <= most; inverse *= 1.122) {
      const auto ns = static_cast<double>(step.latency.ValueAt(100 - 100 / inverse));
      one.points.emplace_back(inverse, std::max(ns, 1.0));
      last = std::max(last, inverse);
    }
    series.push_back(std::move(one));
  }
  for (double tick = 10; tick <= last; tick *= 10)
    x.ticks.push_back(tick);
  return LinePlot("Latency by percentile", x, LatencyAxis(), series);
}

/// Of the steps with the most workers: the curve is one of the rate alone.
std::string RatePlot(const LoadReport& report) {
  std::set<double> rates;
  uint32_t workers = 0;
  for (const StepResult& step : report.steps) {
    if (!step.step.open_loop()) return {};
    rates.insert(step.step.rate_per_s);
    workers = std::max(workers, step.workers);
  }
  if (rates.size() < 2) return {};
  std::vector<PlotSeries> series;
  for (const NamedPercentile& percentile : kPercentiles) {
    PlotSeries one{.name = percentile.label, .points = {}};
    for (const StepResult& step : report.steps) {
      if (step.workers != workers || step.latency.count() == 0) continue;
      const auto ns = static_cast<double>(step.latency.ValueAt(percentile.percent));
      one.points.emplace_back(step.step.rate_per_s, std::max(ns, 1.0));
    }
    std::ranges::sort(one.points);
    series.push_back(std::move(one));
  }
  const PlotAxis x{.label = "offered events a second",
                   .logarithmic = true,
                   .text = CountText,
                   .ticks = {rates.begin(), rates.end()}};
  return LinePlot("Latency at each rate", x, LatencyAxis(), series);
}

std::string TimePlot(const LoadReport& report) {
  constexpr double kSeconds = OutcomeTally::kIntervalNs / 1e9;
  std::vector<PlotSeries> series;
  for (const StepResult& step : report.steps) {
    PlotSeries one{.name = StepName(step), .points = {}, .dashed = false, .marked = false};
    // The last one was cut short.
    const size_t whole = step.timeline.size() > 2 ? step.timeline.size() - 1 : step.timeline.size();
    for (size_t i = 0; i < whole; ++i)
      one.points.emplace_back(static_cast<double>(i) * kSeconds,
                              static_cast<double>(step.timeline[i].outcomes) / kSeconds);
    series.push_back(std::move(one));
  }
  const PlotAxis x{.label = "seconds since the step began, the warm-up included",
                   .text = [](double seconds) { return fmt::format("{:.4g} s", seconds); },
                   .ticks = {}};
  const PlotAxis y{.label = "outcomes a second", .text = CountText, .ticks = {}};
  return LinePlot("Outcomes over time", x, y, series);
}

std::string CpuPlot(const LoadReport& report) {
  std::vector<PlotBar> bars;
  for (const StepResult& step : report.steps) {
    PlotBar bar{.name = StepName(step), .parts = {}};
    for (const ThreadClass one :
         {ThreadClass::kWorker, ThreadClass::kPipelineLibrdkafka, ThreadClass::kPipelineOther,
          ThreadClass::kGenerator, ThreadClass::kGeneratorLibrdkafka})
      bar.parts.push_back(CpuPerEvent(step, one));
    bars.push_back(std::move(bar));
  }
  const PlotAxis axis{.label = "CPU time an event", .text = DurationText, .ticks = {}};
  return BarPlot("CPU time an event, by thread", axis,
                 {"worker", "the pipeline's librdkafka", "the pipeline's other threads",
                  "generator", "the generator's librdkafka"},
                 bars);
}

/// What more workers bring: closed loops only, at a fixed rate they bring nothing.
std::string WorkerPlots(const LoadReport& report) {
  PlotSeries measured{.name = "measured", .points = {}};
  PlotSeries ideal{.name = "as many times as the first", .points = {}, .dashed = true};
  PlotSeries efficiency{.name = "efficiency", .points = {}};
  double one_worker = 0;
  std::vector<double> counts;
  for (const StepResult& step : report.steps) {
    if (step.step.open_loop() || step.workers == 0) return {};
    if (one_worker == 0) one_worker = step.outcomes_per_s / step.workers;
    const auto workers = static_cast<double>(step.workers);
    counts.push_back(workers);
    measured.points.emplace_back(workers, step.outcomes_per_s);
    ideal.points.emplace_back(workers, one_worker * workers);
    if (one_worker > 0)
      efficiency.points.emplace_back(workers, 100 * step.outcomes_per_s / workers / one_worker);
  }
  std::ranges::sort(counts);
  if (counts.size() < 2 || counts.front() == counts.back()) return {};
  for (PlotSeries* series : {&measured, &ideal, &efficiency})
    std::ranges::sort(series->points);
  const PlotAxis x{.label = "workers", .text = CountText, .ticks = counts};
  const PlotAxis y{.label = "outcomes a second", .text = CountText, .ticks = {}};
  const PlotAxis share{.label = "of the first, a worker",
                       .text = [](double percent) { return fmt::format("{:.0f} %", percent); },
                       .ticks = {}};
  return LinePlot("Throughput by workers", x, y, {measured, ideal}) +
         LinePlot("Efficiency by workers", x, share, {efficiency});
}

}  // namespace

std::string HtmlOf(const LoadReport& report) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>aslx bench: {0}</title>\n<style>{1}</style></head>\n<body><main>\n"
      "<h1>aslx bench: {0}</h1>\n<p class=\"when\">{2}</p>\n{11}{3}{4}"
      "<h2>Steps</h2>\n{5}<h2>Plots</h2>\n{6}{7}{8}{9}{10}"
      "</main></body></html>\n",
      Escaped(report.title), kStyle, Escaped(report.started), Facts(report), Notes(report),
      Table(report), WorkerPlots(report), RatePlot(report), PercentilePlot(report),
      TimePlot(report), CpuPlot(report), Verdict(report));
}

}  // namespace aslx
