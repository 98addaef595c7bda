// The comparison operators of Choice Rules on values of every type, and StringMatches.
#include "runtime/vm/choice.h"

#include <string>

#include <gtest/gtest.h>

#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

TEST(StringMatches, MatchesRunsAndEscapes) {
  const struct {
    const char* text;
    const char* pattern;
    bool matches;
  } cases[] = {
      {"", "", true},
      {"", "*", true},
      {"a", "", false},
      {"log-2024.txt", "log-*.txt", true},
      {"log-.txt", "log-*.txt", true},
      {"log-2024.txt.gz", "log-*.txt", false},
      {"aXbXc", "a*b*c", true},
      {"aaab", "*ab", true},
      {"abab", "a*ab", true},
      {"ab", "a*ab", false},
      {"a*b", "a\\*b", true},
      {"axb", "a\\*b", false},
      {"a\\b", "a\\\\b", true},
      {"a\\*", "a\\\\\\*", true},
      {"a\\n", "a\\n", true},  // other escapes are not escapes
      {"zzz", "***", true},
      {"é-x", "é*", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(StringMatches(c.text, c.pattern), c.matches) << c.text << " ~ " << c.pattern;
  }
}

class CompareTest : public ::testing::Test {
 protected:
  Value Json(const std::string& text) {
    Value value;
    const std::string_view kept = arena_.Copy(text);
    EXPECT_EQ(reader_.Read(kept, nullptr, nullptr, &value).kind, JsonError::Kind::kNone) << text;
    return value;
  }
  bool Holds(Opcode opcode, const std::string& left, const std::string& right) {
    return Compare(opcode, Json(left), Json(right), arena_);
  }

  BlockPool pool_;
  Arena arena_{&pool_};
  JsonReader reader_;
};

TEST_F(CompareTest, HoldsOnlyForValuesOfItsType) {
  const struct {
    Opcode opcode;
    const char* left;
    const char* right;
    bool holds;
  } cases[] = {
      {Opcode::kTestStringEquals, R"("a")", R"("a")", true},
      {Opcode::kTestStringEquals, R"("\u0061")", R"("a")", true},
      {Opcode::kTestStringEquals, "1", R"("1")", false},
      {Opcode::kTestStringLessThan, R"("a")", R"("b")", true},
      {Opcode::kTestStringGreaterThanEquals, R"("b")", R"("b")", true},
      {Opcode::kTestNumericEquals, "1", "1.0", true},
      {Opcode::kTestNumericEquals, "1e2", "100", true},
      {Opcode::kTestNumericEquals, R"("1")", "1", false},
      {Opcode::kTestNumericGreaterThan, "9007199254740993", "9007199254740992", true},
      {Opcode::kTestNumericLessThan, "-0.5", "0", true},
      {Opcode::kTestNumericLessThanEquals, "2", "1", false},
      {Opcode::kTestBooleanEquals, "true", "true", true},
      {Opcode::kTestBooleanEquals, "true", "false", false},
      {Opcode::kTestBooleanEquals, "1", "true", false},
      {Opcode::kTestTimestampEquals, R"("2024-01-01T00:00:00Z")", R"("2024-01-01T01:00:00+01:00")",
       true},
      {Opcode::kTestTimestampLessThan, R"("2024-01-01T00:00:00Z")", R"("2024-01-01T00:00:00.001Z")",
       true},
      {Opcode::kTestTimestampGreaterThan, R"("tomorrow")", R"("2024-01-01T00:00:00Z")", false},
      {Opcode::kTestTimestampEqualsPath, R"("2024-01-01T00:00:00Z")", "null", false},
      {Opcode::kTestStringEqualsPath, "null", "null", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Holds(c.opcode, c.left, c.right), c.holds)
        << FactsOf(c.opcode).mnemonic << " " << c.left << " " << c.right;
  }
}

TEST_F(CompareTest, UndefinedNeverHolds) {
  EXPECT_FALSE(Compare(Opcode::kTestStringEquals, Value{}, Json("\"\""), arena_));
  EXPECT_FALSE(Compare(Opcode::kTestNumericEquals, Value{}, Json("0"), arena_));
  EXPECT_FALSE(IsTimestamp(Value{}, arena_));
}

}  // namespace
}  // namespace aslx
