// Plots as SVG: lines over two axes, and bars of stacked parts.
//
// What it is not: interactive, or a library for all plots: what the report of a load needs. A point
// shows its figures where the pointer rests on it. Colours and fonts are the page's: classes `c0`
// to `c7`, `grid`, `axis`. Who uses it: report_html.cc. Thread: any. Memory: returns texts.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aslx {

/// `&`, `<`, `>` and `"` for a text or an attribute.
std::string Escaped(std::string_view text);

struct PlotAxis {
  std::string label;
  bool logarithmic = false;  // values are above 0
  /// How a value is written at a tick and where the pointer rests.
  std::function<std::string(double)> text;
  /// Where the ticks are; empty: at round numbers.
  std::vector<double> ticks;
};

struct PlotSeries {
  std::string name;
  std::vector<std::pair<double, double>> points;
  bool dashed = false;  // what is expected rather than measured
  bool marked = true;   // points are shown
};

/// Round values from at or below `low` to at or above `high`, at most about `most`.
std::vector<double> LinearTicks(double low, double high, int most);
/// Powers of ten, with 2 and 5 times them where there are few; the ends enclose the values.
std::vector<double> LogarithmicTicks(double low, double high);

/// Nothing to show gives a sentence instead.
std::string LinePlot(const std::string& title, const PlotAxis& x, const PlotAxis& y,
                     const std::vector<PlotSeries>& series);

struct PlotBar {
  std::string name;
  std::vector<double> parts;  // as many as there are names of parts
};
std::string BarPlot(const std::string& title, const PlotAxis& axis,
                    const std::vector<std::string>& part_names, const std::vector<PlotBar>& bars);

}  // namespace aslx
