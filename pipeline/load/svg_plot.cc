#include "pipeline/load/svg_plot.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace aslx {
namespace {

// In units of the drawing, which the page scales.
constexpr double kWidth = 720;
constexpr double kHeight = 340;
constexpr double kLeft = 104;
constexpr double kRight = 44;
constexpr double kTop = 14;
constexpr double kBottom = 48;
constexpr double kBarHeight = 22;
constexpr double kBarGap = 10;
constexpr double kNameWidth = 170;
constexpr int kTicksMax = 7;
constexpr size_t kColours = 8;

std::string Colour(size_t index) {
  return fmt::format("c{}", index % kColours);
}

/// Values of an axis to places of the drawing.
class Scale {
 public:
  Scale(const PlotAxis& axis, double low, double high, double from, double to)
      : logarithmic_(axis.logarithmic), from_(from), to_(to), ticks_(axis.ticks) {
    if (ticks_.empty())
      ticks_ = logarithmic_ ? LogarithmicTicks(low, high) : LinearTicks(low, high, kTicksMax);
    low_ = Along(std::min(low, ticks_.front()));
    high_ = Along(std::max(high, ticks_.back()));
    if (high_ <= low_) high_ = low_ + 1;
  }
  double At(double value) const {
    return from_ + (Along(value) - low_) / (high_ - low_) * (to_ - from_);
  }
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  double Along(double value) const { return logarithmic_ ? std::log10(value) : value; }

  bool logarithmic_;
  double low_;
  double high_;
  double from_;
  double to_;
  std::vector<double> ticks_;
};

std::string Figure(const std::string& title, const std::string& svg, const std::string& legend) {
  return fmt::format("<figure><figcaption>{}</figcaption>\n{}\n{}</figure>\n", Escaped(title), svg,
                     legend);
}

std::string Legend(const std::vector<std::string>& names) {
  if (names.size() < 2) return {};
  std::string legend = "<ul class=\"legend\">";
  for (size_t i = 0; i < names.size(); ++i)
    legend += fmt::format("<li class=\"{}\">{}</li>", Colour(i), Escaped(names[i]));
  return legend + "</ul>\n";
}

std::string Open(const std::string& title, double height) {
  return fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n", kWidth,
                     height, Escaped(title));
}

std::string Axes(const PlotAxis& x, const PlotAxis& y, const Scale& along, const Scale& up) {
  std::string svg;
  const double bottom = kHeight - kBottom;
  for (const double tick : up.ticks()) {
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
        kLeft, kWidth - kRight, up.At(tick), kLeft - 8, up.At(tick) + 4, Escaped(y.text(tick)));
  }
  for (const double tick : along.ticks()) {
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n",
        along.At(tick), kTop, bottom, bottom + 18, Escaped(x.text(tick)));
  }
  svg += fmt::format(
      "<text class=\"axis\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>"
      "<text class=\"axis\" transform=\"translate(14 {:.1f}) rotate(-90)\" "
      "text-anchor=\"middle\">{}</text>\n",
      (kLeft + kWidth - kRight) / 2, kHeight - 8, Escaped(x.label), (kTop + bottom) / 2,
      Escaped(y.label));
  return svg;
}

std::string Line(const PlotSeries& one, size_t index, const PlotAxis& x, const PlotAxis& y,
                 const Scale& along, const Scale& up) {
  std::string places;
  std::string marks;
  for (const auto& [at, value] : one.points) {
    places += fmt::format("{:.1f},{:.1f} ", along.At(at), up.At(value));
    marks += fmt::format(
        "<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}: {} at {}</title>"
        "</circle>",
        one.marked ? "mark" : "hidden mark", along.At(at), up.At(value), one.marked ? 3 : 5,
        Escaped(one.name), Escaped(y.text(value)), Escaped(x.text(at)));
  }
  return fmt::format("<g class=\"{}\"><polyline{} points=\"{}\"/>{}</g>\n", Colour(index),
                     one.dashed ? " class=\"dashed\"" : "", places, marks);
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::vector<double> LinearTicks(double low, double high, int most) {
  if (!(high > low)) high = low + (low == 0 ? 1 : std::abs(low));
  const double rough = (high - low) / most;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power * 10;
  for (const double round : {5.0, 2.0, 1.0})
    if (power * round >= rough) step = power * round;
  std::vector<double> ticks;
  const double first = std::floor(low / step);
  const double last = std::ceil(high / step - 1e-9);
  for (double i = first; i <= last; ++i)
    ticks.push_back(i * step);
  return ticks;
}

std::vector<double> LogarithmicTicks(double low, double high) {
  const bool few = high < low * 200;
  std::vector<double> all;
  for (double power = std::pow(10, std::floor(std::log10(low))); power < high * 10; power *= 10)
    for (const double times : {1.0, 2.0, 5.0})
      if (few || times == 1) all.push_back(power * times);
  std::vector<double> ticks;
  for (size_t i = 0; i < all.size(); ++i) {
    const bool below = i + 1 < all.size() && all[i + 1] <= low;
    const bool beyond = i > 0 && all[i - 1] >= high;
    if (!below && !beyond) ticks.push_back(all[i]);
  }
  return ticks;
}

std::string LinePlot(const std::string& title, const PlotAxis& x, const PlotAxis& y,
                     const std::vector<PlotSeries>& series) {
  double low_x = INFINITY;
  double high_x = -INFINITY;
  double low_y = y.logarithmic ? INFINITY : 0;
  double high_y = -INFINITY;
  std::vector<std::string> names;
  for (const PlotSeries& one : series) {
    names.push_back(one.name);
    for (const auto& [at, value] : one.points) {
      low_x = std::min(low_x, at);
      high_x = std::max(high_x, at);
      low_y = std::min(low_y, value);
      high_y = std::max(high_y, value);
    }
  }
  if (!(low_x <= high_x)) return Figure(title, "<p>Nothing was measured.</p>", {});
  const Scale along(x, low_x, high_x, kLeft, kWidth - kRight);
  const Scale up(y, low_y, high_y, kHeight - kBottom, kTop);
  std::string svg = Open(title, kHeight) + Axes(x, y, along, up);
  for (size_t i = 0; i < series.size(); ++i)
    svg += Line(series[i], i, x, y, along, up);
  return Figure(title, svg + "</svg>", Legend(names));
}

std::string BarPlot(const std::string& title, const PlotAxis& axis,
                    const std::vector<std::string>& part_names, const std::vector<PlotBar>& bars) {
  double longest = 0;
  for (const PlotBar& bar : bars) {
    double sum = 0;
    for (const double part : bar.parts)
      sum += part;
    longest = std::max(longest, sum);
  }
  if (longest <= 0) return Figure(title, "<p>Nothing was measured.</p>", {});
  const Scale along(axis, 0, longest, kNameWidth, kWidth - kRight - 20);
  const double bottom = kTop + static_cast<double>(bars.size()) * (kBarHeight + kBarGap);
  std::string svg = Open(title, bottom + kBottom);
  for (const double tick : along.ticks()) {
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n",
        along.At(tick), kTop, bottom, bottom + 18, Escaped(axis.text(tick)));
  }
  for (size_t i = 0; i < bars.size(); ++i) {
    const double top = kTop + static_cast<double>(i) * (kBarHeight + kBarGap);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                       kNameWidth - 10, top + kBarHeight / 2 + 4, Escaped(bars[i].name));
    double sum = 0;
    for (size_t part = 0; part < bars[i].parts.size(); ++part) {
      const double value = bars[i].parts[part];
      svg += fmt::format(
          "<g class=\"{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">"
          "<title>{}: {}</title></rect></g>",
          Colour(part), along.At(sum), top, along.At(sum + value) - along.At(sum), kBarHeight,
          Escaped(part_names[part]), Escaped(axis.text(value)));
      sum += value;
    }
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", along.At(sum) + 6,
                       top + kBarHeight / 2 + 4, Escaped(axis.text(sum)));
  }
  svg += fmt::format(
      "<text class=\"axis\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}"
      "</text>\n",
      (kNameWidth + kWidth - kRight) / 2, bottom + kBottom - 8, Escaped(axis.label));
  return Figure(title, svg + "</svg>", Legend(part_names));
}

}  // namespace aslx
