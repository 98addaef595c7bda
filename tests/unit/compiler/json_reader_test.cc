// Shows what is JSON, how what is not is worded, and where things stand.
#include "compiler/definition/json_reader.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aslx::compiler {
namespace {

struct ReadResult {
  JsonDocument document;
  Diagnostics diagnostics;
  bool read = false;
};

void Read(std::string_view text, ReadResult* result) {
  static const Substitutions kNone;
  Placeholders placeholders(kNone);
  result->read = ReadJson(text, false, &placeholders, &result->document, &result->diagnostics);
}

struct Refused {
  std::string text;
  std::string message;
  std::string place;
};

TEST(JsonReader, RefusesInTheWordsOfTheService) {
  const std::string values =
      "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
  const Refused cases[] = {
      {"no json", "Unrecognized token 'no': was expecting " + values, "line: 1, column: 3"},
      {"{\"a\":nul}", "Unrecognized token 'nul': was expecting " + values, "line: 1, column: 9"},
      {"{a:1}",
       "Unexpected character ('a' (code 97)): was expecting double-quote to start field name",
       "line: 1, column: 3"},
      {"{\"a\" 1}",
       "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and "
       "value",
       "line: 1, column: 7"},
      {"{\"a\":1 \"b\":2}",
       "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
       "line: 1, column: 9"},
      {"[1,]", "Unexpected character (']' (code 93)): expected a valid value " + values,
       "line: 1, column: 5"},
      {"[01]", "Invalid numeric value: Leading zeroes not allowed", "line: 1, column: 3"},
      {"[-x]",
       "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow "
       "minus "
       "sign, for valid numeric value",
       "line: 1, column: 4"},
      {"[\"a\nb\"]",
       "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be "
       "included in string value",
       "line: 1, column: 5"},
      {"[\"\\x\"]", "Unrecognized character escape 'x' (code 120)", "line: 1, column: 5"},
      {"{\n \"a\": [1\n}",
       "Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)\"{\n "
       "\"a\": "
       "[1\n}\"; line: 2, column: 7])",
       "line: 3, column: 2"},
      {"{\"a\":1",
       "Unexpected end-of-input: expected close marker for Object (start marker at [Source: "
       "(String)\"{\"a\":1\"; line: 1, column: 1])",
       "line: 1, column: 7"},
      {"[\"\xC3\xBC\", x]", "Unrecognized token 'x': was expecting " + values,
       "line: 1, column: 8"},
  };
  for (const Refused& c : cases) {
    ReadResult result;
    Read(c.text, &result);
    EXPECT_FALSE(result.read) << c.text;
    ASSERT_EQ(result.diagnostics.all().size(), 1u) << c.text;
    const Diagnostic& diagnostic = result.diagnostics.all().front();
    EXPECT_EQ(diagnostic.code, "INVALID_JSON_DESCRIPTION") << c.text;
    EXPECT_EQ(diagnostic.message, c.message) << c.text;
    EXPECT_EQ(diagnostic.location, "[Source: (String)\"" + c.text + "\"; " + c.place + "]");
  }
}

TEST(JsonReader, RefusesWhatIsNoJsonText) {
  const std::string_view cases[] = {"",
                                    "{} {}",
                                    "[1.]",
                                    "[1e]",
                                    "[+1]",
                                    "[.5]",
                                    "[NaN]",
                                    "['a']",
                                    "[\"a]",
                                    "[\"\\u12\"]",
                                    "[\"\\ud800\"]",
                                    "{\"a\":}",
                                    "[\"\xFF\"]",
                                    "[\"\xC0\x80\"]",
                                    "[\"\xED\xA0\x80\"]",
                                    "{,}"};
  for (const std::string_view text : cases) {
    ReadResult result;
    Read(text, &result);
    EXPECT_FALSE(result.read) << text;
    EXPECT_TRUE(result.diagnostics.has_errors()) << text;
  }
}

TEST(JsonReader, AcceptsNestingOfOneThousandAndNoMore) {
  for (const size_t depth : {1000u, 1001u}) {
    const std::string text = std::string(depth, '[') + std::string(depth, ']');
    ReadResult result;
    Read(text, &result);
    EXPECT_EQ(result.read, depth == 1000u);
  }
}

TEST(JsonReader, QuotesALongTextInPart) {
  const std::string text = "[x" + std::string(600, ' ') + "]";
  ReadResult result;
  Read(text, &result);
  EXPECT_THAT(result.diagnostics.all().front().location,
              testing::HasSubstr("\"[truncated 103 chars]; line: 1, column: 3]"));
}

TEST(JsonReader, KeepsOrderPlacesAndTexts) {
  ReadResult result;
  Read("{\"b\": 1.50,\n  \"a\": [true, {\"x\": \"\\u00e9\\n\"}]}", &result);
  ASSERT_TRUE(result.read);
  const JsonNode& root = result.document.root;
  ASSERT_EQ(root.members.size(), 2u);
  EXPECT_EQ(root.members[0].key, "b");
  EXPECT_EQ(root.members[0].value.text, "1.50");
  const JsonNode& inner = *root.Find("a")->items[1].Find("x");
  EXPECT_EQ(inner.text, "\xC3\xA9\n");
  EXPECT_EQ(inner.line, 2u);
  EXPECT_EQ(inner.column, 21u);
  EXPECT_EQ(LocationOf(inner), "/a[1]/x");
  EXPECT_EQ(LocationOf(root), "/");
  EXPECT_EQ(ToJsonText(root), "{\"b\":1.50,\"a\":[true,{\"x\":\"\xC3\xA9\\n\"}]}");
}

TEST(JsonReader, LastOfDuplicateNamesStandsAtThePlaceOfTheFirst) {
  std::string text = "{\"a\":1,\"b\":2,\"a\":3";
  for (int i = 0; i < 40; ++i)
    text += ",\"k" + std::to_string(i % 20) + "\":" + std::to_string(i);
  for (const std::string& json : {std::string("{\"a\":1,\"b\":2,\"a\":3}"), text + "}"}) {
    ReadResult result;
    Read(json, &result);
    ASSERT_TRUE(result.read);
    EXPECT_EQ(result.document.root.members[0].key, "a");
    EXPECT_EQ(result.document.root.members[0].value.text, "3");
    EXPECT_EQ(result.document.root.members[1].key, "b");
  }
}

}  // namespace
}  // namespace aslx::compiler
