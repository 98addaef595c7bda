// Template instances: written without opening, and opened on touch.
#include "runtime/value/template.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "runtime/value/compare.h"
#include "runtime/value/json_writer.h"
#include "tests/unit/value/document.h"

namespace aslx {
namespace {

// {"device":<0>,"on":true,"tags":["x",<1>,{"k":[1, 2]}],"none":null} as the compiler lays it out.
constexpr char kText[] = R"({"device":,"on":true,"tags":["x",,{"k":[1, 2]}],"none":null})"
                         "deviceontagsnone";
constexpr uint32_t kKeys = 60;
constexpr auto kString = static_cast<uint8_t>(Type::kString);
constexpr auto kObject = static_cast<uint8_t>(Type::kObject);
constexpr auto kBool = static_cast<uint8_t>(Type::kBool);
constexpr auto kNull = static_cast<uint8_t>(Type::kNull);

constexpr TemplatePart kParts[] = {
    {0, 10, 0}, {10, 23, 1},       {33, 27, kNoHole},  // the whole
    {28, 5, 1}, {33, 14, kNoHole},                     // the array alone
};
constexpr TemplateMember kMembers[] = {
    {TemplateMemberKind::kHole, 0, 0, 0, 0, 0, kKeys, 6, 0, 0},
    {TemplateMemberKind::kLiteral, kBool, 0, 0, 0, 0, kKeys + 6, 2, 1, 0},
    {TemplateMemberKind::kNode, 0, 0, 0, 0, 0, kKeys + 8, 4, 1, 0},
    {TemplateMemberKind::kLiteral, kNull, 0, 0, 0, 0, kKeys + 12, 4, 0, 0},
    {TemplateMemberKind::kLiteral, kString, value_flags::kRaw, 0, 0, 0, 0, 0, 30, 1},
    {TemplateMemberKind::kHole, 0, 0, 0, 0, 0, 0, 0, 1, 0},
    {TemplateMemberKind::kLiteral, kObject, value_flags::kRaw, 0, 2, 0, 0, 0, 34, 12},
};
constexpr TemplateNode kNodes[] = {
    {1, 0, 4, 2, 0, 0, 4, 0, 3, 60, 0},
    {0, 0, 3, 1, 0, 4, 3, 3, 2, 20, 0},
};
constexpr TemplateTable kTable{kNodes, kMembers, kParts, kText};

class TemplateTest : public testing::Documents {
 protected:
  Value Make(const Value& first, const Value& second) {
    auto* instance = new (arena_.Allocate(sizeof(TemplateInstance) + 2 * sizeof(Value)))
        TemplateInstance{&kTable, 2, 0};
    instance->holes()[0] = first;
    instance->holes()[1] = second;
    return TemplateValue(instance, 0);
  }
};

TEST_F(TemplateTest, Write_CopiesLiteralsAndHoles) {
  const Value value = Make(Read(R"("d-1")"), Read("[ 5 ]"));
  const std::string expected =
      R"({"device":"d-1","on":true,"tags":["x",[ 5 ],{"k":[1, 2]}],"none":null})";
  EXPECT_EQ(JsonString(value), expected);
  EXPECT_EQ(JsonTextBytes(value, SIZE_MAX), expected.size());
}

TEST_F(TemplateTest, Open_ShowsTheSameDocument) {
  const Value value = Make(Read(R"("d-1")"), Open(Read("[ 5 ]"), arena_));
  const Value opened = Open(value, arena_);
  ASSERT_EQ(opened.size, 4u);
  EXPECT_EQ(CountOf(value, arena_), 4u);
  EXPECT_EQ(JsonString(opened), JsonString(value));
  EXPECT_TRUE(Equal(opened, value, arena_));
  EXPECT_TRUE(Equal(value, Read(JsonString(value)), arena_));
  EXPECT_TRUE(opened.members[1].value.truth());
  const Value tags = Open(opened.members[2].value, arena_);
  ASSERT_EQ(tags.size, 3u);
  EXPECT_EQ(JsonString(tags), R"(["x",[5],{"k":[1, 2]}])");
  EXPECT_EQ(tags.items[2].height, 2);
}

TEST_F(TemplateTest, Find_LooksInsideWithoutOpening) {
  const Value value = Make(Value::Integer(7), Value::Null());
  EXPECT_EQ(JsonString(FindMember(value, "device", arena_)), "7");
  EXPECT_EQ(JsonString(FindMember(value, "none", arena_)), "null");
  const Value tags = FindMember(value, "tags", arena_);
  EXPECT_TRUE(tags.is_template());
  EXPECT_EQ(JsonString(tags), R"(["x",null,{"k":[1, 2]}])");
  EXPECT_EQ(JsonString(FindItem(tags, 0, arena_)), R"("x")");
  EXPECT_EQ(JsonString(FindItem(tags, 1, arena_)), "null");
  EXPECT_TRUE(FindItem(tags, 3, arena_).undefined());
  EXPECT_TRUE(FindMember(value, "x", arena_).undefined());
}

TEST_F(TemplateTest, Height_IsThatOfTheSkeletonOrOfTheDeepestHole) {
  EXPECT_EQ(Make(Value::Null(), Value::Null()).height, 4);
  EXPECT_EQ(Make(Value::Null(), Read("[[[[]]]]")).height, 6);
}

TEST_F(TemplateTest, Write_NestsTemplatesInTemplates) {
  Value value = Value::Integer(0);
  for (int i = 0; i < 100; ++i)
    value = Make(Value::Integer(i), value);
  const std::string text = JsonString(value);
  EXPECT_EQ(Read(text).height, 202);
  EXPECT_TRUE(Equal(value, Read(text), arena_));
}

}  // namespace
}  // namespace aslx
