#include "tests/reference/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace aslx::reference {
namespace {

// 0.DIGITS times ten to the power of `point`; zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t point = 0;
};

Decimal Normalise(std::string_view text) {
  constexpr int64_t kExponentMax = 1'000'000'000'000;
  Decimal out;
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) out.negative = text[i++] == '-';
  bool fraction = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    out.digits += text[i];
    if (!fraction) ++out.point;
  }
  if (i < text.size()) {
    ++i;
    const bool negative = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    int64_t exponent = 0;
    for (; i < text.size(); ++i) {
      exponent = std::min(kExponentMax, exponent * 10 + (text[i] - '0'));
    }
    out.point += negative ? -exponent : exponent;
  }
  const size_t leading = std::min(out.digits.find_first_not_of('0'), out.digits.size());
  out.digits.erase(0, leading);
  out.point -= static_cast<int64_t>(leading);
  while (!out.digits.empty() && out.digits.back() == '0')
    out.digits.pop_back();
  if (out.digits.empty()) return Decimal();
  return out;
}

int CompareMagnitudes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty()) {
    return static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty());
  }
  if (a.point != b.point) return a.point < b.point ? -1 : 1;
  const int order = a.digits.compare(b.digits);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

}  // namespace

int CompareNumbers(std::string_view a, std::string_view b) {
  constexpr std::string_view kFraction = ".eE";
  if (a.find_first_of(kFraction) != a.npos || b.find_first_of(kFraction) != b.npos) {
    const double x = std::strtod(std::string(a).c_str(), nullptr);
    const double y = std::strtod(std::string(b).c_str(), nullptr);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const Decimal x = Normalise(a);
  const Decimal y = Normalise(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  return x.negative ? CompareMagnitudes(y, x) : CompareMagnitudes(x, y);
}

std::optional<int64_t> RoundHalfUp(std::string_view text) {
  constexpr int64_t kDigitsMax = 19;
  const Decimal number = Normalise(text);
  if (number.point > kDigitsMax) return std::nullopt;
  std::string whole;
  for (int64_t i = 0; i < number.point; ++i) {
    whole += i < static_cast<int64_t>(number.digits.size()) ? number.digits[static_cast<size_t>(i)]
                                                            : '0';
  }
  if (whole.empty()) whole = "0";
  // What follows the point, as "0." and these digits; half up means that -1.5 becomes -1.
  std::string rest;
  if (number.point < 0) {
    rest = "0";
  } else if (number.point < static_cast<int64_t>(number.digits.size())) {
    rest = number.digits.substr(static_cast<size_t>(number.point));
  }
  const bool half_or_more = !rest.empty() && rest[0] >= '5';
  const bool exactly_half = rest == "5";
  uint64_t magnitude = 0;
  const auto parsed = std::from_chars(whole.data(), whole.data() + whole.size(), magnitude);
  if (parsed.ec != std::errc()) return std::nullopt;
  if (half_or_more && !(number.negative && exactly_half)) ++magnitude;
  const uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (number.negative ? 1 : 0);
  if (magnitude > limit) return std::nullopt;
  return number.negative ? static_cast<int64_t>(~magnitude + 1) : static_cast<int64_t>(magnitude);
}

std::optional<int64_t> ParseLong(std::string_view text) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '-') return std::nullopt;
  }
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> ParseDouble(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

}  // namespace aslx::reference
