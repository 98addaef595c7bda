// Moving values: nothing is left behind, what is shared stays shared.
#include "runtime/value/relocate.h"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/value/json_writer.h"
#include "runtime/value/template.h"
#include "tests/unit/value/document.h"
#include "tests/unit/value/json_oracle.h"

namespace aslx {
namespace {

using RelocateTest = testing::Documents;

TEST_F(RelocateTest, Move_LeavesNothingBehind) {
  Random random(13);
  for (int i = 0; i < 300; ++i) {
    Arena old_arena(&pool_, SIZE_MAX);
    Value value = Open(Read(testing::RandomJson(random)), old_arena);
    if (value.type == Type::kArray && value.size > 0) {
      Value* items = old_arena.AllocateArray<Value>(value.size);
      for (uint32_t k = 0; k < value.size; ++k)
        items[k] = Open(value.items[k], old_arena);
      value.items = items;
    }
    const std::string before = JsonString(value);
    Relocator relocator(&arena_);
    const std::string source(last_text());
    if (i % 2 == 0) relocator.SetSource(last_text(), source.data());
    relocator.Move(&value);
    std::memset(last_text().data(), 'x', last_text().size());
    old_arena.Reset();
    ASSERT_EQ(JsonString(value), before);
  }
}

TEST_F(RelocateTest, Move_PointsToWhereTheSourceIsNow) {
  const std::string text = "[\"" + std::string(100'000, 'a') + "\",1,2,{\"k\":null}]";
  Value value = Open(Read(text), arena_);
  Arena to(&pool_, SIZE_MAX);
  Relocator relocator(&to);
  const std::string_view source(value.items[0].text - 2, text.size());
  const std::string now(source);
  relocator.SetSource(source, now.data());
  relocator.Move(&value);
  EXPECT_LT(to.reserved_bytes(), 20'000u) << "the text is not copied";
  EXPECT_EQ(JsonString(value), text);
  EXPECT_EQ(value.items[0].text, now.data() + 2);
}

TEST_F(RelocateTest, Move_KeepsSharing) {
  // 2^60 leaves when walked as a tree.
  std::vector<Value> spine(60 * 2);
  Value value = Value::String("leaf");
  for (size_t i = 0; i < 60; ++i) {
    spine[2 * i] = value;
    spine[2 * i + 1] = value;
    value = Value::Array(&spine[2 * i], 2, static_cast<uint16_t>(i + 1));
  }
  Arena to(&pool_);
  Relocator relocator(&to);
  Value again = value;
  relocator.Move(&value);
  relocator.Move(&again);
  EXPECT_EQ(value.items, again.items);
  EXPECT_LT(to.reserved_bytes(), 20'000u);
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(value.items[0].text, value.items[1].text);
    value = value.items[1];
  }
  EXPECT_EQ(value.text_view(), "leaf");
}

TEST_F(RelocateTest, Move_LeavesConstantsWhereTheyAre) {
  static constexpr char kProgram[] = R"({"constant":[1]}"name")";
  Value container = Value::Text(Type::kObject, value_flags::kRaw, {kProgram, 16}, 2);
  Value name = Value::Text(Type::kString, value_flags::kRaw, {kProgram + 17, 4});
  Arena to(&pool_);
  Relocator relocator(&to);
  relocator.SetImmovable(kProgram, kProgram + sizeof kProgram);
  relocator.Move(&container);
  relocator.Move(&name);
  EXPECT_EQ(container.text, kProgram);
  EXPECT_EQ(name.text, kProgram + 17);
  EXPECT_EQ(to.reserved_bytes(), 0u);
}

TEST_F(RelocateTest, Move_MovesTemplateInstancesWithTheirHoles) {
  static constexpr char kText[] = R"({"a":})";
  static constexpr TemplatePart kParts[] = {{0, 5, 0}, {5, 1, kNoHole}};
  static constexpr TemplateMember kMembers[] = {
      {TemplateMemberKind::kHole, 0, 0, 0, 0, 0, 2, 1, 0, 0}};
  static constexpr TemplateNode kNodes[] = {{1, 0, 1, 1, 0, 0, 1, 0, 2, 6, 0}};
  static constexpr TemplateTable kTable{kNodes, kMembers, kParts, kText};
  Value value;
  {
    Arena old_arena(&pool_);
    auto* instance = new (old_arena.Allocate(sizeof(TemplateInstance) + sizeof(Value)))
        TemplateInstance{&kTable, 1, 0};
    instance->holes()[0] = Value::String(old_arena.Copy("decoded \" text"));
    value = TemplateValue(instance, 0);
    Relocator relocator(&arena_);
    relocator.Move(&value);
    std::memset(static_cast<void*>(instance), 0x55, sizeof(TemplateInstance) + sizeof(Value));
  }
  EXPECT_TRUE(value.is_template());
  EXPECT_EQ(JsonString(value), R"({"a":"decoded \" text"})");
}

TEST_F(RelocateTest, Move_KeepsScalarsAndEmptyValues) {
  std::vector<Value> values = {Value::Undefined(),
                               Value::Null(),
                               Value::Bool(true),
                               Value::Integer(-3),
                               Value::Real(1.5),
                               Value::String(""),
                               Value::Array(nullptr, 0, 1),
                               Value::Object(nullptr, 0, 1)};
  Relocator relocator(&arena_);
  std::string text;
  for (Value& value : values) {
    relocator.Move(&value);
    if (!value.undefined()) text += JsonString(value) + ' ';
  }
  EXPECT_EQ(text, "null true -3 1.5 \"\" [] {} ");
}

}  // namespace
}  // namespace aslx
