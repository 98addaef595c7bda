// Numbers: reading tokens, exact comparison, and the service's text of doubles.
#include "runtime/value/number.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/random.h"

namespace aslx {
namespace {

Value Token(std::string_view token) {
  return Value::Text(Type::kNumber, value_flags::kRaw, token);
}

std::string RealText(double number) {
  char buffer[32];
  return {buffer, WriteReal(number, buffer)};
}

TEST(NumberTest, ToNumber_ReadsTokens) {
  const double kInfinity = std::numeric_limits<double>::infinity();
  const struct {
    const char* token;
    bool is_integer;
    int64_t integer;
    double real;
  } kCases[] = {{"0", true, 0, 0},
                {"-17", true, -17, -17},
                {"9223372036854775807", true, INT64_MAX, 9223372036854775807.0},
                {"-9223372036854775808", true, INT64_MIN, -9223372036854775808.0},
                {"9223372036854775808", false, 0, 9223372036854775808.0},
                {"1.0", false, 0, 1},
                {"1e2", false, 0, 100},
                {"1E+2", false, 0, 100},
                {"0.1", false, 0, 0.1},
                {"1.7976931348623157e308", false, 0, 1.7976931348623157e308},
                {"4.9e-324", false, 0, 4.9e-324},
                {"1e400", false, 0, kInfinity},
                {"-1e400", false, 0, -kInfinity},
                {"1e-400", false, 0, 0},
                {"0e99999999999999999999", false, 0, 0},
                {"1e99999999999999999999", false, 0, kInfinity},
                {"1e-99999999999999999999", false, 0, 0},
                {"0.00001e320", false, 0, kInfinity},
                {"2.2250738585072014e-308", false, 0, 2.2250738585072014e-308}};
  for (const auto& c : kCases) {
    const Number number = ToNumber(Token(c.token));
    EXPECT_EQ(number.is_integer, c.is_integer) << c.token;
    EXPECT_EQ(number.integer, c.integer) << c.token;
    EXPECT_EQ(number.real, c.real) << c.token;
  }
  EXPECT_TRUE(std::signbit(ToNumber(Token("-0")).real));
  EXPECT_TRUE(std::isinf(ToNumber(Token(std::string(400, '9'))).real));
  EXPECT_TRUE(ToNumber(Value::Integer(5)).is_integer);
  EXPECT_FALSE(ToNumber(Value::Real(5)).is_integer);
}

TEST(NumberTest, CompareNumbers_IsExactForIntegersOfAnyLength) {
  const struct {
    const char* left;
    const char* right;
    int order;
  } kCases[] = {{"1", "1", 0},
                {"1", "2", -1},
                {"-1", "1", -1},
                {"-2", "-1", -1},
                {"-10", "-9", -1},
                {"10", "9", 1},
                {"0", "-0", 0},
                {"-0", "0", 0},
                {"-0", "-1", 1},
                {"9007199254740993", "9007199254740992", 1},
                {"123456789012345678901234567890", "123456789012345678901234567891", -1},
                {"-123456789012345678901234567890", "-123456789012345678901234567891", 1},
                {"100000000000000000000", "99999999999999999999", 1},
                {"1.0", "1", 0},
                {"1e2", "100", 0},
                {"0.1", "0.10", 0},
                {"1.5", "2", -1},
                {"1e400", "1", 1},
                {"-0.0", "0", 0}};
  for (const auto& c : kCases) {
    EXPECT_EQ(CompareNumbers(Token(c.left), Token(c.right)), c.order) << c.left << ' ' << c.right;
    EXPECT_EQ(CompareNumbers(Token(c.right), Token(c.left)), -c.order) << c.right << ' ' << c.left;
  }
  EXPECT_EQ(CompareNumbers(Value::Integer(INT64_MAX), Token("9223372036854775808")), -1);
  EXPECT_EQ(CompareNumbers(Value::Integer(70), Token("71.25")), -1);
  EXPECT_EQ(CompareNumbers(Value::Real(2.5), Value::Integer(2)), 1);
}

// Of each, what CompareNumbers says: by its digits or in any other way.
TEST(NumberTest, ShortInteger_OrdersAsCompareNumbersDoes) {
  std::vector<std::string> tokens = {
      "0",         "-0",       "0.0",      "-0.0",      "0.5",        "-0.5",
      "1",         "9",        "9.99",     "10",        "10.0",       "10.00001",
      "69.99999",  "70",       "70.0",     "70.000",    "70.0001",    "-70",
      "-70.5",     "7e1",      "7E1",      "7.0e+1",    "0.7e2",      "700e-1",
      "71e-1",     "1e400",    "-1e400",   "1e-400",    "100",        "999999",
      "9999999",   "10000000", "99999999", "100000000", "99999999.5", "9223372036854775808",
      "0.0000001", "123456.7", "0e5"};
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t digits = random.Next() % 100'000'000;
    std::string token = std::to_string(digits >> random.Next() % 27);
    if (random.Next() % 4 == 0) token.insert(0, "-");
    if (random.Next() % 2 == 0) token += "." + std::to_string(random.Next() % 1'000);
    if (random.Next() % 8 == 0) token += "e" + std::to_string(random.Next() % 4);
    tokens.push_back(std::move(token));
  }
  std::vector<Value> numbers = {Value::Integer(70), Value::Integer(-1), Value::Real(70.5)};
  for (const std::string& token : tokens)
    numbers.push_back(Token(token));
  for (const int64_t integer : {0, 1, 7, 9, 10, 69, 70, 71, 700, 123'456, 9'999'999, 99'999'999}) {
    ASSERT_TRUE(ShortInteger::Is(Value::Integer(integer)));
    const ShortInteger constant(integer);
    for (const Value& number : numbers)
      EXPECT_EQ(constant.Order(number), CompareNumbers(number, Value::Integer(integer)))
          << (number.raw() ? number.text_view() : "a computed one") << " and " << integer;
  }
  EXPECT_FALSE(ShortInteger::Is(Value::Integer(-1)));
  EXPECT_FALSE(ShortInteger::Is(Value::Integer(ShortInteger::kMax + 1)));
  EXPECT_FALSE(ShortInteger::Is(Value::Real(1)));
  EXPECT_FALSE(ShortInteger::Is(Token("1")));
}

TEST(NumberTest, WriteReal_PrintsAsJavaDoes) {
  const struct {
    double number;
    const char* text;
  } kCases[] = {{0.0, "0.0"},
                {-0.0, "-0.0"},
                {1.0, "1.0"},
                {-1.5, "-1.5"},
                {100.0, "100.0"},
                {0.1, "0.1"},
                {0.3, "0.3"},
                {0.1 + 0.2, "0.30000000000000004"},
                {123456.789, "123456.789"},
                {1234567.0, "1234567.0"},
                {9999999.0, "9999999.0"},
                {1e7, "1.0E7"},
                {12345678.9, "1.23456789E7"},
                {1e10, "1.0E10"},
                {0.001, "0.001"},
                {0.00123, "0.00123"},
                {0.0009, "9.0E-4"},
                {1e-5, "1.0E-5"},
                {-1.25e-7, "-1.25E-7"},
                {1.7976931348623157e308, "1.7976931348623157E308"},
                {4.9e-324, "5.0E-324"},
                {2.2250738585072014e-308, "2.2250738585072014E-308"}};
  for (const auto& c : kCases)
    EXPECT_EQ(RealText(c.number), c.text);
}

TEST(NumberTest, WriteReal_ReadsBackAsTheSameDouble) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t bits = random.Next();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number)) continue;
    const std::string text = RealText(number);
    ASSERT_LE(text.size(), 32u);
    ASSERT_EQ(ToNumber(Token(text)).real, number) << text;
  }
}

}  // namespace
}  // namespace aslx
