// Shows the AST of a definition, placeholders, and what is said about JSONata.
#include "compiler/parse.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/definition/substitutions.h"
#include "compiler/diagnostics/report.h"
#include "tests/unit/compiler/front_end.h"

namespace aslx::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ParseDefinition, BuildsTheAst) {
  const FrontEndResult result = RunFrontEnd(R"({
    "Comment": "c", "Version": "1.0", "TimeoutSeconds": 60, "StartAt": "Call",
    "States": {
      "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
               "Parameters": {"FunctionName": "f", "Payload": {"id.$": "$.id", "n": 1}},
               "ResultSelector": {"r.$": "$.Payload"}, "ResultPath": "$.call",
               "TimeoutSeconds": 5, "HeartbeatSecondsPath": "$.beat",
               "Retry": [{"ErrorEquals": ["A", "B"], "BackoffRate": 1.5, "JitterStrategy": "FULL"}],
               "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "Each"}],
               "Assign": {"v.$": "$.a", "w": 2}, "Next": "Each"},
      "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3,
               "ItemSelector": {"i.$": "$$.Map.Item.Value"},
               "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}},
               "End": true}}})");
  ASSERT_NE(result.definition, nullptr) << testing::PrintToString(result.errors);
  const ast::Machine& machine = result.definition->machine;
  EXPECT_EQ(machine.start_at, "Call");
  EXPECT_EQ(machine.timeout_seconds, 60);
  ASSERT_EQ(machine.states.size(), 2u);
  const ast::State& call = machine.states[0];
  EXPECT_EQ(call.type(), ast::StateType::kTask);
  EXPECT_EQ(call.next, "Each");
  ASSERT_EQ(call.assign.size(), 2u);
  EXPECT_EQ(call.assign[0].variable, "v");
  EXPECT_EQ(call.assign[0].field, "v.$");
  EXPECT_TRUE(call.assign[1].value.is_literal());
  const auto& task = std::get<ast::TaskState>(call.details);
  EXPECT_EQ(task.resource, "arn:aws:states:::lambda:invoke");
  const auto& parameters = std::get<ast::TemplateObject>(task.parameters->value);
  EXPECT_TRUE(parameters.members[0].value.is_literal());
  const auto& payload = std::get<ast::TemplateObject>(parameters.members[1].value.value);
  EXPECT_EQ(payload.members[0].name, "id");
  EXPECT_EQ(std::get<ast::Path>(payload.members[0].value.value).text, "$.id");
  EXPECT_EQ(std::get<int64_t>(task.timeout_seconds->value), 5);
  EXPECT_EQ(std::get<ast::Path>(task.heartbeat_seconds->value).text, "$.beat");
  EXPECT_EQ(task.handling.retry[0].error_equals, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(task.handling.retry[0].attempts_max, 3);
  EXPECT_EQ(task.handling.retry[0].jitter, ast::JitterStrategy::kFull);
  EXPECT_EQ(task.handling.catchers[0].result_path.kind, ast::PathSetting::Kind::kNull);
  const auto& map = std::get<ast::MapState>(machine.states[1].details);
  EXPECT_FALSE(map.distributed);
  EXPECT_EQ(map.processor->states[0].name, "In");
  EXPECT_EQ(LocationOf(*map.processor->states[0].source), "/States/Each/ItemProcessor/States/In");
}

TEST(ParseDefinition, BuildsChoiceRules) {
  const FrontEndResult result = RunFrontEnd(MachineWith(
      R"("Type":"Choice","Choices":[{"Or":[{"Not":{"Variable":"$.a","StringMatches":"x*"}},)"
      R"({"Variable":"$.b","TimestampLessThanPath":"$v"}],"Next":"T"}])",
      true));
  ASSERT_NE(result.definition, nullptr);
  const auto& choice = std::get<ast::ChoiceState>(result.definition->machine.states[0].details);
  EXPECT_FALSE(choice.default_next.has_value());
  const auto& any = std::get<ast::ChoiceOr>(choice.rules[0].test.node);
  const auto& no = std::get<ast::ChoiceNot>(any.operands[0].node);
  const auto& matches = std::get<ast::Comparison>(no.operand->node);
  EXPECT_EQ(matches.op, ast::ComparisonOperator::kStringMatches);
  EXPECT_EQ(matches.literal->text, "x*");
  const auto& less = std::get<ast::Comparison>(any.operands[1].node);
  EXPECT_EQ(less.path->variable, "v");
}

TEST(ParseDefinition, FollowsNestingToItsLimit) {
  std::string test = R"("Variable":"$.a","IsNull":true)";
  for (int i = 0; i < 490; ++i)
    test = "\"Not\":{" + test + "}";
  EXPECT_THAT(
      RunFrontEnd(MachineWith(R"("Type":"Choice","Choices":[{"Next":"T",)" + test + "}]", true))
          .errors,
      IsEmpty());
  std::string value = "1";
  for (int i = 0; i < 995; ++i)
    value = "{\"a\":" + value + "}";
  EXPECT_THAT(RunFrontEnd(MachineWith(R"("Type":"Pass","End":true,"Parameters":)" + value)).errors,
              IsEmpty());
  std::string machine = R"({"StartAt":"S0","States":{"S0":{"Type":"Succeed"}}})";
  for (int i = 1; i < 240; ++i) {
    const std::string name = "S" + std::to_string(i);
    machine = R"({"StartAt":")" + name + R"(","States":{")" + name +
              R"(":{"Type":"Parallel","End":true,"Branches":[)" + machine + "]}}}";
  }
  EXPECT_THAT(RunFrontEnd(machine).errors, IsEmpty());
}

// --- Placeholders
// ----------------------------------------------------------------------------------

const char kWithPlaceholders[] =
    R"({"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:lambda:${AWS::Region}:1:function:${F}",)"
    R"("TimeoutSeconds":"${Time}","Parameters":{"${Key}":"x ${F}"},"End":true}}})";

TEST(Placeholders, AreOrdinaryTextWithoutAnOption) {
  EXPECT_THAT(RunFrontEnd(kWithPlaceholders).errors,
              ElementsAre("SCHEMA_VALIDATION_FAILED: Expected value of type Integer at "
                          "/States/S/TimeoutSeconds"));
}

TEST(Placeholders, AreAcceptedWithANoteEach) {
  ParseOptions options;
  options.allow_placeholders = true;
  const FrontEndResult result = RunFrontEnd(kWithPlaceholders, options);
  EXPECT_THAT(result.errors, IsEmpty());
  EXPECT_EQ(result.notes.size(), 5u);
  EXPECT_THAT(result.definition->placeholders, ElementsAre("AWS::Region", "F", "Time", "Key"));
}

TEST(Placeholders, AreFilledIn) {
  ParseOptions options;
  options.substitutions = {{"AWS::Region", "eu-west-1"}, {"F", "pay"}, {"Time", "7"}, {"Key", "k"}};
  const FrontEndResult result = RunFrontEnd(kWithPlaceholders, options);
  ASSERT_NE(result.definition, nullptr) << testing::PrintToString(result.errors);
  const auto& task = std::get<ast::TaskState>(result.definition->machine.states[0].details);
  EXPECT_EQ(task.resource, "arn:aws:lambda:eu-west-1:1:function:pay");
  EXPECT_EQ(std::get<int64_t>(task.timeout_seconds->value), 7);
  EXPECT_EQ(ToJsonText(*task.parameters->source), R"({"k":"x pay"})");
}

TEST(Placeholders, LeftOverIsAnErrorWhereTheyAreFilledIn) {
  ParseOptions options;
  options.substitutions = {{"AWS::Region", "eu-west-1"}, {"Time", "7"}, {"Key", "k"}};
  EXPECT_THAT(
      RunFrontEnd(kWithPlaceholders, options).errors,
      ElementsAre("PLACEHOLDER_LEFT_OVER: '${F}' has no value; give it one with --substitute "
                  "F=VALUE"));
}

TEST(Placeholders, MayStandWithoutQuotes) {
  const std::string text = MachineWith(R"("Type":"Wait","Seconds":${N},"End":${E})");
  EXPECT_EQ(RunFrontEnd(text).definition, nullptr);
  ParseOptions options;
  options.allow_placeholders = true;
  EXPECT_THAT(RunFrontEnd(text, options).errors, IsEmpty());
  options.allow_placeholders = false;
  options.substitutions = {{"N", "3"}, {"E", "true"}};
  const FrontEndResult result = RunFrontEnd(text, options);
  ASSERT_NE(result.definition, nullptr) << testing::PrintToString(result.errors);
  EXPECT_TRUE(result.definition->machine.states[0].end);
}

TEST(Placeholders, AcceptFunctionsOfDeploymentTemplates) {
  const std::string text =
      MachineWith(R"("Type":"Task","Resource":{"Fn::GetAtt":["F","Arn"]},"End":true)");
  EXPECT_EQ(RunFrontEnd(text).definition, nullptr);
  ParseOptions options;
  options.allow_placeholders = true;
  EXPECT_THAT(RunFrontEnd(text, options).errors, IsEmpty());
}

TEST(Substitutions, AreReadFromJsonAndYaml) {
  for (const std::string_view text :
       {"{\"A\": 1, \"B\": \"x\", \"C\": true}", "A: 1\nB: x\nC: true\n"}) {
    Substitutions read;
    ASSERT_TRUE(ReadSubstitutionMap(text, "f", &read).has_value());
    EXPECT_EQ(read, (Substitutions{{"A", "1"}, {"B", "x"}, {"C", "true"}}));
  }
  Substitutions read;
  EXPECT_EQ(ReadSubstitutionMap("A: [1]", "f.yaml", &read).error().message,
            "f.yaml:1:1: the value of 'A' must be a text, a number or a boolean");
}

// --- JSONata
// ---------------------------------------------------------------------------------------

TEST(Jsonata, IsNamedByCheckAndRefusedForCompiling) {
  const std::string text =
      MachineWith(R"("Type":"Pass","QueryLanguage":"JSONata","Output":"{% 1 %}","End":true)");
  const FrontEndResult checked = RunFrontEnd(text);
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_THAT(checked.definition->jsonata_states, ElementsAre("S"));
  EXPECT_THAT(checked.notes,
              ElementsAre("JSONATA_NOT_SUPPORTED: JSONata is not supported yet: state 'S'; its "
                          "expressions were not checked at /States/S"));
  ParseOptions options;
  options.purpose = ParsePurpose::kCompile;
  EXPECT_THAT(RunFrontEnd(text, options).errors,
              ElementsAre("JSONATA_NOT_SUPPORTED: JSONata is not supported yet: state 'S' at "
                          "/States/S"));
}

// --- Reports
// ---------------------------------------------------------------------------------------

TEST(Report, ShowsTheLineWithACaret) {
  const std::string text =
      "{\"StartAt\": \"A\",\n \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\\u001b\"},\n"
      "\t\"E\": {\"Type\": \"Fail\"}}}";
  Diagnostics diagnostics;
  ParseDefinition(text, {}, &diagnostics);
  EXPECT_THAT(
      FormatForPeople(diagnostics, "m.json", text),
      HasSubstr("m.json:3:7: error MISSING_TRANSITION_TARGET: State \"E\" is not reachable. at "
                "/States/E\n  \t\"E\": {\"Type\": \"Fail\"}}}\n  \t     ^\n"));
  EXPECT_THAT(
      FormatAsJson(diagnostics, false),
      HasSubstr(R"("message":"Missing 'Next' target: B\u001b","location":"/States/A/Next")"));
}

TEST(Report, CutsLongLines) {
  const std::string text = "[\"" + std::string(500, 'x') + "\", nope]";
  Diagnostics diagnostics;
  ParseDefinition(text, {}, &diagnostics);
  const std::string report = FormatForPeople(diagnostics, "m.json", text);
  EXPECT_LT(report.size(), 500u);
  EXPECT_THAT(report, HasSubstr("xxx\", nope]\n"));
}

}  // namespace
}  // namespace aslx::compiler
