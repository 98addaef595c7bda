// Shows what is refused, in which words, at which place; a state 'S' is under test.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/compiler/front_end.h"

namespace aslx::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  std::string fields;
  std::vector<std::string> errors;
};

std::string Schema(const std::string& text) {
  return "SCHEMA_VALIDATION_FAILED: " + text;
}

void ExpectAll(const std::vector<Case>& cases, const ParseOptions& options = {}) {
  for (const Case& c : cases) {
    const bool target = c.fields.find("\"T\"") != std::string::npos;
    EXPECT_EQ(RunFrontEnd(MachineWith(c.fields, target), options).errors, c.errors) << c.fields;
  }
}

TEST(Rules, FieldsOfStates) {
  ExpectAll({
      {R"("Type":"Pass","End":true)", {}},
      {R"("End":true)",
       {
           Schema("These fields are required: [Type] at /States/S"),
       }},
      {R"("Type":"Nope","End":true)",
       {Schema(
           "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, "
           "Choice, Parallel, Map] at /States/S/Type")}},
      {R"("Type":"Pass","TimeoutSeconds":1,"End":true)",
       {Schema("Field 'TimeoutSeconds' is not supported at /States/S")}},
      {R"("Type":"Succeed","Assign":{"a":1})",
       {Schema("Field 'Assign' is not supported at /States/S")}},
      {R"("Type":"Pass","Next":"T","End":true)",
       {Schema("There should only be one of the following fields: [Next, End] at /States/S")}},
      {R"("Type":"Pass")",
       {Schema(
            "This object should have only one of the following fields: [Next, End] at /States/S"),
        "MISSING_END_STATE: Workflow has no terminal state"}},
      {R"("Type":"Pass","Next":"T","End":false)", {}},
      {R"("Type":"Pass","End":"true")",
       {Schema("Expected value of type [BOOLEAN] at /States/S/End"),
        "MISSING_END_STATE: Workflow has no terminal state"}},
      {R"("Type":"Pass","End":true,"Comment":1)",
       {Schema("Expected value of type [STRING] at /States/S/Comment")}},
      {R"("Type":"Wait","End":true)",
       {Schema("This object should have only one of the following fields: [SecondsPath, Seconds, "
               "TimestampPath, Timestamp] at /States/S")}},
      {R"("Type":"Wait","Seconds":1,"SecondsPath":"$.s","End":true)",
       {Schema("There should only be one of the following fields: [SecondsPath, Seconds, "
               "TimestampPath, Timestamp] at /States/S")}},
      {R"("Type":"Fail","Error":"a","ErrorPath":"$.e")",
       {Schema(
           "There should only be one of the following fields: [Error, ErrorPath] at /States/S")}},
      {R"x("Type":"Fail","Error":"a","CausePath":"States.Format('{}', $.c)")x", {}},
  });
}

TEST(Rules, Numbers) {
  const std::string wait = R"("Type":"Wait","End":true,"Seconds":)";
  ExpectAll({
      {wait + "0", {}},
      {wait + "99999999", {}},
      {wait + "-1", {Schema("Minimum value is 0 at /States/S/Seconds")}},
      {wait + "100000000", {Schema("Maximum value is 99999999 at /States/S/Seconds")}},
      {wait + "1.5", {Schema("Expected value of type Integer at /States/S/Seconds")}},
      {wait + "\"1\"", {Schema("Expected value of type Integer at /States/S/Seconds")}},
      {wait + "99999999999999999999", {Schema("Maximum value is 99999999 at /States/S/Seconds")}},
  });
  const std::string map =
      R"("Type":"Map","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Succeed"}}},"End":true,)";
  ExpectAll({
      {map + R"("ToleratedFailurePercentage":100)", {}},
      {map + R"("ToleratedFailurePercentage":-0.5)",
       {Schema("Minimum value is 0.0 at /States/S/ToleratedFailurePercentage")}},
      {map + R"("ToleratedFailurePercentage":101)",
       {Schema("Maximum value is 100.0 at /States/S/ToleratedFailurePercentage")}},
      {map + R"("MaxConcurrencyPath":"$$.Execution.Input.n")",
       {Schema("Value is not a Reference Path at /States/S/MaxConcurrencyPath")}},
      {map + R"("MaxConcurrency":1,"MaxConcurrencyPath":"$.n")",
       {Schema("There should only be one of the following fields: [MaxConcurrency, "
               "MaxConcurrencyPath] at /States/S")}},
      {map + R"("Iterator":{"StartAt":"Q","States":{"Q":{"Type":"Succeed"}}})",
       {Schema("There should only be one of the following fields: [ItemProcessor, Iterator] at "
               "/States/S")}},
  });
}

TEST(Rules, Timestamps) {
  const std::string wait = R"("Type":"Wait","End":true,"Timestamp":)";
  const std::string error =
      Schema("String does not match RFC3339 timestamp at /States/S/Timestamp");
  ExpectAll({
      {wait + R"("2030-01-31T23:59:59Z")", {}},
      {wait + R"("2030-01-31T23:59:59.25+01:00")", {}},
      {wait + R"("2030-01-31t23:59:59z")", {error}},
      {wait + R"("2030-01-31")", {error}},
      {wait + R"("{% $now() %}")", {error}},
  });
}

TEST(Rules, Paths) {
  const std::string pass = R"("Type":"Pass","End":true,)";
  ExpectAll({
      {pass + R"("InputPath":null,"OutputPath":"$$.Execution.Id","ResultPath":null)", {}},
      {pass + R"("InputPath":"$var.a[*]")", {}},
      {pass + R"("InputPath":"a.b")",
       {Schema("Value must be a valid JSONPath. at /States/S/InputPath")}},
      {pass + R"x("InputPath":"States.UUID()")x",
       {Schema("Value must be a valid JSONPath. at /States/S/InputPath")}},
      {pass + R"("InputPath":7)",
       {Schema("Expected value of type [STRING] at /States/S/InputPath")}},
      {pass + R"("ResultPath":"$.a[*]")",
       {Schema("Value is not a Reference Path at /States/S/ResultPath")}},
      {pass + R"("ResultPath":"$var")",
       {Schema("Value is not a Reference Path at /States/S/ResultPath")}},
      {pass + R"("ResultPath":"$$.a")",
       {Schema("Value is not a Reference Path at /States/S/ResultPath")}},
      {R"x("Type":"Fail","CausePath":"States.Format(")x",
       {Schema("The value for the field 'CausePath' must be a valid JSONPath or a valid intrinsic "
               "function call at /States/S/CausePath")}},
  });
}

TEST(Rules, Templates) {
  const std::string pass = R"("Type":"Pass","End":true,)";
  const auto error = [](const std::string& field, const std::string& at) {
    return Schema("The value for the field '" + field +
                  "' must be a valid JSONPath or a valid intrinsic function call at " + at);
  };
  ExpectAll({
      {pass + R"x("Parameters":{"a.$":"$.x","b":[{"c.$":"States.UUID()"}],"d":"$.text"})x", {}},
      {pass + R"("Parameters":"$.text")", {}},
      {pass + R"("Parameters":{"a.$":"x"})", {error("a.$", "/States/S/Parameters")}},
      {pass + R"x("Parameters":{"a":[{"b.$":" States.UUID()"}],"c.$":1})x",
       {error("c.$", "/States/S/Parameters"), error("b.$", "/States/S/Parameters")}},
      {pass + R"("Assign":{"a.$":"nope"})", {error("a.$", "/States/S/Assign")}},
      {pass + R"("Parameters":{"a":1,"a.$":"$.x"})",
       {Schema("The fields 'a' and 'a.$' can not both be set at /States/S/Parameters")}},
      {pass + R"("Result":{"a.$":"never looked at"})", {}},
  });
}

TEST(Rules, Variables) {
  const std::string pass = R"("Type":"Pass","End":true,"Assign":)";
  ExpectAll({
      {pass + R"({"aB_9":1})", {}},
      {pass + R"({"x-y":1})",
       {"INVALID_VARIABLE_NAME: Invalid variable name 'x-y': the variable name contains invalid "
        "characters. at /States/S/Assign"}},
      {pass + R"({"states":1})",
       {"RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at "
        "/States/S/Assign"}},
      {pass + R"("x")", {Schema("Expected value of type [OBJECT] at /States/S/Assign")}},
      {R"("Type":"Parallel","End":true,"Assign":{"v":1},"Branches":[{"StartAt":"B","States":{"B":)"
       R"({"Type":"Pass","End":true,"Assign":{"v.$":"$.a"}}}}])",
       {"INVALID_VARIABLE_NAME: Invalid variable name 'v': a variable of this name is assigned in "
        "an "
        "outer scope. at /States/S/Branches[0]/States/B/Assign"}},
  });
}

TEST(Rules, RetryAndCatch) {
  const std::string task =
      R"("Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true,)";
  ExpectAll({
      {task +
           R"("Retry":[{"ErrorEquals":["A"],"IntervalSeconds":0,"MaxAttempts":0,"BackoffRate":1,)"
           R"("MaxDelaySeconds":31622400,"JitterStrategy":"FULL","Comment":"c"},)"
           R"({"ErrorEquals":["States.ALL"]}])",
       {}},
      {task + R"("Retry":[{"MaxAttempts":1}])",
       {Schema("These fields are required: [ErrorEquals] at /States/S/Retry[0]")}},
      {task + R"("Retry":[{"ErrorEquals":[]}])",
       {Schema("Value cannot be empty at /States/S/Retry[0]/ErrorEquals")}},
      {task + R"("Retry":[{"ErrorEquals":[true]}])",
       {Schema("Expected value of type [STRING] at /States/S/Retry[0]/ErrorEquals[0]")}},
      {task + R"("Retry":[{"ErrorEquals":["A"],"BackoffRate":0.5,"MaxDelaySeconds":0,)"
              R"("JitterStrategy":"full","Nope":1}])",
       {Schema("Minimum value is 1.0 at /States/S/Retry[0]/BackoffRate"),
        Schema("Minimum value is 1 at /States/S/Retry[0]/MaxDelaySeconds"),
        Schema("Value should be one of the following: [NONE, FULL] at "
               "/States/S/Retry[0]/JitterStrategy"),
        Schema("Field 'Nope' is not supported at /States/S/Retry[0]")}},
      {task +
           R"("Catch":[{"ErrorEquals":["States.ALL"],"Next":"T"},{"ErrorEquals":["A"],"Next":"T"}])",
       {Schema(
           "States.ALL must appear alone and at end of list at /States/S/Catch[0]/ErrorEquals")}},
      {task + R"("Catch":[{"ErrorEquals":["A","States.ALL"],"Next":"T"}])",
       {Schema(
           "States.ALL must appear alone and at end of list at /States/S/Catch[0]/ErrorEquals")}},
      {task + R"("Catch":[{"ErrorEquals":["A"]}])",
       {Schema("These fields are required: [Next] at /States/S/Catch[0]")}},
      {task + R"("Catch":[{"ErrorEquals":["A"],"Next":"T","ResultPath":"$..a"}])",
       {Schema("Value is not a Reference Path at /States/S/Catch[0]/ResultPath")}},
      {task + R"("TimeoutSeconds":10,"HeartbeatSeconds":10)",
       {Schema("HeartbeatSeconds must be smaller than TimeoutSeconds at "
               "/States/S/HeartbeatSeconds")}},
      {task + R"("TimeoutSeconds":0)", {Schema("Minimum value is 1 at /States/S/TimeoutSeconds")}},
  });
}

TEST(Rules, Choices) {
  const auto choice = [](const std::string& rules) {
    return R"("Type":"Choice","Choices":)" + rules + R"(,"Default":"T")";
  };
  ExpectAll({
      {choice(R"([{"Variable":"$.a","StringEquals":"x","Next":"T"},)"
              R"({"And":[{"Variable":"$$.a","IsPresent":true},{"Not":{"Variable":"$v",)"
              R"("NumericLessThanPath":"$.b"}}],"Next":"T","Assign":{"q":1}}])"),
       {}},
      {choice("[]"), {Schema("Value cannot be empty at /States/S/Choices")}},
      {choice(R"([{"Variable":"$.a","IsNull":true}])"),
       {Schema("These fields are required: [Next] at /States/S/Choices[0]")}},
      {choice(R"([{"Not":{"Variable":"$.a","IsNull":true,"Next":"T"},"Next":"T"}])"),
       {Schema("Field 'Next' is not supported at /States/S/Choices[0]/Not")}},
      {choice(R"([{"Next":"T"}])"),
       {Schema("The object must have only one of the following fields, [And, Or, Not, Variable, "
               "Condition] at /States/S/Choices[0]")}},
      {choice(R"([{"Variable":"a","IsNull":true,"Next":"T"}])"),
       {Schema("Value is not a Reference Path: Reference path didn't start with '$' at "
               "/States/S/Choices[0]/Variable")}},
      {choice(R"([{"Variable":"$.a","StringEquals":1,"Next":"T"}])"),
       {Schema("Expected value of type [STRING] at /States/S/Choices[0]/StringEquals")}},
      {choice(R"([{"Variable":"$.a","NumericEquals":"1","Next":"T"}])"),
       {Schema("Expected value of type [NUMBER] at /States/S/Choices[0]/NumericEquals")}},
      {choice(R"([{"Variable":"$.a","TimestampEquals":"now","Next":"T"}])"),
       {Schema("String does not match RFC3339 timestamp at /States/S/Choices[0]/TimestampEquals")}},
      {choice(R"([{"Condition":"{% true %}","Next":"T"}])"),
       {Schema(
           "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for "
           "the 'JSONata' QueryLanguage at /States/S/Choices[0]")}},
      {R"("Type":"Choice","Choices":[{"Variable":"$.a","IsNull":1,"Next":"T"}])",
       {Schema("Expected value of type [BOOLEAN] at /States/S/Choices[0]/IsNull")}},
  });
}

TEST(Rules, Resources) {
  const auto task = [](const std::string& resource) {
    return R"("Type":"Task","End":true,"Resource":")" + resource + "\"";
  };
  const auto unknown = [](const std::string& resource) {
    return Schema(
        "The resource provided " + resource +
        " is not recognized. The value is not a valid resource ARN, or the resource is not "
        "available in this region. at /States/S/Resource");
  };
  const std::string prefix = "arn:aws:states:::";
  ParseOptions standard;
  standard.type = MachineType::kStandard;
  ExpectAll(
      {
          {task("arn:aws:lambda:us-east-1:123456789012:function:f"), {}},
          {task(prefix + "lambda:invoke.waitForTaskToken"), {}},
          {task(prefix + "states:startExecution.sync:2"), {}},
          {task(prefix + "aws-sdk:s3:getObject"), {}},
          {task("arn:aws:states:eu-west-1:123456789012:activity:a"), {}},
          {task("lambda"), {Schema("Value is not a valid resource ARN at /States/S/Resource")}},
          {task(prefix + "dynamodb:query"), {unknown(prefix + "dynamodb:query")}},
          {task(prefix + "lambda:invoke.sync"), {unknown(prefix + "lambda:invoke.sync")}},
          {task(prefix + "glue:startJobRun.sync:2"), {unknown(prefix + "glue:startJobRun.sync:2")}},
          {task(prefix + "lambda:invoke") + R"(,"Credentials":{})",
           {Schema("The field 'RoleArn' is required but was missing at /States/S/Credentials")}},
          {task(prefix + "lambda:invoke") + R"(,"Credentials":{"RoleArn.$":"$.role"})", {}},
      },
      standard);
  const auto refused = [](const std::string& what) {
    return Schema("Express state machine does not support " + what + " at /States/S/Resource");
  };
  ExpectAll({
      {task(prefix + "lambda:invoke"), {}},
      {task(prefix + "states:startExecution.sync"), {refused("'.sync' service integration")}},
      {task(prefix + "states:startExecution.sync:2"), {refused("'.sync' service integration")}},
      {task(prefix + "sqs:sendMessage.waitForTaskToken"),
       {refused("'.waitForTaskToken' service integration ")}},
      {task("arn:aws:states:eu-west-1:1:activity:a"), {refused("Activity ARN")}},
  });
}

TEST(Rules, Maps) {
  const auto map = [](const std::string& config) {
    return R"("Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":)" + config +
           R"(,"StartAt":"P","States":{"P":{"Type":"Succeed"}}})";
  };
  ParseOptions standard;
  standard.type = MachineType::kStandard;
  ExpectAll(
      {
          {map(R"({"Mode":"INLINE"})"), {}},
          {map(R"({"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"})"), {}},
          {map(R"({"Mode":"DISTRIBUTED"})"),
           {Schema("These fields are required: [ExecutionType] at "
                   "/States/S/ItemProcessor/ProcessorConfig")}},
          {map(R"({"Mode":"INLINE"})") +
               R"(,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":)"
               R"({"InputType":"JSON","MaxItems":1,"MaxItemsPath":"$.n"}})",
           {Schema("There should only be one of the following fields: [MaxItems, MaxItemsPath] at "
                   "/States/S/ItemReader/ReaderConfig")}},
          {map(R"({"Mode":"INLINE"})") + R"(,"Label":")" + std::string(41, 'l') + "\"",
           {"INVALID_LABEL_NAME: Invalid Label name: Label '" + std::string(41, 'l') +
            "' exceeds the 40-character limit allowed by the service at /States/S/Label"}},
      },
      standard);
  ExpectAll({
      {map(R"({"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"})"),
       {Schema("The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state "
               "machines at /States/S/ItemProcessor/ProcessorConfig/Mode")}},
  });
}

TEST(Rules, Languages) {
  ExpectAll({
      {R"("Type":"Pass","End":true,"Output":{})",
       {Schema(
           "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the "
           "'JSONata' QueryLanguage at /States/S")}},
      {R"("Type":"Pass","End":true,"QueryLanguage":"JSONata","InputPath":"$.a","Result":1)",
       {Schema("The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for "
               "the 'JSONPath' QueryLanguage at /States/S"),
        Schema(
            "The QueryLanguage is set to 'JSONata', but field 'Result' is only supported for the "
            "'JSONPath' QueryLanguage at /States/S")}},
      {R"("Type":"Pass","End":true,"QueryLanguage":"jsonpath")",
       {Schema("Value should be one of the following: [JSONPath, JSONata] at "
               "/States/S/QueryLanguage")}},
      {R"("Type":"Pass","End":true,"QueryLanguage":"JSONata","Output":"{% 1 ")",
       {Schema("JSONata string must start with {% and end with %} at /States/S/Output")}},
  });
}

TEST(Rules, DowngradeSuppressesTheLanguageErrorsOfItsState) {
  EXPECT_THAT(
      RunFrontEnd(R"({"QueryLanguage":"JSONata","StartAt":"S","States":{"S":{"Type":"Pass",)"
                  R"("QueryLanguage":"JSONPath","Output":1,"End":true}}})")
          .errors,
      ElementsAre(Schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole "
                         "state machine at /States/S")));
}

TEST(Rules, Definitions) {
  const struct {
    std::string text;
    std::vector<std::string> errors;
  } cases[] = {
      {"{}", {Schema("These fields are required: [States, StartAt] at /")}},
      {"[]", {Schema("Definition must be a valid JSON object at /")}},
      {" ", {"MISSING_DESCRIPTION: Received a null or empty workflow input."}},
      {R"({"StartAt":"A","States":{}})",
       {Schema("Value cannot be empty at /States"),
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /StartAt",
        "MISSING_END_STATE: Workflow has no terminal state"}},
      {R"({"StartAt":"A","Version":"2.0","Nope":1,"TimeoutSeconds":0,"States":{"A":{"Type":"Fail"}}})",
       {Schema("Value should be one of the following: [1.0] at /Version"),
        Schema("Field 'Nope' is not supported at /")}},
  };
  for (const auto& c : cases)
    EXPECT_EQ(RunFrontEnd(c.text).errors, c.errors) << c.text;
}

TEST(Rules, Transitions) {
  EXPECT_THAT(
      RunFrontEnd(
          R"({"StartAt":"X","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Fail"}}})")
          .errors,
      ElementsAre("MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /StartAt",
                  "MISSING_TRANSITION_TARGET: State \"A\" is not reachable. at /States/A",
                  "MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B"));
  EXPECT_THAT(
      RunFrontEnd(R"({"StartAt":"A","States":{"A":{"Type":"Pass","Next":"N"},"C":{"Type":"Pass",)"
                  R"("Next":"A"}}})")
          .errors,
      ElementsAre("MISSING_TRANSITION_TARGET: Missing 'Next' target: N at /States/A/Next",
                  "MISSING_END_STATE: Workflow has no terminal state"));
  // Names are those of the branch; and a branch may loop for ever.
  EXPECT_THAT(
      RunFrontEnd(
          R"({"StartAt":"P","States":{"Z":{"Type":"Succeed"},"P":{"Type":"Parallel","Next":"Z",)"
          R"("Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"Z"}}},)"
          R"({"StartAt":"L","States":{"L":{"Type":"Pass","Next":"L"}}}]}}})")
          .errors,
      ElementsAre("MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at "
                  "/States/P/Branches[0]/States/A/Next"));
  EXPECT_THAT(
      RunFrontEnd(R"({"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.a",)"
                  R"("IsNull":true,"Next":"Q"}],"Default":"R"},"E":{"Type":"Succeed"}}})")
          .errors,
      ElementsAre(
          "MISSING_TRANSITION_TARGET: Missing 'Next' target: Q at /States/C/Choices[0]/Next",
          "MISSING_TRANSITION_TARGET: Missing 'Next' target: R at /States/C/Default",
          "MISSING_TRANSITION_TARGET: State \"E\" is not reachable. at /States/E"));
}

TEST(Rules, Names) {
  const std::string eighty(80, 'n');
  const auto machine = [](const std::string& name) {
    return R"({"StartAt":")" + name + R"(","States":{")" + name + R"(":{"Type":"Fail"}}})";
  };
  EXPECT_THAT(RunFrontEnd(machine(eighty)).errors, IsEmpty());
  EXPECT_THAT(RunFrontEnd(machine(eighty + "n")).errors,
              ElementsAre("INVALID_STATE_NAME: Invalid State name: State '" + eighty +
                          "n' exceeds the 80-character limit allowed by the service at /States/" +
                          eighty + "n"));
  EXPECT_THAT(
      RunFrontEnd(
          MachineWith(R"("Type":"Parallel","End":true,"Branches":[{"StartAt":"S","States":{"S":)"
                      R"({"Type":"Succeed"}}}])"))
          .errors,
      ElementsAre(
          "DUPLICATE_STATE_NAME: Duplicate State name: S at /States/S/Branches[0]/States/S"));
}

}  // namespace
}  // namespace aslx::compiler
