// Opening raw text one level, looking up without opening, and decoding strings.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/check.h"
#include "runtime/base/random.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "tests/unit/value/json_oracle.h"

namespace aslx {
namespace {

class JsonOpenTest : public ::testing::Test {
 protected:
  Value Read(std::string_view text) {
    Value root;
    const JsonError error = reader_.Read(text, nullptr, nullptr, &root);
    EXPECT_EQ(error.kind, JsonError::Kind::kNone) << text << ": " << error.message;
    return root;
  }

  BlockPool pool_;
  Arena arena_{&pool_, SIZE_MAX};
  JsonReader reader_;
};

TEST_F(JsonOpenTest, Open_TakesTheLastOfRepeatedKeysAtThePlaceOfTheFirst) {
  const struct {
    const char* text;
    const char* opened;
  } kCases[] = {
      {R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
      {R"({"a":1,"\u0061":[2]})", R"({"a":[2]})"},
      {R"({"\u0061":1,"a":null})", R"({"a":null})"},
      {R"({"":1,"":2})", R"({"":2})"},
      {R"({ "x" : { "a" : 1 , "a" : 2 } })", R"({"x":{ "a" : 1 , "a" : 2 }})"},
      {"{ }", "{}"},
      {"[ 1 , [ 2 ] ]", "[1,[ 2 ]]"},
      {"[]", "[]"},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(JsonString(Open(Read(c.text), arena_)), c.opened);
}

TEST_F(JsonOpenTest, Open_FindsRepeatedKeysInWideObjects) {
  for (const int count : {15, 16, 17, 18, 33, 100, 5'000}) {
    std::string text = "{";
    for (int i = 0; i < 2 * count; ++i)
      text += (i > 0 ? ",\"key" : "\"key") + std::to_string(i % count) + "\":" + std::to_string(i);
    text += '}';
    const Value opened = Open(Read(text), arena_);
    ASSERT_EQ(opened.size, static_cast<uint32_t>(count));
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(opened.members[i].key_view(), "key" + std::to_string(i));
      EXPECT_EQ(opened.members[i].value.text_view(), std::to_string(i + count));
    }
    EXPECT_EQ(CountOf(Read(text), arena_), static_cast<uint32_t>(count));
  }
}

TEST_F(JsonOpenTest, Open_KnowsTheHeightOfEachPart) {
  const Value opened = Open(Read(R"([1,"[[",[],[[]],{"a":[{"b":[]}]}])"), arena_);
  const std::vector<int> kHeights = {0, 0, 1, 2, 4};
  ASSERT_EQ(opened.size, kHeights.size());
  for (uint32_t i = 0; i < opened.size; ++i)
    EXPECT_EQ(opened.items[i].height, kHeights[i]);
}

TEST_F(JsonOpenTest, Open_ReturnsWhatIsOpenAsItIs) {
  const Value opened = Open(Read("[1]"), arena_);
  EXPECT_EQ(Open(opened, arena_).items, opened.items);
  EXPECT_EQ(Open(Value::Integer(3), arena_).integer, 3);
}

TEST_F(JsonOpenTest, FindMember_SeesTheSameRawAndOpened) {
  const char* text =
      R"({"a":1,"b\n":"x","c":{"a":5},"a":[7],"":0,"\u00e9":true,"long key 0123456789":2})";
  const struct {
    const char* key;
    const char* json;
  } kCases[] = {{"a", "[7]"}, {"b\n", "\"x\""},   {"c", R"({"a":5})"},
                {"", "0"},    {"\u00e9", "true"}, {"long key 0123456789", "2"}};
  for (const Value& object : {Read(text), Open(Read(text), arena_)}) {
    for (const auto& c : kCases)
      EXPECT_EQ(JsonString(FindMember(object, c.key, arena_)), c.json) << c.key;
    for (const char* missing : {"b", "A", "aa", "b\\n", "\\u00e9"})
      EXPECT_TRUE(FindMember(object, missing, arena_).undefined()) << missing;
  }
  EXPECT_TRUE(FindMember(Read("[1]"), "a", arena_).undefined());
  EXPECT_TRUE(FindMember(Value::Null(), "a", arena_).undefined());
}

TEST_F(JsonOpenTest, FindItem_SeesTheSameRawAndOpened) {
  const char* text = R"([0,"]",[1,2],{"a":"]"},null,true,false])";
  const char* kItems[] = {"0", "\"]\"", "[1,2]", R"({"a":"]"})", "null", "true", "false"};
  for (const Value& array : {Read(text), Open(Read(text), arena_)}) {
    for (uint32_t i = 0; i < std::size(kItems); ++i)
      EXPECT_EQ(JsonString(FindItem(array, i, arena_)), kItems[i]);
    EXPECT_TRUE(FindItem(array, std::size(kItems), arena_).undefined());
    EXPECT_TRUE(FindItem(array, UINT32_MAX, arena_).undefined());
    EXPECT_EQ(CountOf(array, arena_), std::size(kItems));
  }
  EXPECT_TRUE(FindItem(Read("[]"), 0, arena_).undefined());
  EXPECT_TRUE(FindItem(Read("{}"), 0, arena_).undefined());
}

TEST_F(JsonOpenTest, Decode_UnderstandsEveryEscape) {
  const struct {
    const char* raw;
    std::string decoded;
  } kCases[] = {
      {R"("plain")", "plain"},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("\u0041\u00e9\u20AC\uD83D\uDE00")", "A\u00e9\u20ac\U0001F600"},
      {R"("a\u0000b")", std::string("a\0b", 3)},
      {R"("\ud800")", "?"},
      {R"("\udc00x")", "?x"},
      {R"("\ud800\n")", "?\n"},
      {R"("\ud800\u0041")", "?A"},
      {R"("\ud800\ud83d\ude00")", "?\U0001F600"},
      {R"("\ud83d")", "?"},
      {R"("\ude00\ud83d")", "??"},
      {R"("\uDBFF\uDFFF\u07ff\u0800\uffff")", "\U0010FFFF\u07ff\u0800\uffff"},
      {R"("")", ""},
  };
  for (const auto& c : kCases) {
    const Value string = Read(c.raw);
    EXPECT_EQ(Decode(string, arena_), c.decoded) << c.raw;
    EXPECT_TRUE(SameString(string, Value::String(c.decoded))) << c.raw;
    EXPECT_TRUE(SameString(Value::String(c.decoded), string)) << c.raw;
    EXPECT_FALSE(SameString(string, Value::String(c.decoded + "x"))) << c.raw;
  }
}

TEST_F(JsonOpenTest, SameString_LooksThroughEscapesOnBothSides) {
  const std::string euro = R"("\u20ac\ud83d\ude00")";
  const std::string other = R"("\u20AC\uD83D\uDE00")";
  EXPECT_TRUE(SameString(Read(euro), Read(other)));
  EXPECT_TRUE(SameString(Read(euro), Read("\"\u20ac\\ud83d\\ude00\"")));
  EXPECT_FALSE(SameString(Read(euro), Read(R"("\u20ac\ud83d")")));
  EXPECT_FALSE(SameString(Read(R"("\n")"), Read(R"("n")")));
}

TEST_F(JsonOpenTest, Lookups_AgreeWithTheOracleOnRandomTexts) {
  constexpr uint64_t kSeed = 4711;
  Random random(kSeed);
  for (int i = 0; i < 1'000; ++i) {
    const std::string text = testing::RandomJson(random);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ": " + text);
    const nlohmann::json expected = testing::OracleParse(text);
    const Value root = Read(text);
    if (root.type == Type::kObject) {
      for (const auto& [key, value] : expected.items())
        ASSERT_EQ(testing::ToOracle(FindMember(root, key, arena_), arena_), value);
    }
    if (root.type == Type::kArray) {
      for (uint32_t k = 0; k < expected.size(); ++k)
        ASSERT_EQ(testing::ToOracle(FindItem(root, k, arena_), arena_), expected[k]);
    }
    if (root.container()) {
      ASSERT_EQ(CountOf(root, arena_), expected.size());
    }
    arena_.Reset();
  }
}

}  // namespace
}  // namespace aslx
