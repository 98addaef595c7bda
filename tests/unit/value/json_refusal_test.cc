// What the reader refuses: the kind, the place, and that it says something about it.
#include <string>

#include <gtest/gtest.h>

#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

using Kind = JsonError::Kind;

struct Case {
  std::string text;
  Kind kind;
  size_t offset;
  const char* message;
};

class JsonRefusalTest : public ::testing::TestWithParam<Case> {};

TEST_P(JsonRefusalTest, Read_SaysWhatIsWrongAndWhere) {
  const Case& c = GetParam();
  JsonReader reader;
  Value root;
  const JsonError error = reader.Read(c.text, nullptr, nullptr, &root);
  EXPECT_EQ(error.kind, c.kind);
  EXPECT_EQ(error.offset, c.offset);
  EXPECT_STREQ(error.message, c.message);
}

constexpr char kValue[] = "expected a value: an object, array, string, number, true, false or null";
constexpr char kEnds[] = "the text ends inside an array or object";
constexpr char kNumber[] = "not a valid number";
constexpr char kEscape[] = "a backslash in a string starts no valid escape sequence";
constexpr char kControl[] = "a control character in a string has to be escaped";
constexpr char kUnclosed[] = "a string has no closing quote";
constexpr char kUtf8[] = "the text is not valid UTF-8";
constexpr char kEmpty[] = "the text is empty";
constexpr char kSecond[] = "a second value after the end of the first";
constexpr char kMember[] = "expected ',' or '}' after a member";
constexpr char kItem[] = "expected ',' or ']' after an item";
constexpr char kKey[] = "expected a key in quotes";
constexpr char kColon[] = "expected ':' after a key";

INSTANTIATE_TEST_SUITE_P(
    Structure, JsonRefusalTest,
    ::testing::Values(
        Case{"", Kind::kEmpty, 0, kEmpty}, Case{" \n ", Kind::kEmpty, 3, kEmpty},
        Case{"[", Kind::kSyntax, 1, kEnds}, Case{"{", Kind::kSyntax, 1, kEnds},
        Case{"[1", Kind::kSyntax, 2, kEnds}, Case{"[1,", Kind::kSyntax, 3, kEnds},
        Case{"{\"a\"", Kind::kSyntax, 4, kEnds}, Case{"{\"a\":", Kind::kSyntax, 5, kEnds},
        Case{"{\"a\":{}", Kind::kSyntax, 7, kEnds}, Case{"[[]", Kind::kSyntax, 3, kEnds},
        Case{"]", Kind::kSyntax, 0, kValue}, Case{"}", Kind::kSyntax, 0, kValue},
        Case{",", Kind::kSyntax, 0, kValue}, Case{":", Kind::kSyntax, 0, kValue},
        Case{"[,1]", Kind::kSyntax, 1, kValue}, Case{"[1,]", Kind::kSyntax, 3, kValue},
        Case{"[1,,2]", Kind::kSyntax, 3, kValue}, Case{"[1}", Kind::kSyntax, 2, kItem},
        Case{"{\"a\":1]", Kind::kSyntax, 6, kMember}, Case{"[1 2]", Kind::kSyntax, 3, kItem},
        Case{"[\"a\" \"b\"]", Kind::kSyntax, 5, kItem}, Case{"[1:2]", Kind::kSyntax, 2, kItem},
        Case{"{\"a\" 1}", Kind::kSyntax, 5, kColon}, Case{"{\"a\"}", Kind::kSyntax, 4, kColon},
        Case{"{\"a\",\"b\"}", Kind::kSyntax, 4, kColon}, Case{"{\"a\":}", Kind::kSyntax, 5, kValue},
        Case{"{1:1}", Kind::kSyntax, 1, kKey}, Case{"{a:1}", Kind::kSyntax, 1, kKey},
        Case{"{\"a\":1,}", Kind::kSyntax, 7, kKey}, Case{"[{]", Kind::kSyntax, 2, kKey},
        Case{"{'a':1}", Kind::kSyntax, 1, kKey}, Case{"{} {}", Kind::kTrailing, 3, kSecond},
        Case{"{}}", Kind::kTrailing, 2, kSecond}, Case{"[]]", Kind::kTrailing, 2, kSecond},
        Case{"1 2", Kind::kTrailing, 2, kSecond}, Case{"\"a\" x", Kind::kTrailing, 4, kSecond},
        Case{"{}5", Kind::kTrailing, 2, kSecond}, Case{"nullnull", Kind::kSyntax, 0, kValue},
        Case{"// x\n1", Kind::kSyntax, 0, kValue}, Case{"[1]/**/", Kind::kTrailing, 3, kSecond},
        Case{"[1\f]", Kind::kSyntax, 2, kItem}, Case{"[1,\x1a]", Kind::kSyntax, 3, kValue},
        Case{"[\v1]", Kind::kSyntax, 1, kValue}, Case{"\xEF\xBB\xBF{}", Kind::kSyntax, 0, kValue},
        Case{std::string("[1\0]", 4), Kind::kSyntax, 1, kNumber},
        Case{std::string("{}\0", 3), Kind::kTrailing, 2, kSecond},
        Case{"[\\\"a\"]", Kind::kSyntax, 4, kUnclosed}, Case{"[\\]", Kind::kSyntax, 1, kValue}));

INSTANTIATE_TEST_SUITE_P(
    Scalars, JsonRefusalTest,
    ::testing::Values(
        Case{"01", Kind::kSyntax, 0, kNumber}, Case{"-", Kind::kSyntax, 0, kNumber},
        Case{"[-]", Kind::kSyntax, 1, kNumber}, Case{"[-01]", Kind::kSyntax, 1, kNumber},
        Case{"[1.]", Kind::kSyntax, 1, kNumber}, Case{"[.5]", Kind::kSyntax, 1, kValue},
        Case{"[+1]", Kind::kSyntax, 1, kValue}, Case{"[1e]", Kind::kSyntax, 1, kNumber},
        Case{"[1e+]", Kind::kSyntax, 1, kNumber}, Case{"[1.5.5]", Kind::kSyntax, 1, kNumber},
        Case{"[1e5.5]", Kind::kSyntax, 1, kNumber}, Case{"[0x1F]", Kind::kSyntax, 1, kNumber},
        Case{"[1a]", Kind::kSyntax, 1, kNumber}, Case{"[1\"a\"]", Kind::kSyntax, 1, kNumber},
        Case{"[--1]", Kind::kSyntax, 1, kNumber}, Case{"[-a]", Kind::kSyntax, 1, kNumber},
        Case{"[NaN]", Kind::kSyntax, 1, kValue}, Case{"[Infinity]", Kind::kSyntax, 1, kValue},
        Case{"[-Infinity]", Kind::kSyntax, 1, kNumber}, Case{"[tru]", Kind::kSyntax, 1, kValue},
        Case{"[truee]", Kind::kSyntax, 1, kValue}, Case{"[TRUE]", Kind::kSyntax, 1, kValue},
        Case{"[nul]", Kind::kSyntax, 1, kValue}, Case{"fals", Kind::kSyntax, 0, kValue},
        Case{"[true\"\"]", Kind::kSyntax, 1, kValue}, Case{"undefined", Kind::kSyntax, 0, kValue}));

INSTANTIATE_TEST_SUITE_P(
    Strings, JsonRefusalTest,
    ::testing::Values(Case{"\"abc", Kind::kSyntax, 0, kUnclosed},
                      Case{"[\"a\",\"b]", Kind::kSyntax, 5, kUnclosed},
                      Case{"\"\\\"", Kind::kSyntax, 0, kUnclosed},
                      Case{"[\"\\x\"]", Kind::kSyntax, 2, kEscape},
                      Case{"[\"ab\\u12g4\"]", Kind::kSyntax, 4, kEscape},
                      Case{"[\"\\u123\"]", Kind::kSyntax, 2, kEscape},
                      Case{"[\"\\U0041\"]", Kind::kSyntax, 2, kEscape},
                      Case{"{\"\\a\":1}", Kind::kSyntax, 2, kEscape},
                      Case{"[\"ok\\n\",\"\\'\"]", Kind::kSyntax, 9, kEscape},
                      Case{"[\"a\nb\"]", Kind::kSyntax, 3, kControl},
                      Case{"[\"\t\"]", Kind::kSyntax, 2, kControl},
                      Case{"[\"\\\n\"]", Kind::kSyntax, 3, kControl},
                      Case{std::string("[\"\0\"]", 5), Kind::kSyntax, 2, kControl},
                      Case{"[\"\x80\"]", Kind::kNotUtf8, 2, kUtf8},
                      Case{"[\"\xC0\xAF\"]", Kind::kNotUtf8, 2, kUtf8},
                      Case{"[\"\xE0\x80\x80\"]", Kind::kNotUtf8, 2, kUtf8},
                      Case{"[\"\xED\xA0\x80\"]", Kind::kNotUtf8, 2, kUtf8},
                      Case{"[\"\xF4\x90\x80\x80\"]", Kind::kNotUtf8, 2, kUtf8},
                      Case{"[\"a\xC3\"]", Kind::kNotUtf8, 3, kUtf8},
                      Case{"[\"\xF8\"]", Kind::kNotUtf8, 2, kUtf8},
                      Case{"\xFF", Kind::kNotUtf8, 0, kUtf8},
                      Case{"[\"\u00e9\xF0\x9F\x98\"]", Kind::kNotUtf8, 4, kUtf8}));

}  // namespace
}  // namespace aslx
