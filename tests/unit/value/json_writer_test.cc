// Writing: raw text as it stood, opened parts compactly, strings escaped.
#include "runtime/value/json_writer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "tests/unit/value/json_oracle.h"

namespace aslx {
namespace {

TEST(JsonWriterTest, Write_EscapesWhatRfc8259Requires) {
  const struct {
    std::string contents;
    const char* json;
  } kCases[] = {{"", R"("")"},
                {"plain", R"("plain")"},
                {"\"\\/", R"("\"\\/")"},
                {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
                {std::string("\0\x01\x1f\x7f", 4), "\"\\u0000\\u0001\\u001F\x7f\""},
                {"\u00e9\U0001F600", "\"\u00e9\U0001F600\""},
                {"a\nlong string with one escape near its start",
                 R"("a\nlong string with one escape near its start")"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(JsonString(Value::String(c.contents)), c.json);
    std::string quoted = "x";
    AppendQuoted(c.contents, &quoted);
    EXPECT_EQ(quoted, std::string("x") + c.json);
  }
}

TEST(JsonWriterTest, Write_PrintsScalars) {
  EXPECT_EQ(JsonString(Value::Null()), "null");
  EXPECT_EQ(JsonString(Value::Bool(true)), "true");
  EXPECT_EQ(JsonString(Value::Bool(false)), "false");
  EXPECT_EQ(JsonString(Value::Integer(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(JsonString(Value::Real(-2.5)), "-2.5");
}

TEST(JsonWriterTest, Write_NeedsExactlyTheBytesThatItCounts) {
  BlockPool pool;
  Arena arena(&pool);
  JsonReader reader;
  Random random(5);
  for (int i = 0; i < 300; ++i) {
    const std::string text = testing::RandomJson(random);
    Value root;
    ASSERT_EQ(reader.Read(text, nullptr, nullptr, &root).kind, JsonError::Kind::kNone);
    const Value opened = Open(root, arena);
    const std::string written = JsonString(opened);
    const size_t size = JsonTextBytes(opened, SIZE_MAX);
    ASSERT_EQ(written.size(), size);
    std::string buffer(size + 1, '\x55');
    ASSERT_EQ(WriteJson(opened, buffer.data(), size), size);
    ASSERT_EQ(buffer.substr(0, size), written);
    ASSERT_EQ(buffer[size], '\x55');
    if (size > 0) {
      ASSERT_EQ(WriteJson(opened, buffer.data(), size - 1), SIZE_MAX);
    }
    ASSERT_EQ(JsonText(opened, arena), written);
    ASSERT_EQ(testing::OracleParse(written), testing::OracleParse(text));
    arena.Reset();
  }
}

TEST(JsonWriterTest, JsonTextBytes_StopsAboveItsLimit) {
  std::vector<Value> items(1'000, Value::String("0123456789"));
  const Value array = Value::Array(items.data(), 1'000, 1);
  EXPECT_EQ(JsonTextBytes(array, SIZE_MAX), 13'001u);
  EXPECT_GT(JsonTextBytes(array, 100), 100u);
  EXPECT_LT(JsonTextBytes(array, 100), 200u);
  EXPECT_EQ(JsonTextBytes(array, 13'001), 13'001u);
}

TEST(JsonWriterTest, JsonText_OfRawValuesIsTheSpan) {
  BlockPool pool;
  Arena arena(&pool);
  JsonReader reader;
  const std::string text = R"(  [1, "a\n"] )";
  Value root;
  ASSERT_EQ(reader.Read(text, nullptr, nullptr, &root).kind, JsonError::Kind::kNone);
  EXPECT_EQ(JsonText(root, arena).data(), text.data() + 2);
  EXPECT_EQ(JsonText(FindItem(root, 1, arena), arena), R"("a\n")");
}

TEST(JsonWriterTest, Write_TakesTheDeepestDocument) {
  Value inner = Value::Integer(1);
  std::vector<Value> spine(limits::kJsonDepthMax);
  for (uint32_t i = 0; i < limits::kJsonDepthMax; ++i) {
    spine[i] = inner;
    inner = Value::Array(&spine[i], 1, static_cast<uint16_t>(i + 1));
  }
  EXPECT_EQ(JsonString(inner), std::string(1'000, '[') + "1" + std::string(1'000, ']'));
}

}  // namespace
}  // namespace aslx
