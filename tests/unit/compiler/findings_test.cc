// Shows each finding of our own with a hit and a near miss.
#include "compiler/findings/findings.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/findings/shape_sources.h"
#include "tests/unit/compiler/front_end.h"

namespace aslx::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// `CODE location` of each finding.
std::vector<std::string> Find(const std::string& text, const FindingOptions& options = {}) {
  const FrontEndResult parsed = RunFrontEnd(text);
  if (parsed.definition == nullptr) return parsed.errors;
  Diagnostics diagnostics;
  FindMore(*parsed.definition, options, &diagnostics);
  std::vector<std::string> found;
  for (const Diagnostic& finding : diagnostics.all()) {
    EXPECT_EQ(finding.severity, Severity::kWarning);
    EXPECT_EQ(finding.origin, Origin::kAslx);
    EXPECT_FALSE(finding.hint.empty());
    found.push_back(finding.code + " " + finding.location);
  }
  return found;
}

struct Case {
  std::string fields;
  std::vector<std::string> found;
};

void ExpectAll(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const bool target = c.fields.find("\"T\"") != std::string::npos;
    EXPECT_EQ(Find(MachineWith(c.fields, target)), c.found) << c.fields;
  }
}

const char kTask[] =
    R"("Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","Next":"T",)";

TEST(Findings, HandlersThatNeverFire) {
  const std::string task = kTask;
  const auto catchers = [&](const std::string& first, const std::string& second) {
    return task + R"("Catch":[{"ErrorEquals":[)" + first + R"(],"Next":"T"},{"ErrorEquals":[)" +
           second + R"(],"Next":"T"}])";
  };
  const std::string never = "ASLX_HANDLER_NEVER_FIRES /States/S/Catch";
  ExpectAll({
      {catchers("\"A\"", "\"B\""), {}},
      {catchers("\"A\"", "\"A\""), {never + "[1]/ErrorEquals[0]"}},
      {catchers("\"States.TaskFailed\"", "\"B\""), {never + "[1]/ErrorEquals[0]"}},
      {catchers("\"States.TaskFailed\"", "\"States.Timeout\""), {}},
      {catchers("\"States.Runtime\"", "\"States.ALL\""), {never + "[0]/ErrorEquals[0]"}},
      {catchers("\"States.NoChoiceMatched\"", "\"States.ALL\""), {never + "[0]/ErrorEquals[0]"}},
      {catchers("\"State.ALL\"", "\"States.ALL\""),
       {"ASLX_UNKNOWN_ERROR_NAME /States/S/Catch[0]/ErrorEquals[0]"}},
      {catchers("\"States.Http.StatusCode.503\"", "\"States.ALL\""), {}},
  });
}

TEST(Findings, RetriesThatOutliveTheBudget) {
  const auto retry = [](const std::string& fields) {
    return std::string(kTask) + R"("Retry":[{"ErrorEquals":["A"],)" + fields + "}]";
  };
  ExpectAll({
      {retry(R"("IntervalSeconds":100,"BackoffRate":1,"MaxAttempts":3)"), {}},
      {retry(R"("IntervalSeconds":101,"BackoffRate":1,"MaxAttempts":3)"),
       {"ASLX_RETRY_OUTLIVES_BUDGET /States/S/Retry[0]"}},
      {retry(R"("IntervalSeconds":1,"MaxAttempts":99999999)"),
       {"ASLX_RETRY_OUTLIVES_BUDGET /States/S/Retry[0]"}},
      {retry(R"("IntervalSeconds":1,"MaxAttempts":20,"MaxDelaySeconds":10)"), {}},
      {retry(R"("IntervalSeconds":0,"MaxAttempts":99999999)"), {}},
      {retry(R"("IntervalSeconds":101,"BackoffRate":1,"JitterStrategy":"FULL")"), {}},
  });
}

TEST(Findings, RulesThatNeverMatch) {
  const auto choice = [](const std::string& rules) {
    return R"("Type":"Choice","Choices":[)" + rules + R"(],"Default":"T")";
  };
  const auto both = [&](const std::string& first, const std::string& second) {
    return choice(R"({"And":[{"Variable":"$.a",)" + first + R"(},{"Variable":"$.a",)" + second +
                  R"(}],"Next":"T"})");
  };
  const std::string never = "ASLX_RULE_NEVER_MATCHES /States/S/Choices";
  ExpectAll({
      {choice(R"({"Variable":"$.a","IsNull":true,"Next":"T"},{"IsNull":true,"Variable":"$.a",)"
              R"("Next":"T"})"),
       {never + "[1]"}},
      {choice(R"({"Variable":"$.a","IsNull":true,"Next":"T"},{"Variable":"$.a","IsNull":false,)"
              R"("Next":"T"})"),
       {}},
      {both(R"("StringEquals":"x")", R"("StringEquals":"y")"), {never + "[0]"}},
      {both(R"("StringEquals":"x")", R"("StringMatches":"y*")"), {}},
      {both(R"("StringEquals":"x")", R"("NumericEquals":1)"), {never + "[0]"}},
      {both(R"("NumericGreaterThan":10)", R"("NumericLessThan":10)"), {never + "[0]"}},
      {both(R"("NumericGreaterThanEquals":10)", R"("NumericLessThanEquals":10)"), {}},
      {both(R"("NumericEquals":5)", R"("NumericLessThan":5)"), {never + "[0]"}},
      {both(R"("NumericEquals":5)", R"("NumericLessThan":6)"), {}},
      {both(R"("IsPresent":true)", R"("NumericLessThan":6)"), {}},
      {both(R"("IsTimestamp":true)", R"("StringEquals":"x")"), {}},
  });
}

TEST(Findings, ParametersThatACallNeeds) {
  const auto task = [](const std::string& parameters) {
    return R"("Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true)" + parameters;
  };
  ExpectAll({
      {task(""), {"ASLX_PARAMETER_MISSING /States/S"}},
      {task(R"(,"Parameters":{"Payload":1})"), {"ASLX_PARAMETER_MISSING /States/S/Parameters"}},
      {task(R"(,"Parameters":{"FunctionName.$":"$.f"})"), {}},
  });
}

TEST(Findings, VariablesThatAreNotReadOrNotAssigned) {
  ExpectAll({
      {R"("Type":"Pass","Assign":{"v":1},"Next":"T")", {"ASLX_VARIABLE_UNUSED /States/S/Assign/v"}},
      {R"("Type":"Parallel","Assign":{"v":1},"Next":"T","Branches":[{"StartAt":"B","States":{"B":)"
       R"({"Type":"Pass","InputPath":"$.a[?(@.b == $v)]","End":true}}}])",
       {}},
      {R"("Type":"Pass","InputPath":"$w","Next":"T")",
       {"ASLX_VARIABLE_UNASSIGNED /States/S/InputPath"}},
  });
}

TEST(Findings, ResultsThatNothingUses) {
  const std::string task = kTask;
  const auto machine = [&](const std::string& fields, const std::string& others) {
    return R"({"StartAt":"S","States":{"S":{)" + task.substr(0, task.find("\"Next\"")) + fields +
           R"("Next":"N"},)" + others + "}}";
  };
  const std::string kept = R"("ResultPath":"$.r",)";
  const std::string pass = R"("N":{"Type":"Pass","End":true,)";
  const std::string unused = "ASLX_RESULT_UNUSED /States/S";
  const auto after_choice = [&](const std::string& test, const std::string& last) {
    return R"("N":{"Type":"Choice","Choices":[{)" + test +
           R"(,"Next":"P"}],"Default":"E"},"P":{"Type":"Pass","Result":1,"End":true},"E":{)" +
           last + "}";
  };
  const std::string on_x = R"("Variable":"$.x","IsNull":true)";
  const struct {
    std::string fields;
    std::string others;
    std::vector<std::string> found;
  } cases[] = {
      // Replaced, left out, kept to the end, not kept at all.
      {kept, pass + R"("Result":1})", {unused + "/ResultPath"}},
      {"", pass + R"("Result":1})", {unused}},
      {kept, pass + R"("Result":1,"ResultPath":"$.r"})", {unused + "/ResultPath"}},
      {kept, pass + R"("Result":1,"ResultPath":"$.s"})", {}},
      {kept, pass + R"("Result":1,"ResultPath":"$.r.s"})", {}},
      {kept, pass + R"("InputPath":"$.s"})", {unused + "/ResultPath"}},
      {kept, pass + R"("InputPath":"$.r.s"})", {}},
      {kept, pass + R"("OutputPath":"$.s"})", {unused + "/ResultPath"}},
      {kept + R"("OutputPath":"$.s",)", pass + R"("Comment":""})", {unused + "/ResultPath"}},
      {kept + R"("OutputPath":"$.r",)", pass + R"("InputPath":"$.s"})", {}},
      {kept, R"("N":{"Type":"Succeed"})", {}},
      {R"("ResultPath":null,)", pass + R"("Result":1})", {}},
      // Read: as such, in part, as a whole, by a call, in a filter, without being named.
      {kept, pass + R"("Parameters":{"a.$":"$.s"}})", {unused + "/ResultPath"}},
      {kept, pass + R"("Parameters":{"a.$":"$.r.s"}})", {}},
      {kept, pass + R"("Parameters":{"a.$":"$"}})", {}},
      {kept, pass + R"("Parameters":{"a.$":"$$.Execution.Id"}})", {unused + "/ResultPath"}},
      {kept, pass + R"x("Parameters":{"a.$":"States.Format('{}', $.r)"}})x", {}},
      {kept, pass + R"x("Parameters":{"a.$":"$.s[?(@.t == $.r)]"}})x", {}},
      {kept, pass + R"("Parameters":{"a.$":"$..r"}})", {}},
      {kept, R"("N":{"Type":"Fail","Error":"E"})", {}},
      {kept + R"("Assign":{"v.$":"$.s"},)", pass + R"("Parameters":{"v.$":"$v"}})", {}},
      // Several ways.
      {kept,
       after_choice(on_x, R"("Type":"Pass","Result":2,"End":true)"),
       {unused + "/ResultPath"}},
      {kept, after_choice(on_x, R"("Type":"Succeed")"), {}},
      {kept,
       after_choice(R"("Variable":"$.r","IsNull":true)", R"("Type":"Pass","Result":2,"End":true)"),
       {}},
      {kept,
       R"("N":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:g","Parameters":{},)"
       R"("Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"E"}],"End":true},)"
       R"("E":{"Type":"Succeed"})",
       {}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Find(machine(c.fields, c.others)), c.found) << c.fields << c.others;
  }
}

// --- Paths -------------------------------------------------------------------------------------

std::string Chain(const std::string& first, const std::string& second) {
  return R"({"StartAt":"A","States":{"A":{)" + first + R"(,"Next":"B"},"B":{)" + second +
         R"(,"End":true}}})";
}

TEST(Findings, PathsThatCannotExist) {
  const std::string literal = R"("Type":"Pass","Result":{"x":{"y":[{"z":1}]}})";
  const struct {
    std::string first;
    std::string second;
    std::vector<std::string> found;
  } cases[] = {
      {literal, R"("Type":"Pass","InputPath":"$.x.y[0].z")", {}},
      {literal,
       R"("Type":"Pass","InputPath":"$.x.q")",
       {"ASLX_PATH_CANNOT_EXIST /States/B/InputPath"}},
      {literal,
       R"("Type":"Pass","InputPath":"$.x.y.z")",
       {"ASLX_PATH_CANNOT_EXIST /States/B/InputPath"}},
      {literal, R"("Type":"Pass","InputPath":"$.x[*]")", {}},
      {literal,
       R"("Type":"Pass","Parameters":{"a.$":"$.nope"})",
       {"ASLX_PATH_CANNOT_EXIST /States/B/Parameters/a.$"}},
      {literal + R"(,"ResultPath":"$.r")",
       R"("Type":"Pass","Parameters":{"r.$":"$.r","o.$":"$.other.r"})",
       {}},
      {literal + R"(,"ResultPath":"$.r")",
       R"("Type":"Pass","InputPath":"$.r.other")",
       {"ASLX_PATH_CANNOT_EXIST /States/B/InputPath"}},
      {literal + R"(,"OutputPath":"$.x")", R"("Type":"Pass","InputPath":"$.y")", {}},
      {literal + R"(,"OutputPath":"$.x")",
       R"("Type":"Pass","InputPath":"$.x")",
       {"ASLX_PATH_CANNOT_EXIST /States/B/InputPath"}},
      {R"("Type":"Pass","Parameters":{"a.$":"$.b"})", R"("Type":"Wait","SecondsPath":"$.a")", {}},
      {R"("Type":"Pass","Parameters":{"a.$":"$.b"})",
       R"("Type":"Wait","SecondsPath":"$.b")",
       {"ASLX_PATH_CANNOT_EXIST /States/B/SecondsPath"}},
      {R"("Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f")",
       R"("Type":"Pass","InputPath":"$.any.thing")",
       {}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Find(Chain(c.first, c.second)), c.found) << c.first << " -> " << c.second;
  }
}

TEST(Findings, PathsAskedForWithIsPresentAreLeftAlone) {
  const auto machine = [](const std::string& test) {
    return R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1},"Next":"C"},"C":{)"
           R"("Type":"Choice","Choices":[{)" +
           test + R"(,"Next":"E"}],"Default":"E"},"E":{"Type":"Succeed"}}})";
  };
  EXPECT_THAT(Find(machine(R"("Variable":"$.y","IsPresent":true)")), IsEmpty());
  EXPECT_THAT(Find(machine(R"("Variable":"$.y","IsNull":true)")),
              ElementsAre("ASLX_PATH_CANNOT_EXIST /States/C/Choices[0]"));
}

TEST(Findings, ALoopThatNestsItsInputComesToRest) {
  EXPECT_THAT(
      Find(
          R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":{},"Next":"L"},"L":{"Type":"Pass",)"
          R"("ResultPath":"$.again","Next":"C"},"C":{"Type":"Choice","Choices":[{"Variable":)"
          R"("$.again.again","IsPresent":true,"Next":"E"}],"Default":"L"},"E":{"Type":"Succeed"}}})"),
      IsEmpty());
}

TEST(Findings, ShapesThatDoubleAreForgotten) {
  const auto chain = [](const std::string& prefix) {
    std::string states;
    for (int i = 0; i < 60; ++i) {
      states += "\"" + prefix + std::to_string(i) +
                R"(":{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"Next":")" +
                (i == 59 ? "End" : prefix + std::to_string(i + 1)) + "\"},";
    }
    return states;
  };
  EXPECT_THAT(Find(R"({"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.x",)"
                   R"("IsNull":true,"Next":"l0"}],"Default":"r0"},)" +
                   chain("l") + chain("r") + R"("End":{"Type":"Succeed"}}})"),
              IsEmpty());
}

TEST(Findings, SamplesAndSchemasSayWhatEventsLookLike) {
  const std::string machine = MachineWith(
      R"("Type":"Pass","Parameters":{"a.$":"$.id","b.$":"$.tag","c.$":"$.none"},"End":true)");
  FindingOptions options;
  options.input = *ShapeOfSamples("{\"id\": 1}\n\n{\"id\": 2, \"tag\": \"x\"}\n", "s.ndjson");
  EXPECT_THAT(Find(machine, options),
              ElementsAre("ASLX_PATH_CANNOT_EXIST /States/S/Parameters/c.$"));
  const std::string schema =
      R"({"type":"object","properties":{"id":{"type":"string"},"tag":{"$ref":"#/x"}})";
  options.input = *ShapeOfSchema(schema + "}", "s.json");
  EXPECT_THAT(Find(machine, options), IsEmpty());
  options.input = *ShapeOfSchema(schema + R"(,"additionalProperties":false})", "s.json");
  EXPECT_THAT(Find(machine, options),
              ElementsAre("ASLX_PATH_CANNOT_EXIST /States/S/Parameters/c.$"));
  EXPECT_EQ(ShapeOfSamples("{}\n{", "s.ndjson").error().message.substr(0, 11), "s.ndjson:2:");
  EXPECT_FALSE(ShapeOfSamples("\n", "s.ndjson").has_value());
}

}  // namespace
}  // namespace aslx::compiler
