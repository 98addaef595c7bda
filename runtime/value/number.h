// Numbers: the source text until something computes with it.
//
// Thread: any. Errors: a number token is always valid JSON; overflow is a property, not an error.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/value/value.h"

namespace aslx {

/// What a number is when it is computed with.
struct Number {
  /// True when the token is an integer (no fraction, no exponent) that fits 64 bits.
  bool is_integer = false;
  int64_t integer = 0;
  /// The nearest double; infinite for 1e400.
  double real = 0;
};

Number ToNumber(const Value& number);

/// A number whose token is a short integer as that integer, whose text is the same token; any other
/// value as it is. For what is compared again and again.
Value WithShortInteger(const Value& value);

/// Orders two numbers by their exact value where both are integers of any length, else as doubles.
int CompareNumbers(const Value& left, const Value& right);

/// A constant that numbers are compared with. Those that have other digits before the point, as
/// nearly all do, are told from it by these digits as they stand, without being read.
class ShortInteger {
 public:
  static constexpr int64_t kMax = 99'999'999;
  static bool Is(const Value& value) {
    return value.type == Type::kNumber && value.flags == 0 && value.integer >= 0 &&
           value.integer <= kMax;
  }

  ShortInteger() = default;
  /// From 0 to kMax.
  explicit ShortInteger(int64_t integer);

  /// CompareNumbers(number, Value::Integer(integer)).
  int Order(const Value& number) const;

 private:
  static constexpr size_t kTokenSizeMax = 7;  // and a byte that is no digit fit a word

  int64_t integer_ = 0;
  uint64_t digits_ = '0';  // the last one lowest: a longer one is larger
};

/// A set of the orders -1, 0, 1 has one bit each.
constexpr uint8_t OrderBit(int order) {
  return static_cast<uint8_t>(1u << (order + 1));
}

/// Appends at most 32 bytes: the shortest text that reads back as the same double, in the form that
/// the service prints (1.0, 1.0E10, 1.0E-5: Java's Double.toString).
size_t WriteReal(double number, char* buffer);

}  // namespace aslx
