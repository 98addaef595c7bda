#include "runtime/value/number.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "runtime/base/check.h"

namespace aslx {
namespace {

bool IsIntegerToken(std::string_view token) {
  for (const char c : token)
    if (c == '.' || (c | 0x20) == 'e') return false;
  return true;
}

// An integer that does not fit 64 bits.
bool IsLongInteger(const Value& value, const Number& number) {
  return !number.is_integer && value.raw() && IsIntegerToken(value.text_view());
}

// The decimal exponent of the first digit that is not 0, clamped: enough to tell a number too large
// for a double from one too small.
bool IsHuge(std::string_view token) {
  constexpr int64_t kClamp = int64_t{1} << 40;
  int64_t exponent = 0;
  const size_t mark = token.find_first_of("eE");
  if (mark != std::string_view::npos) {
    const char* from = token.data() + mark + 1;
    const bool negative = *from == '-';
    if (*from == '+' || *from == '-') ++from;
    const auto result = std::from_chars(from, token.data() + token.size(), exponent);
    if (result.ec != std::errc() || exponent > kClamp) exponent = kClamp;
    if (negative) exponent = -exponent;
  }
  const std::string_view digits = token.substr(0, mark);
  const size_t point = std::min(digits.find('.'), digits.size());
  const size_t first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  return exponent + static_cast<int64_t>(point) - static_cast<int64_t>(first) > 0;
}

double ParseReal(std::string_view token) {
  double real = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), real);
  if (result.ec != std::errc::result_out_of_range) return real;
  const double magnitude = IsHuge(token) ? std::numeric_limits<double>::infinity() : 0.0;
  return token.front() == '-' ? -magnitude : magnitude;
}

// digits * 10^-scale.
struct Decimal {
  int64_t digits = 0;
  int scale = 0;
};

constexpr int64_t kDecimalDigitsMax = 999'999'999'999'999;

// A plain number: an integer, or a token of at most 15 digits and a point, so that it is exact, as
// a double too. Nearly every number in an event is one.
bool ReadDecimal(const Value& number, Decimal* decimal) {
  constexpr size_t kTokenSizeMax = 16;
  if (!number.raw()) {
    decimal->digits = number.integer;
    decimal->scale = 0;
    return (number.flags & value_flags::kReal) == 0 && number.integer <= kDecimalDigitsMax &&
           number.integer >= -kDecimalDigitsMax;
  }
  const std::string_view token = number.text_view();
  if (token.size() > kTokenSizeMax) return false;
  const bool negative = token.front() == '-';
  int64_t digits = 0;
  size_t point = token.size();
  for (size_t i = negative ? 1 : 0; i < token.size(); ++i) {
    const char c = token[i];
    if (c >= '0' && c <= '9') {
      digits = digits * 10 + (c - '0');
    } else if (c == '.') {
      point = i + 1;
    } else {
      return false;
    }
  }
  if (digits > kDecimalDigitsMax) return false;
  decimal->digits = negative ? -digits : digits;
  decimal->scale = static_cast<int>(token.size() - point);
  return true;
}

constexpr uint64_t EachByte(uint64_t byte) {
  return byte * 0x0101'0101'0101'0101;
}

// The bytes of a text of one to eight, the first one lowest; reads nothing else.
uint64_t LoadShort(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  const size_t size = text.size();
  if (size >= 4) {
    uint32_t head;
    uint32_t tail;
    std::memcpy(&head, text.data(), sizeof head);
    std::memcpy(&tail, text.data() + size - sizeof tail, sizeof tail);
    return head | uint64_t{tail} << (8 * (size - sizeof tail));
  }
  const auto at = [&](size_t i) { return uint64_t{static_cast<uint8_t>(text[i])} << (8 * i); };
  return at(0) | at(size / 2) | at(size - 1);
}

int CompareDecimals(const Decimal& left, const Decimal& right) {
  static constexpr int64_t kPowers[] = {1,
                                        10,
                                        100,
                                        1'000,
                                        10'000,
                                        100'000,
                                        1'000'000,
                                        10'000'000,
                                        100'000'000,
                                        1'000'000'000,
                                        10'000'000'000,
                                        100'000'000'000,
                                        1'000'000'000'000,
                                        10'000'000'000'000,
                                        100'000'000'000'000};
  __int128 a = left.digits;
  __int128 b = right.digits;
  if (left.scale < right.scale) a *= kPowers[right.scale - left.scale];
  if (right.scale < left.scale) b *= kPowers[left.scale - right.scale];
  return (a > b) - (a < b);  // no branch: which one is larger is what nobody foresees
}

int Sign(int64_t difference) {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

// Two integer tokens of any length.
int CompareIntegerTokens(std::string_view left, std::string_view right) {
  if (left == "-0") left = "0";
  if (right == "-0") right = "0";
  const bool left_negative = left.front() == '-';
  const bool right_negative = right.front() == '-';
  if (left_negative != right_negative) return left_negative ? -1 : 1;
  const int sign = left_negative ? -1 : 1;
  if (left.size() != right.size()) return left.size() < right.size() ? -sign : sign;
  return sign * Sign(left.compare(right));
}

// The token of an integer in any form.
std::string_view IntegerToken(const Value& number, char (&digits)[24]) {
  if (number.raw()) return number.text_view();
  const auto result = std::to_chars(digits, digits + sizeof digits, number.integer);
  return {digits, static_cast<size_t>(result.ptr - digits)};
}

}  // namespace

Number ToNumber(const Value& number) {
  ASLX_CHECK(number.type == Type::kNumber);
  if (!number.raw()) {
    if ((number.flags & value_flags::kReal) != 0) return {false, 0, number.real};
    return {true, number.integer, static_cast<double>(number.integer)};
  }
  const std::string_view token = number.text_view();
  int64_t integer = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), integer);
  // -0 is an integer whose double is not its own: it keeps its sign there.
  if (result.ec == std::errc() && result.ptr == token.data() + token.size())
    return {true, integer, token == "-0" ? -0.0 : static_cast<double>(integer)};
  return {false, 0, ParseReal(token)};
}

Value WithShortInteger(const Value& value) {
  Decimal decimal;
  if (value.type != Type::kNumber || !value.raw() || !IsIntegerToken(value.text_view()) ||
      value.text_view() == "-0" || !ReadDecimal(value, &decimal))
    return value;
  return Value::Integer(decimal.digits);
}

int CompareNumbers(const Value& left, const Value& right) {
  Decimal plain_a;
  Decimal plain_b;
  if (ReadDecimal(left, &plain_a) && ReadDecimal(right, &plain_b))
    return CompareDecimals(plain_a, plain_b);
  const Number a = ToNumber(left);
  const Number b = ToNumber(right);
  if (a.is_integer && b.is_integer) return a.integer < b.integer ? -1 : a.integer > b.integer;
  const bool long_a = IsLongInteger(left, a);
  const bool long_b = IsLongInteger(right, b);
  if ((long_a && (long_b || b.is_integer)) || (long_b && a.is_integer)) {
    char digits_a[24] = {};
    char digits_b[24] = {};
    return CompareIntegerTokens(IntegerToken(left, digits_a), IntegerToken(right, digits_b));
  }
  return a.real < b.real ? -1 : a.real > b.real ? 1 : 0;
}

ShortInteger::ShortInteger(int64_t integer) : integer_(integer), digits_(0) {
  ASLX_CHECK(integer >= 0 && integer <= kMax);
  char digits[24];
  const char* const end = std::to_chars(digits, digits + sizeof digits, integer).ptr;
  for (const char* at = digits; at != end; ++at)
    digits_ = digits_ << 8 | static_cast<uint8_t>(*at);
}

int ShortInteger::Order(const Value& number) const {
  if (number.raw() && number.size <= kTokenSizeMax) {
    const uint64_t bytes = LoadShort(number.text_view());
    const bool has_exponent = (bytes & EachByte(0x40)) != 0;  // a letter: none else has this bit
    // A high bit for each byte above '9' or below '0', the end among them.
    const uint64_t others = ((bytes ^ EachByte('0')) + EachByte(0x7F - 9)) & EachByte(0x80);
    const bool negative = (others & 0xFF) != 0;
    if (!has_exponent && !negative) {
      const int before_point = __builtin_ctzll(others) / 8;
      const uint64_t digits = __builtin_bswap64(bytes) >> (64 - 8 * before_point);
      if (digits != digits_) return digits < digits_ ? -1 : 1;
    }
  }
  return CompareNumbers(number, Value::Integer(integer_));
}

size_t WriteReal(double number, char* buffer) {
  ASLX_CHECK(std::isfinite(number));
  char* out = buffer;
  if (std::signbit(number)) *out++ = '-';
  if (number == 0) {
    std::memcpy(out, "0.0", 3);
    return static_cast<size_t>(out + 3 - buffer);
  }
  // Shortest digits in the form d[.ddd]e±xx, from which the digits and the exponent are taken.
  char shortest[40];
  const auto result = std::to_chars(shortest, shortest + sizeof shortest, std::fabs(number),
                                    std::chars_format::scientific);
  const std::string_view text(shortest, static_cast<size_t>(result.ptr - shortest));
  const size_t mark = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1), result.ptr, exponent);
  char digits[24] = {};
  int count = 0;
  for (const char c : text.substr(0, mark))
    if (c != '.') digits[count++] = c;

  const auto put = [&](int from, int to) {  // digits, and 0 where there are none
    for (int i = from; i < to; ++i)
      *out++ = i >= 0 && i < count ? digits[i] : '0';
  };
  // Double.toString: plain from 10^-3 up to 10^7, at least one digit on each side of the point.
  if (exponent >= -3 && exponent < 7) {
    put(std::min(exponent, 0), exponent + 1);
    *out++ = '.';
    put(exponent + 1, std::max(count, exponent + 2));
    return static_cast<size_t>(out - buffer);
  }
  *out++ = digits[0];
  *out++ = '.';
  put(1, std::max(count, 2));
  *out++ = 'E';
  out = std::to_chars(out, out + 8, exponent).ptr;
  return static_cast<size_t>(out - buffer);
}

}  // namespace aslx
