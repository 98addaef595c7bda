// The intrinsic functions: arguments and results as JSON texts, failures as parts of their
// sentences.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/random.h"
#include "runtime/functions/function.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class FunctionsTest : public ::testing::Test {
 protected:
  /// The result as JSON text, or "! " and the error. `arguments` is a JSON array.
  std::string Call(FunctionId id, const std::string& arguments) {
    texts_.push_back(arguments);
    Value list;
    JsonError error = reader_.Read(texts_.back(), nullptr, nullptr, &list);
    EXPECT_EQ(error.kind, JsonError::Kind::kNone) << arguments;
    Value opened = Open(list, arena_);
    FunctionContext context{&arena_, &random_, &reader_, {}};
    Value result = FunctionAt(id)({opened.items, opened.size}, context);
    if (result.undefined()) return "! " + std::string(context.error);
    return JsonString(result);
  }

  struct Case {
    FunctionId function;
    const char* arguments;
    const char* expected;
  };
  void Run(std::span<const Case> cases) {
    for (const Case& c : cases) {
      std::string expected = c.expected;
      std::string result = Call(c.function, c.arguments);
      std::string where = std::string(FactsOf(c.function).name) + c.arguments;
      if (expected.starts_with("! ")) {
        EXPECT_THAT(result, HasSubstr(expected.substr(2))) << where;
      } else {
        EXPECT_EQ(result, expected) << where;
      }
    }
  }

  BlockPool pool_;
  Arena arena_{&pool_};
  Random random_{1};
  JsonReader reader_;
  std::vector<std::string> texts_;
};

TEST_F(FunctionsTest, Strings) {
  const Case cases[] = {
      {FunctionId::kFormat, R"(["a {} b {}.", "x", 1.10])", R"("a x b 1.10.")"},
      {FunctionId::kFormat, R"(["{}", {"Arg1": 1, "Arg2": []}])", R"("{Arg1=1, Arg2=[]}")"},
      {FunctionId::kFormat, R"(["{}", [1, "a", null, true, {"b":{}}]])",
       R"("[1, a, null, true, {b={}}]")"},
      {FunctionId::kFormat, R"(["{}", null])", R"("null")"},
      {FunctionId::kFormat, R"(["no holes"])", R"("no holes")"},
      {FunctionId::kFormat, R"(["{ } {{}}", 1])", R"("{ } {1}")"},
      {FunctionId::kFormat, R"(["{}", "\"\u00e9\n"])", "\"\\\"é\\n\""},
      {FunctionId::kFormat, R"(["{}"])", "! the template has 1 times {}, but there are 0"},
      {FunctionId::kFormat, R"(["x", 1])", "! the template has 0 times {}, but there are 1"},
      {FunctionId::kFormat, R"([7])", "! expected the template to be a string, found a number"},
      {FunctionId::kStringSplit, R"(["1,2,3,4,5", ","])", R"(["1","2","3","4","5"])"},
      {FunctionId::kStringSplit, R"(["This.is+a,test=string", ".+,="])",
       R"(["This","is","a","test","string"])"},
      {FunctionId::kStringSplit, R"([",,a,,b,,", ","])", R"(["a","b"])"},
      {FunctionId::kStringSplit, R"(["abc", ""])", R"(["abc"])"},
      {FunctionId::kStringSplit, R"(["", ","])", "[]"},
      {FunctionId::kStringSplit, R"(["aéb€c", "é€"])", R"(["a","b","c"])"},
      // One character of another's bytes is no delimiter.
      {FunctionId::kStringSplit, R"(["aéb", "è"])", R"(["aéb"])"},
      {FunctionId::kStringSplit, R"([1, ","])", "! the first argument to be a string"},
  };
  Run(cases);
}

TEST_F(FunctionsTest, Json) {
  const Case cases[] = {
      {FunctionId::kStringToJson, R"([""])", "null"},
      {FunctionId::kStringToJson, R"([" "])", "null"},
      {FunctionId::kStringToJson, R"(["{\"a\": [1, \"x\"]}"])", R"({"a": [1, "x"]})"},
      {FunctionId::kStringToJson, R"(["-0"])", "0"},
      {FunctionId::kStringToJson, R"(["[-0, -0.0, 1e-0, \"-0\", -0]"])",
       R"([0, -0.0, 1e-0, "-0", 0])"},
      {FunctionId::kStringToJson, R"(["{\"a\":"])", "! the string is not a JSON text"},
      {FunctionId::kStringToJson, R"(["1 2"])", "! the string is not a JSON text"},
      {FunctionId::kStringToJson, R"([1])", "! to be a string, found a number"},
      {FunctionId::kJsonToString, R"([{"a": [ 1, "x\u00e9\"" , null ] }])",
       R"("{\"a\":[1,\"xé\\\"\",null]}")"},
      {FunctionId::kJsonToString, R"(["plain"])", R"("\"plain\"")"},
      {FunctionId::kJsonToString, R"([1.50])", R"("1.50")"},
      {FunctionId::kJsonMerge, R"([{"a":{"a1":1},"b":2}, {"a":{"a3":1},"c":3}, false])",
       R"({"a":{"a3":1},"b":2,"c":3})"},
      {FunctionId::kJsonMerge, R"([{}, {}, false])", "{}"},
      {FunctionId::kJsonMerge, R"([{}, [], false])", "! the second argument to be an object"},
      {FunctionId::kJsonMerge, R"([{}, {}, true])", "! only the shallow merge"},
      {FunctionId::kJsonMerge, R"([{}, {}, 0])", "! the third argument to be false"},
  };
  Run(cases);
}

TEST_F(FunctionsTest, Arrays) {
  const Case cases[] = {
      {FunctionId::kArray, "[]", "[]"},
      {FunctionId::kArray, R"([1, "a", {"b": 1}])", R"([1,"a",{"b": 1}])"},
      {FunctionId::kArrayPartition, "[[1,2,3,4,5,6,7,8,9], 4]", "[[1,2,3,4],[5,6,7,8],[9]]"},
      {FunctionId::kArrayPartition, "[[], 3]", "[]"},
      {FunctionId::kArrayPartition, "[[1,2,3], 1.5]", "[[1,2],[3]]"},
      {FunctionId::kArrayPartition, "[[1], 99999999999]", "[[1]]"},
      {FunctionId::kArrayPartition, "[[1], 0]", "! expected the chunk size to be above 0, found 0"},
      {FunctionId::kArrayPartition, "[[1], -0.5]", "! found 0"},
      {FunctionId::kArrayPartition, "[{}, 1]", "! the first argument to be an array"},
      {FunctionId::kArrayContains, "[[[1,2,3],2], [1,2,3]]", "true"},
      {FunctionId::kArrayContains, "[[], null]", "false"},
      {FunctionId::kArrayContains, R"([[{"a":1,"b":2}], {"b":2,"a":1}])", "true"},
      {FunctionId::kArrayContains, "[1, 1]", "! the first argument to be an array"},
      {FunctionId::kArrayRange, "[1, 9, 2]", "[1,3,5,7,9]"},
      {FunctionId::kArrayRange, "[1, 9, 9]", "[1]"},
      {FunctionId::kArrayRange, "[3, 1, -1]", "[3,2,1]"},
      {FunctionId::kArrayRange, "[1, 3, -1]", "[]"},
      {FunctionId::kArrayRange, "[0.5, 2.4, 1]", "[1,2]"},
      {FunctionId::kArrayRange, "[1, 3, 0]", "! not 0"},
      {FunctionId::kArrayRange, "[1, 1001, 1]", "! more than 1000 elements"},
      {FunctionId::kArrayRange, "[9223372036854775806, 9223372036854775807, 1]",
       "[9223372036854775806,9223372036854775807]"},
      {FunctionId::kArrayRange, "[9223372036854775807, -9223372036854775808, -1]", "! more than"},
      {FunctionId::kArrayRange, "[1, 1e400, 1]", "! an integer of 64 bits"},
      {FunctionId::kArrayGetItem, "[[1,2,3], 2]", "3"},
      {FunctionId::kArrayGetItem, "[[1,2,3], 3]", "! the index 3 is outside the array of 3 items"},
      {FunctionId::kArrayGetItem, "[[1,2,3], -1]", "! the index -1 is outside"},
      {FunctionId::kArrayGetItem, R"([{"0":1}, 0])", "! to be an array, found an object"},
      {FunctionId::kArrayLength, "[[1, [2, 3]]]", "2"},
      {FunctionId::kArrayLength, R"(["ab"])", "! to be an array, found a string"},
      {FunctionId::kArrayUnique,
       R"([[null,null,true,1,1.0,"a","a","\u0061",[],[],[null],{"a":1,"b":2},{"b":2,"a":1}]])",
       R"([null,true,1,"a",[],[null],{"a":1,"b":2}])"},
      {FunctionId::kArrayUnique, "[[0, -0, 0.0]]", "[0]"},
      {FunctionId::kArrayUnique, "[[]]", "[]"},
  };
  Run(cases);
}

TEST_F(FunctionsTest, Encodings) {
  const Case cases[] = {
      {FunctionId::kBase64Encode, R"([""])", R"("")"},
      {FunctionId::kBase64Encode, R"(["Data to encode"])", R"("RGF0YSB0byBlbmNvZGU=")"},
      {FunctionId::kBase64Encode, R"(["a"])", R"("YQ==")"},
      {FunctionId::kBase64Encode, R"(["abc"])", R"("YWJj")"},
      {FunctionId::kBase64Encode, "[1]", "! to be a string"},
      {FunctionId::kBase64Decode, R"(["RGF0YSB0byBlbmNvZGU="])", R"("Data to encode")"},
      {FunctionId::kBase64Decode, R"(["YQ"])", R"("a")"},
      {FunctionId::kBase64Decode, R"(["YW\r\nJj"])", R"("abc")"},
      {FunctionId::kBase64Decode, R"(["/w=="])", "\"\xEF\xBF\xBD\""},
      {FunctionId::kBase64Decode, R"(["!!!"])", "! unexpected character '!'"},
      {FunctionId::kBase64Decode, R"(["Y"])", "! its last group is incomplete"},
      {FunctionId::kBase64Decode, R"(["YQ="])", "! its last group is incomplete"},
      {FunctionId::kHash, R"(["input data", "MD5"])", R"("812f45842bc6d66ee14572ce20db8e86")"},
      {FunctionId::kHash, R"(["input data", "SHA-1"])",
       R"("aaff4a450a104cd177d28d18d74485e8cae074b7")"},
      {FunctionId::kHash, R"(["input data", "SHA-256"])",
       R"("b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3")"},
      {FunctionId::kHash, R"([{"a": 1}, "MD5"])", R"("bb6cb5c68df4652941caf652a366f2d8")"},
      {FunctionId::kHash, R"(["", "sha-1"])", "! one of MD5, SHA-1, SHA-256, SHA-384, SHA-512"},
  };
  Run(cases);
}

TEST_F(FunctionsTest, Encodings_CountCharacters_NotBytes) {
  std::string most;
  for (int i = 0; i < 5'000; ++i)
    most += "\U0001F600";  // two UTF-16 units each
  EXPECT_THAT(Call(FunctionId::kHash, "[\"" + most + "\",\"MD5\"]"), MatchesRegex("\"[0-9a-f]+\""));
  EXPECT_THAT(Call(FunctionId::kHash, "[\"" + most + "x\",\"MD5\"]"),
              HasSubstr("expected at most 10000 characters, found 10001"));
}

TEST_F(FunctionsTest, MathAdd_RoundsEachArgumentHalfUp) {
  const Case cases[] = {
      {FunctionId::kMathAdd, "[111, -1]", "110"},
      {FunctionId::kMathAdd, "[1.49, 1.5]", "3"},
      {FunctionId::kMathAdd, "[-1.5, -1.51]", "-3"},
      {FunctionId::kMathAdd, "[-0.5, 0]", "0"},
      {FunctionId::kMathAdd, "[-2.5, 0]", "-2"},
      {FunctionId::kMathAdd, "[2.5, 0]", "3"},
      {FunctionId::kMathAdd, "[0.49999999999999994, 0]", "0"},
      {FunctionId::kMathAdd, "[1e3, 0]", "1000"},
      {FunctionId::kMathAdd, "[9223372036854775807, 1]", "! does not fit 64 bits"},
      {FunctionId::kMathAdd, "[1e19, 1]", "! an integer of 64 bits"},
      {FunctionId::kMathAdd, R"(["1", 1])", "! to be a number, found a string"},
  };
  Run(cases);
}

TEST_F(FunctionsTest, MathRandom_StaysInItsRange_AndFollowsItsSeed) {
  for (int i = 0; i < 200; ++i) {
    int number = std::stoi(Call(FunctionId::kMathRandom, "[-3, 4]"));
    EXPECT_GE(number, -3);
    EXPECT_LT(number, 4);
  }
  // java.util.Random(42).nextInt(10) is 0; Random(0).nextInt(100) is 60.
  const Case cases[] = {
      {FunctionId::kMathRandom, "[0, 10, 42]", "0"},
      {FunctionId::kMathRandom, "[0, 100, 0]", "60"},
      {FunctionId::kMathRandom, "[5, 5]", "! below the end number, found 5 and 5"},
  };
  Run(cases);
  EXPECT_EQ(Call(FunctionId::kMathRandom, "[-9e18, 9e18, 7]"),
            Call(FunctionId::kMathRandom, "[-9e18, 9e18, 7]"));
}

TEST_F(FunctionsTest, Uuid_IsOfVersion4) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    std::string uuid = Call(FunctionId::kUUID, "[]");
    EXPECT_THAT(uuid, MatchesRegex("\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                   "[0-9a-f]{12}\""));
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST_F(FunctionsTest, Results_NestNoDeeperThanJson) {
  std::string deep(999, '[');
  deep += std::string(999, ']');
  EXPECT_EQ(Call(FunctionId::kArray, "[" + deep + "]").size(), 2000u);
  // A thousand levels fit, one more does not.
  Value inner;
  std::string text = "[" + deep + "]";
  ASSERT_EQ(reader_.Read(text, nullptr, nullptr, &inner).kind, JsonError::Kind::kNone);
  FunctionContext context{&arena_, &random_, &reader_, {}};
  EXPECT_TRUE(FunctionAt(FunctionId::kArray)({&inner, 1}, context).undefined());
  EXPECT_THAT(std::string(context.error), HasSubstr("nests deeper than 1000"));
}

TEST_F(FunctionsTest, OnlyRandomOnes_AreNotPure) {
  for (uint32_t i = 0; i < kFunctionCount; ++i) {
    auto id = static_cast<FunctionId>(i);
    EXPECT_EQ(IsPure(id), id != FunctionId::kMathRandom && id != FunctionId::kUUID);
  }
}

}  // namespace
}  // namespace aslx
