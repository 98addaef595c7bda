// The reader accepts what RFC 8259 accepts, with the values that another parser sees.
#include "runtime/value/json_reader.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_writer.h"
#include "tests/unit/value/json_oracle.h"

namespace aslx {
namespace {

using Kind = JsonError::Kind;
using testing::OracleParse;
using testing::RandomJson;
using testing::ToOracle;

std::string Nested(char open, char close, size_t depth) {
  return std::string(depth, open) + std::string(depth, close);
}

class JsonReaderTest : public ::testing::Test {
 protected:
  BlockPool pool_;
  Arena arena_{&pool_, SIZE_MAX};
  JsonReader reader_;
};

TEST_F(JsonReaderTest, Read_KeepsTheTextAsItStands) {
  for (const std::string text :
       {"[1, 2]", "{\"a\" : 0.0}", "1e400", "\"x\"", "true", "false", "null", "-0", "[]", "{}",
        "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\"\\u0000\"", "12345678901234567890.5E-7"}) {
    Value root;
    const JsonError error = reader_.Read(text, nullptr, nullptr, &root);
    EXPECT_EQ(error.kind, Kind::kNone) << text << ": " << error.message;
    EXPECT_EQ(JsonString(root), text);
  }
}

TEST_F(JsonReaderTest, Read_LeavesWhiteSpaceAroundTheTextOut) {
  Value root;
  ASSERT_EQ(reader_.Read(" \t\r\n{ } \n", nullptr, nullptr, &root).kind, Kind::kNone);
  EXPECT_EQ(JsonString(root), "{ }");
  ASSERT_EQ(reader_.Read(" 7 \n", nullptr, nullptr, &root).kind, Kind::kNone);
  EXPECT_EQ(JsonString(root), "7");
}

TEST_F(JsonReaderTest, Read_AgreesWithTheOracleOnRandomTexts) {
  constexpr uint64_t kSeed = 20240517;
  Random random(kSeed);
  for (int i = 0; i < 3'000; ++i) {
    const std::string text = RandomJson(random);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", text " + std::to_string(i) + ": " + text);
    Value root;
    const JsonError error = reader_.Read(text, nullptr, nullptr, &root);
    ASSERT_EQ(error.kind, Kind::kNone) << error.message << " at " << error.offset;
    ASSERT_EQ(ToOracle(root, arena_), OracleParse(text));
    arena_.Reset();
  }
}

// Every random text with a byte changed, removed or added: accepted exactly when the oracle
// accepts.
TEST_F(JsonReaderTest, Read_RefusesWhatTheOracleRefuses_WhenATextIsDamaged) {
  constexpr uint64_t kSeed = 77;
  Random random(kSeed);
  static constexpr char kBytes[] =
      "\"\\{}[]:,0123456789.-+eE truefalsn\n\t\f\x1a\x01\x80\xc3\xff/u";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = RandomJson(random);
    const char byte = kBytes[random.Below(sizeof kBytes - 1)];
    const size_t at = random.Below(text.size());
    switch (random.Below(4)) {
      case 0: text[at] = byte; break;
      case 1: text.erase(at, 1); break;
      case 2: text.insert(at, 1, byte); break;
      default: text.resize(at);
    }
    // Lone surrogates are the one thing that we accept and the oracle does not.
    if (text.find("\\ud") != std::string::npos || text.find("\\uD") != std::string::npos) continue;
    if (testing::IsBeyondTheOracle(text)) continue;
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", text " + std::to_string(i) + ": " + text);
    Value root;
    const JsonError error = reader_.Read(text, nullptr, nullptr, &root);
    const nlohmann::json expected = OracleParse(text);
    ASSERT_EQ(error.kind == Kind::kNone, !expected.is_discarded()) << error.message;
    ASSERT_LE(error.offset, text.size());
    if (error.kind == Kind::kNone) {
      ASSERT_EQ(ToOracle(root, arena_), expected);
    }
    arena_.Reset();
  }
}

TEST_F(JsonReaderTest, Read_CountsHeights) {
  const struct {
    const char* text;
    int height;
  } kCases[] = {{"1", 0},
                {"[]", 1},
                {"{}", 1},
                {"[[]]", 2},
                {"[1,[2,[3]],4]", 3},
                {"{\"a\":{\"b\":[]},\"c\":[]}", 3},
                {"[\"[[[\"]", 1},
                {"[[],[[]],[]]", 3}};
  for (const auto& c : kCases) {
    Value root;
    ASSERT_EQ(reader_.Read(c.text, nullptr, nullptr, &root).kind, Kind::kNone) << c.text;
    EXPECT_EQ(root.height, c.height) << c.text;
  }
}

TEST_F(JsonReaderTest, Read_TakesNestingOf1000AndRefuses1001) {
  Value root;
  EXPECT_EQ(reader_.Read(Nested('[', ']', 1'000), nullptr, nullptr, &root).kind, Kind::kNone);
  EXPECT_EQ(root.height, limits::kJsonDepthMax);
  const JsonError error = reader_.Read(Nested('[', ']', 1'001), nullptr, nullptr, &root);
  EXPECT_EQ(error.kind, Kind::kTooDeep);
  EXPECT_EQ(error.offset, 1'000u);
  std::string objects;
  for (int i = 0; i < 1'000; ++i)
    objects += "{\"a\":";
  EXPECT_EQ(reader_.Read(objects + "1" + std::string(1'000, '}'), nullptr, nullptr, &root).kind,
            Kind::kNone);
  EXPECT_EQ(
      reader_.Read("[" + objects + "1" + std::string(1'000, '}') + "]", nullptr, nullptr, &root)
          .kind,
      Kind::kTooDeep);
  // A scalar at the bottom nests no deeper.
  EXPECT_EQ(
      reader_.Read(std::string(1'000, '[') + "1" + std::string(1'000, ']'), nullptr, nullptr, &root)
          .kind,
      Kind::kNone);
}

TEST_F(JsonReaderTest, Read_TakesTextsOfAnySizeUpToThePayloadLimitAndBeyond) {
  for (const size_t size : {63u, 64u, 65u, 127u, 128u, 129u, 4'096u, 262'144u, 1'048'576u}) {
    const std::string text = '"' + std::string(size - 2, 'x') + '"';
    Value root;
    ASSERT_EQ(reader_.Read(text, nullptr, nullptr, &root).kind, Kind::kNone) << size;
    EXPECT_EQ(root.size, size - 2);
    const std::string array = "[" + std::string(size, ' ') + "1]";
    ASSERT_EQ(reader_.Read(array, nullptr, nullptr, &root).kind, Kind::kNone) << size;
  }
}

// A text may end where its page ends and the next one cannot be read: events are read where they
// lie. simdjson asks for padding in its documentation; its first stage does without.
TEST_F(JsonReaderTest, Read_StaysInsideItsText_WhenAPageEndsThere) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* memory =
      mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* end = static_cast<char*>(memory) + page;
  ASSERT_EQ(mprotect(end, page, PROT_NONE), 0);
  const std::string bodies[] = {"[1]",
                                "123",
                                "\"abc\"",
                                "tru",
                                "[1",
                                "{\"a\":[",
                                "{\"a\"",
                                "[1e",
                                "[{]",
                                "-",
                                "{\"k\":\"v\",\"n\":[1,2,3],\"t\":true}",
                                "\"\\",
                                "[t]"};
  for (const std::string& body : bodies) {
    for (size_t space = 0; space < 200; ++space) {
      const std::string text = std::string(space, ' ') + body;
      char* start = end - text.size();
      std::memcpy(start, text.data(), text.size());
      Value root;
      const JsonError error = reader_.Read({start, text.size()}, nullptr, nullptr, &root);
      if (error.kind == Kind::kNone) {
        EXPECT_EQ(ToOracle(root, arena_), OracleParse(text));
      } else {
        EXPECT_TRUE(OracleParse(text).is_discarded()) << text;
      }
    }
  }
  munmap(memory, 2 * page);
}

}  // namespace
}  // namespace aslx
