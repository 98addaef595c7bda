// The page of a report and its plots: well-formed, complete, and with nothing beside it. How it
// looks in a browser is tests/browser's.
#include "pipeline/load/report_html.h"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/load/svg_plot.h"

namespace aslx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

StepResult Step(double rate, uint32_t workers) {
  StepResult step;
  step.step.rate_per_s = rate;
  step.workers = workers;
  step.sent = step.answered = step.measured = 1'000;
  step.measured_seconds = 1;
  step.outcomes_per_s = rate > 0 ? rate : 1'000.0 * workers;
  for (int64_t i = 1; i <= 1'000; ++i)
    step.latency.Record(i * 1'000);
  step.timeline = {{600, 6e8, 2'000'000}, {400, 4e8, 3'000'000}};
  step.resources.events = 1'000;
  step.resources.cpu_ns = {100'000, 200'000, 0, 400'000, 600'000, 7};
  return step;
}

LoadReport Report(std::vector<StepResult> steps) {
  LoadReport report;
  report.title = "<orders> & \"more\"";
  report.setup = {{"events", "{\"a\":\"<b>\"}"}};
  report.steps = std::move(steps);
  return report;
}

/// Every element that is opened is closed, in order; empty where that is so.
std::string Unbalanced(const std::string& html) {
  std::vector<std::string> open;
  for (size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const size_t end = html.find('>', at);
    if (end == std::string::npos) return "no end of " + html.substr(at, 40);
    const std::string tag = html.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(tag.starts_with('/') ? 1 : 0,
                                        tag.find_first_of(" \n") - (tag.starts_with('/') ? 1 : 0));
    if (tag.starts_with('!') || tag.ends_with('/') || name == "meta") continue;
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "unexpected </" + name + ">";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? std::string() : "never closed: " + open.back();
}

TEST(ReportHtml, IsWellFormedWhateverWasMeasured) {
  StepResult nothing;
  StepResult external = Step(10, 0);
  external.resources.other_process_cpu_ns = 5;
  for (const LoadReport& report :
       {Report({}), Report({nothing}), Report({Step(0, 1)}), Report({Step(0, 1), Step(0, 2)}),
        Report({Step(100, 1), Step(1'000, 1)}), Report({external})}) {
    const std::string html = HtmlOf(report);
    EXPECT_EQ(Unbalanced(html), "");
    EXPECT_THAT(html, HasSubstr("&lt;orders&gt; &amp; &quot;more&quot;"));
    for (const char* outside : {"<script", "src=", "href=", "url(", "@import", "nan", "inf"})
      EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
}

TEST(ReportHtml, ShowsThePlotsThatTheStepsAreFor) {
  const std::string workers = HtmlOf(Report({Step(0, 1), Step(0, 2), Step(0, 4)}));
  EXPECT_THAT(workers, HasSubstr("Throughput by workers"));
  EXPECT_THAT(workers, HasSubstr("Efficiency by workers"));
  EXPECT_THAT(workers, HasSubstr("efficiency: 100 % at 4"));
  EXPECT_THAT(workers, Not(HasSubstr("Latency at each rate")));
  const std::string rates = HtmlOf(Report({Step(100, 1), Step(1'000, 1)}));
  EXPECT_THAT(rates, HasSubstr("Latency at each rate"));
  EXPECT_THAT(rates, HasSubstr("p99: 990 us at 1,000"));
  EXPECT_THAT(rates, Not(HasSubstr("Throughput by workers")));
  for (const std::string& html : {workers, rates}) {
    EXPECT_THAT(html, HasSubstr("Latency by percentile"));
    EXPECT_THAT(html, HasSubstr("Outcomes over time"));
    EXPECT_THAT(html, HasSubstr("CPU time an event, by thread"));
  }
}

TEST(SvgPlot, TicksAreRoundAndEnclose) {
  EXPECT_THAT(LinearTicks(0, 100, 5), ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(LinearTicks(0, 7, 7), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(LinearTicks(0, 1'001, 5), ElementsAre(0, 500, 1'000, 1'500));
  EXPECT_THAT(LinearTicks(3, 3, 5), testing::Contains(3.0));
  EXPECT_THAT(LogarithmicTicks(3, 45), ElementsAre(2, 5, 10, 20, 50));
  EXPECT_THAT(LogarithmicTicks(150, 2e6), ElementsAre(100, 1e3, 1e4, 1e5, 1e6, 1e7));
  EXPECT_THAT(LogarithmicTicks(10, 10), testing::Contains(10.0));
}

TEST(SvgPlot, KeepsEveryPointWithinTheDrawing) {
  const PlotAxis axis{
      .label = "x", .text = [](double value) { return std::to_string(value); }, .ticks = {}};
  PlotAxis logarithmic = axis;
  logarithmic.logarithmic = true;
  const std::string svg =
      LinePlot("t", axis, logarithmic, {{.name = "a", .points = {{0, 1}, {5, 1e9}, {1'000, 3}}}});
  for (size_t at = svg.find("<circle"); at != std::string::npos; at = svg.find("<circle", at + 1)) {
    double x = 0;
    double y = 0;
    ASSERT_EQ(std::sscanf(svg.c_str() + svg.find("cx=", at), "cx=\"%lf\" cy=\"%lf\"", &x, &y), 2);
    EXPECT_GE(x, 0);
    EXPECT_LE(x, 720);
    EXPECT_GE(y, 0);
    EXPECT_LE(y, 340);
  }
  EXPECT_THAT(LinePlot("t", axis, axis, {}), HasSubstr("Nothing was measured."));
  EXPECT_THAT(BarPlot("t", axis, {"p"}, {{.name = "b", .parts = {0}}}),
              HasSubstr("Nothing was measured."));
}

}  // namespace
}  // namespace aslx
