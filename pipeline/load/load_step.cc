#include "pipeline/load/load_step.h"

#include <charconv>
#include <cmath>

#include <fmt/core.h>

namespace aslx {
namespace {

constexpr double kDurationSecondsMax = 86'400;

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

template <typename Number>
bool Read(std::string_view word, Number* number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *number);
  return error == std::errc() && end == word.data() + word.size();
}

}  // namespace

Result<std::vector<double>> ParseRates(std::string_view option, std::string_view text) {
  std::vector<double> rates;
  for (const std::string_view word : Split(text)) {
    double rate = 0;
    if (!Read(word, &rate) || !(rate > 0) || rate > kRateMax) {
      return Fail(ErrorKind::kUsage,
                  fmt::format("{}: found '{}', expected events a second, above 0 and at most {}, "
                              "separated by commas",
                              option, word, kRateMax));
    }
    rates.push_back(rate);
  }
  return rates;
}

Result<std::vector<uint64_t>> ParseCounts(std::string_view option, std::string_view text,
                                          uint64_t most) {
  std::vector<uint64_t> counts;
  for (const std::string_view word : Split(text)) {
    uint64_t count = 0;
    if (!Read(word, &count) || count == 0 || count > most) {
      return Fail(ErrorKind::kUsage, fmt::format("{}: found '{}', expected whole numbers from 1 to "
                                                 "{}, separated by commas",
                                                 option, word, most));
    }
    counts.push_back(count);
  }
  return counts;
}

Result<int64_t> ParseDuration(std::string_view option, std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  const double seconds = unit == "ms"  ? number / 1e3
                         : unit == "s" ? number
                         : unit == "m" ? number * 60
                                       : -1;
  if (error != std::errc() || !(seconds >= 0) || seconds > kDurationSecondsMax) {
    return Fail(ErrorKind::kUsage,
                fmt::format("{}: found '{}', expected a time such as 500ms, 10s or 2m, at most a "
                            "day",
                            option, text));
  }
  return static_cast<int64_t>(std::llround(seconds * 1e9));
}

}  // namespace aslx
