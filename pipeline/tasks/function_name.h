// The name of a function in the forms that the Lambda API takes, and patterns over names.
//
// What it is not: a check that the function exists.
// Who uses it: the task router and the integrations.
// Thread: any. Memory: views into the text that was parsed.
#pragma once

#include <string_view>

namespace aslx {

/// `name`, `ACCOUNT:function:name` or `arn:PARTITION:lambda:REGION:ACCOUNT:function:name`, each
/// with or without `:qualifier`. Region and account are any text: `**********` is an account.
struct FunctionName {
  std::string_view text;
  std::string_view name;
  std::string_view qualifier;  // empty: none
};

FunctionName ParseFunctionName(std::string_view text);

/// True when `resource` is the ARN of a function (a Task's Resource that calls it directly).
bool IsFunctionArn(std::string_view resource);

/// `*` in the pattern stands for any run of characters, everything else for itself. `*` in the
/// text is text.
bool MatchesNamePattern(std::string_view pattern, std::string_view text);

}  // namespace aslx
