// Deep equality, and the order of strings.
#include "runtime/value/compare.h"

#include <string>

#include <gtest/gtest.h>

#include "runtime/value/json_writer.h"
#include "tests/unit/value/document.h"
#include "tests/unit/value/json_oracle.h"

namespace aslx {
namespace {

using CompareTest = testing::Documents;

TEST_F(CompareTest, Equal_ComparesByMeaning) {
  const struct {
    const char* left;
    const char* right;
    bool equal;
  } kCases[] = {
      {"1", "1.0", true},
      {"100", "1e2", true},
      {"1", "\"1\"", false},
      {"null", "null", true},
      {"null", "false", false},
      {"true", "false", false},
      {R"("\u0041")", R"("A")", true},
      {R"({"a":1,"b":2})", R"({ "b":2, "a":1.0 })", true},
      {R"({"a":1})", R"({"a":1,"b":2})", false},
      {R"({"a":1,"b":2})", R"({"a":1,"c":2})", false},
      {R"({"a":1,"a":2})", R"({"a":2})", true},
      {R"({"a":1,"b":1})", R"({"a":1,"a":1})", false},
      {"[1,2]", "[2,1]", false},
      {"[1,[2,{\"a\":[]}]]", "[1,[2.0,{\"a\":[ ]}]]", true},
      {"[1,[2,{\"a\":[]}]]", "[1,[2.0,{\"a\":{}}]]", false},
      {"[]", "{}", false},
      {"[]", "[ ]", true},
      {"[[],[1]]", "[[],[ 2]]", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Equal(Read(c.left), Read(c.right), arena_), c.equal) << c.left << ' ' << c.right;
    EXPECT_EQ(Equal(Read(c.right), Read(c.left), arena_), c.equal) << c.right << ' ' << c.left;
    EXPECT_EQ(Equal(Open(Read(c.left), arena_), Read(c.right), arena_), c.equal)
        << c.left << ' ' << c.right;
  }
}

TEST_F(CompareTest, Equal_TakesTheDeepestDocument) {
  const std::string left = std::string(1'000, '[') + "1" + std::string(1'000, ']');
  const std::string right = std::string(1'000, '[') + " 1" + std::string(1'000, ']');
  EXPECT_TRUE(Equal(Read(left), Read(right), arena_));
}

TEST_F(CompareTest, Equal_AgreesWithTheOracleOnRandomTexts) {
  constexpr uint64_t kSeed = 31;
  Random random(kSeed);
  for (int i = 0; i < 500; ++i) {
    const std::string left = testing::RandomJson(random);
    const std::string right = testing::RandomJson(random);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ": " + left + " and " + right);
    // The oracle compares tokens, so a pair that it calls equal must be equal for us.
    if (testing::OracleParse(left) == testing::OracleParse(right)) {
      ASSERT_TRUE(Equal(Read(left), Read(right), arena_));
    }
    ASSERT_TRUE(Equal(Read(left), Read(" " + left), arena_));
    const Value opened = Open(Read(left), arena_);
    ASSERT_TRUE(Equal(opened, Read(JsonString(opened)), arena_));
    arena_.Reset();
  }
}

TEST_F(CompareTest, CompareStrings_OrdersAsUtf16) {
  const char* kAscending[] = {"",           "A",      "AB",     "B",          "a",
                              "\u00e9",     "\u20ac", "\ud7ff", "\U00010000", "\U0001F600",
                              "\U0010FFFF", "\ue000", "\uffff"};
  for (size_t i = 0; i < std::size(kAscending); ++i) {
    for (size_t k = 0; k < std::size(kAscending); ++k) {
      const int order =
          CompareStrings(Value::String(kAscending[i]), Value::String(kAscending[k]), arena_);
      EXPECT_EQ(order < 0, i < k) << i << ' ' << k;
      EXPECT_EQ(order > 0, i > k) << i << ' ' << k;
    }
  }
  EXPECT_EQ(CompareStrings(Read(R"("\u0041")"), Value::String("A"), arena_), 0);
}

}  // namespace
}  // namespace aslx
