// Function names in all forms of the Lambda API, and patterns over them.
#include "pipeline/tasks/function_name.h"

#include <gtest/gtest.h>

namespace aslx {
namespace {

TEST(FunctionName_Parses, AllForms) {
  const struct {
    std::string_view text, name, qualifier;
  } cases[] = {
      {"check", "check", ""},
      {"check:live", "check", "live"},
      {"123456789012:function:check", "check", ""},
      {"function:check:3", "check", "3"},
      {"arn:aws:lambda:eu-west-1:123456789012:function:check", "check", ""},
      {"arn:aws:lambda:us-east-1:**********:function:check:$LATEST", "check", "$LATEST"},
      {"arn:aws-cn:lambda:cn-north-1:1:function:check:live", "check", "live"},
  };
  for (const auto& c : cases) {
    FunctionName name = ParseFunctionName(c.text);
    EXPECT_EQ(name.name, c.name) << c.text;
    EXPECT_EQ(name.qualifier, c.qualifier) << c.text;
    EXPECT_EQ(name.text, c.text);
  }
}

TEST(FunctionName_KnowsArns, AndNothingElse) {
  EXPECT_TRUE(IsFunctionArn("arn:aws:lambda:r:1:function:f"));
  EXPECT_TRUE(IsFunctionArn("arn:aws-us-gov:lambda:r:1:function:f:v"));
  for (std::string_view other :
       {"f", "arn:aws:states:::lambda:invoke", "arn:aws:states:r:1:activity:a", "arn:", ""})
    EXPECT_FALSE(IsFunctionArn(other)) << other;
}

TEST(Pattern_Matches, StarAsAnyRun) {
  const struct {
    std::string_view pattern, text;
    bool matches;
  } cases[] = {
      {"*", "", true},
      {"*", "anything", true},
      {"check*", "checkInventory", true},
      {"check*", "recheck", false},
      {"*:function:update*", "arn:aws:lambda:us-east-1:**********:function:updateOrder:$LATEST",
       true},
      {"a*b*c", "aXbYc", true},
      {"a*b*c", "aXbY", false},
      {"a**b", "ab", true},
      // A `*` in the text is text.
      {"a*", "a**", true},
      {"a", "*", false},
      {"", "", true},
      {"", "x", false},
      {"arn:aws:lambda:us-east-1:**********:function:f",
       "arn:aws:lambda:us-east-1:**********:function:f", true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(MatchesNamePattern(c.pattern, c.text), c.matches) << c.pattern << " on " << c.text;
}

}  // namespace
}  // namespace aslx
