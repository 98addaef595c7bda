// Setting a value inside another by a reference path.
#include "runtime/value/graft.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/value/json_writer.h"
#include "tests/unit/value/document.h"

namespace aslx {
namespace {

using GraftTest = testing::Documents;

GraftStep Key(std::string_view key) {
  return {key, 0, false};
}
GraftStep Index(int64_t index) {
  return {{}, index, true};
}

TEST_F(GraftTest, Graft_MakesANewSpine) {
  const struct {
    const char* into;
    std::vector<GraftStep> steps;
    GraftStatus status;
    const char* result;
  } kCases[] = {
      {"{}", {}, GraftStatus::kDone, "[9]"},
      {"7", {}, GraftStatus::kDone, "[9]"},
      {"{}", {Key("a")}, GraftStatus::kDone, R"({"a":[9]})"},
      {R"({"a":1,"b":2})", {Key("a")}, GraftStatus::kDone, R"({"a":[9],"b":2})"},
      {R"({"a":1})", {Key("b")}, GraftStatus::kDone, R"({"a":1,"b":[9]})"},
      {R"({"a":1})",
       {Key("b"), Key("c"), Key("d")},
       GraftStatus::kDone,
       R"({"a":1,"b":{"c":{"d":[9]}}})"},
      {R"({"a":{"x":1, "y":2}})",
       {Key("a"), Key("y")},
       GraftStatus::kDone,
       R"({"a":{"x":1,"y":[9]}})"},
      {R"({"a":[1, 2,3]})", {Key("a"), Index(1)}, GraftStatus::kDone, R"({"a":[1,[9],3]})"},
      {R"([{"a":1}])", {Index(0), Key("a")}, GraftStatus::kDone, R"([{"a":[9]}])"},
      {R"({"a":1,"a":2})", {Key("a")}, GraftStatus::kDone, R"({"a":[9]})"},
      {R"({"q\"":1})", {Key("q\"")}, GraftStatus::kDone, R"({"q\"":[9]})"},
      {R"({"a":[1]})", {Key("a"), Index(1)}, GraftStatus::kNoSuchItem, ""},
      {R"({"a":[1]})", {Key("a"), Index(-1)}, GraftStatus::kNoSuchItem, ""},
      {R"({"a":[1]})", {Key("a"), Key("b")}, GraftStatus::kNotAContainer, ""},
      {R"({"a":{}})", {Key("a"), Index(0)}, GraftStatus::kNotAContainer, ""},
      {R"({"a":5})", {Key("a"), Key("b")}, GraftStatus::kNotAContainer, ""},
      {R"({"a":null})", {Key("a"), Key("b")}, GraftStatus::kNotAContainer, ""},
      {"{}", {Key("a"), Index(0)}, GraftStatus::kNotAContainer, ""},
      {"5", {Key("a")}, GraftStatus::kNotAContainer, ""},
      {"[]", {Key("a")}, GraftStatus::kNotAContainer, ""},
  };
  const Value value = Read("[9]");
  for (const auto& c : kCases) {
    const Value into = Read(c.into);
    Value result;
    EXPECT_EQ(Graft(into, c.steps, value, arena_, &result), c.status) << c.into;
    if (c.status != GraftStatus::kDone) continue;
    EXPECT_EQ(JsonString(result), c.result);
    EXPECT_EQ(result.height, Read(c.result).height) << c.result;
    EXPECT_EQ(JsonString(into), c.into) << "what is grafted into stays as it was";
  }
}

TEST_F(GraftTest, Graft_LeavesOpenedContainersAlone) {
  const Value opened = Open(Read(R"({"a":{"b":1}})"), arena_);
  Value result;
  const std::vector<GraftStep> steps = {Key("a"), Key("b")};
  ASSERT_EQ(Graft(opened, steps, Value::Integer(2), arena_, &result), GraftStatus::kDone);
  EXPECT_EQ(JsonString(opened), R"({"a":{"b":1}})");
  EXPECT_EQ(JsonString(result), R"({"a":{"b":2}})");
}

TEST_F(GraftTest, Graft_LowersTheHeight_WhenTheHighestPartIsReplaced) {
  Value result;
  const std::vector<GraftStep> steps = {Key("a")};
  ASSERT_EQ(Graft(Read(R"({"a":[[[]]],"b":[]})"), steps, Value::Null(), arena_, &result),
            GraftStatus::kDone);
  EXPECT_EQ(result.height, 2);
}

TEST_F(GraftTest, Graft_RefusesToNestDeeperThan1000) {
  const std::string deep = std::string(999, '[') + std::string(999, ']');
  Value result;
  const std::vector<GraftStep> one = {Key("a")};
  EXPECT_EQ(Graft(Read("{}"), one, Read(deep), arena_, &result), GraftStatus::kDone);
  EXPECT_EQ(result.height, 1'000);
  const std::vector<GraftStep> two = {Key("a"), Key("b")};
  EXPECT_EQ(Graft(Read("{}"), two, Read(deep), arena_, &result), GraftStatus::kTooDeep);
  const std::vector<GraftStep> many(1'001, Key("a"));
  EXPECT_EQ(Graft(Read("{}"), many, Value::Null(), arena_, &result), GraftStatus::kTooDeep);
}

}  // namespace
}  // namespace aslx
