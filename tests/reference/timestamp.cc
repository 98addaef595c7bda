#include "tests/reference/timestamp.h"

#include <chrono>
#include <cstdio>

namespace aslx::reference {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// Exactly `size` digits at the front, taken away.
std::optional<int> TakeDigits(std::string_view& text, size_t size) {
  if (text.size() < size) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < size; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(size);
  return value;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// Seconds east of Greenwich.
std::optional<int> TakeOffset(std::string_view& text) {
  constexpr int kHoursMax = 18;  // java.time.ZoneOffset
  if (Take(text, 'Z')) return 0;
  const bool west = !text.empty() && text[0] == '-';
  if (!Take(text, '+') && !Take(text, '-')) return std::nullopt;
  const std::optional<int> hours = TakeDigits(text, 2);
  if (!hours.has_value() || !Take(text, ':')) return std::nullopt;
  const std::optional<int> minutes = TakeDigits(text, 2);
  if (!minutes.has_value() || *minutes > 59) return std::nullopt;
  if (*hours > kHoursMax || (*hours == kHoursMax && *minutes > 0)) return std::nullopt;
  const int seconds = *hours * 3600 + *minutes * 60;
  return west ? -seconds : seconds;
}

}  // namespace

std::optional<Instant> ParseTimestamp(std::string_view text) {
  int fields[6] = {};
  static constexpr size_t kSizes[6] = {4, 2, 2, 2, 2, 2};
  static constexpr char kEnds[] = "--T::";
  for (size_t i = 0; i < 6; ++i) {
    const std::optional<int> field = TakeDigits(text, kSizes[i]);
    if (!field.has_value() || (i < 5 && !Take(text, kEnds[i]))) return std::nullopt;
    fields[i] = *field;
  }
  const auto [year, month, day, hour, minute, second] = fields;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  int64_t nanoseconds = 0;
  if (Take(text, '.')) {
    size_t digits = 0;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      if (++digits > 9) return std::nullopt;
      nanoseconds = nanoseconds * 10 + (text[0] - '0');
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 9; ++digits)
      nanoseconds *= 10;
  }
  const std::optional<int> offset = TakeOffset(text);
  if (!offset.has_value() || !text.empty()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - *offset;
  return static_cast<Instant>(seconds) * kNanosecondsPerSecond + nanoseconds;
}

std::string WriteTimestamp(int64_t milliseconds) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(milliseconds)};
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  char buffer[64];
  std::snprintf(
      buffer, sizeof(buffer), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return buffer;
}

}  // namespace aslx::reference
