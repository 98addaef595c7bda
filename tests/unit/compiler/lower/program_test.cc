// Compiled programs: they load, and their records say what the definition says.
#include <algorithm>

#include <gmock/gmock.h>

#include "tests/unit/compiler/lower/compiled_definition.h"

namespace aslx::compiler {
namespace {

using testing::ElementsAre;

TEST(ProgramTest, Task_KnowsItsIntegration) {
  struct Case {
    const char* arn;
    TaskKind kind;
    const char* type;
    const char* resource;
  };
  const Case cases[] = {
      {"arn:aws:states:::lambda:invoke", TaskKind::kService, "lambda", "invoke"},
      {"arn:aws:states:::aws-sdk:s3:getObject", TaskKind::kService, "aws-sdk:s3", "getObject"},
      {"arn:aws:lambda:us-east-1:123456789012:function:F", TaskKind::kLambdaArn, "", ""},
  };
  for (const Case& one : cases) {
    const auto program = LoadCompiled(
        MachineOf("{'Type': 'Task', 'Resource': '" + std::string(one.arn) + "', 'Next': 'N'}"));
    ASSERT_NE(program, nullptr);
    const TaskRecord& task = program->tasks()[0];
    EXPECT_EQ(task.kind, one.kind) << one.arn;
    EXPECT_EQ(program->TextOf(task.arn), one.arn);
    EXPECT_EQ(program->TextOf(task.resource_type), one.type);
    EXPECT_EQ(program->TextOf(task.resource), one.resource);
    EXPECT_EQ(task.timeout_seconds, kNoIndex);
  }
}

TEST(ProgramTest, RetryAndCatch_AreTablesOfTheState) {
  const auto program = LoadCompiled(MachineOf(
      "{'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'Retry': ["
      "{'ErrorEquals': ['A', 'B'], 'IntervalSeconds': 2, 'MaxAttempts': 5, 'BackoffRate': 1.5, "
      "'MaxDelaySeconds': 9, 'JitterStrategy': 'FULL'}, {'ErrorEquals': ['States.ALL']}], "
      "'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'N'}], 'End': true}"));
  ASSERT_NE(program, nullptr);
  const StateRecord& state = program->states()[0];
  EXPECT_EQ(program->TextOf(state.name), "S");
  ASSERT_EQ(state.retrier_count, 2u);
  const RetrierRecord& first = program->retriers()[state.first_retrier];
  EXPECT_EQ(first.error_count, 2u);
  EXPECT_EQ(program->TextOf(program->error_names()[first.first_error + 1]), "B");
  EXPECT_EQ(first.interval_seconds, 2u);
  EXPECT_EQ(first.max_attempts, 5u);
  EXPECT_EQ(first.backoff_rate, 1.5);
  EXPECT_EQ(first.max_delay_seconds, 9u);
  EXPECT_EQ(first.jitter, Jitter::kFull);
  const RetrierRecord& second = program->retriers()[state.first_retrier + 1];
  EXPECT_EQ(second.interval_seconds, 1u);
  EXPECT_EQ(second.max_attempts, 3u);
  EXPECT_EQ(second.backoff_rate, 2.0);
  EXPECT_EQ(second.max_delay_seconds, kNoIndex);
  ASSERT_EQ(state.catcher_count, 1u);
  const CatcherRecord& catcher = program->catchers()[state.first_catcher];
  EXPECT_EQ(program->code()[catcher.handler_pc].op, Opcode::kExitState);
  EXPECT_EQ(program->code()[catcher.handler_pc].a, catcher.error_register);
  EXPECT_EQ(state.retry_pc, state.pc_begin + 1);
}

TEST(ProgramTest, ReadSet_HasThePathsOfTheEventOnce) {
  const auto program = LoadCompiled(MachineOf(
      "{'Type': 'Pass', 'Parameters': {'a.$': '$.x.y', 'b.$': '$[\\'x\\'].y', "
      "'c.$': '$.x', 'd.$': '$.x[0]', 'e.$': '$.x.*'}, 'ResultPath': '$.r', 'Next': 'N'}"));
  ASSERT_NE(program, nullptr);
  // $.x.y is written in two ways; indices and wildcards are walked.
  EXPECT_EQ(program->machine().slot_count, 2u);
  ASSERT_EQ(program->read_set_nodes().size(), 3u);
  EXPECT_EQ(std::count_if(program->paths().begin(), program->paths().end(),
                          [](const PathRecord& path) { return path.slot != kNoSlot; }),
            3);
}

TEST(ProgramTest, Variables_ResolveToTheFrameThatSetsThem) {
  const auto program = LoadCompiled(
      "{'StartAt': 'A', 'States': {"
      "'A': {'Type': 'Pass', 'Assign': {'outer': 1}, 'Next': 'M'},"
      "'M': {'Type': 'Map', 'ItemProcessor': {'StartAt': 'I', 'States': {"
      "'I': {'Type': 'Pass', 'Assign': {'inner': 2}, 'Next': 'J'},"
      "'J': {'Type': 'Pass', 'Parameters': {'o.$': '$outer', 'i.$': '$inner'}, 'End': true}}}, "
      "'End': true}}}");
  ASSERT_NE(program, nullptr);
  std::vector<uint32_t> depths;
  for (const PathUse& use : program->path_uses()) {
    if (program->paths()[use.path].root == PathRoot::kVariable)
      depths.push_back(use.variable_depth);
  }
  EXPECT_THAT(depths, ElementsAre(1u, 0u));
  EXPECT_EQ(program->regions()[0].variable_count, 1);
  EXPECT_EQ(program->regions()[1].variable_count, 1);
}

TEST(ProgramTest, Template_MembersPointIntoItsLiteralBytes) {
  const auto program = LoadCompiled(MachineOf(
      "{'Type': 'Pass', 'Parameters': {'s': 'text', 't': true, 'o': {'h.$': '$.x', 'n': [1]}}, "
      "'Next': 'N'}"));
  ASSERT_NE(program, nullptr);
  ASSERT_EQ(program->templates().size(), 1u);
  const TemplateNode& root = program->template_nodes()[program->templates()[0].node];
  ASSERT_EQ(root.member_count, 3u);
  const TemplateMember& text = program->template_members()[root.first_member];
  EXPECT_EQ(program->TextOf({text.index, text.size}), "text");
  EXPECT_EQ(program->TextOf({text.key_offset, text.key_size}), "s");
  EXPECT_EQ(program->template_members()[root.first_member + 1].index, 1u);
  EXPECT_EQ(root.literal_height, 3);
  EXPECT_EQ(root.hole_depth_max, 2);
  std::vector<std::string_view> parts;
  for (const TemplatePart& part :
       program->template_parts().subspan(root.first_part, root.part_count))
    parts.push_back(program->TextOf({part.literal_offset, part.literal_size}));
  EXPECT_THAT(parts, ElementsAre(R"({"s":"text","t":true,"o":)", R"({"h":)", R"(,"n":[1]})", "}"));
  const TemplateMember& nested = program->template_members()[root.first_member + 2];
  EXPECT_EQ(program->template_nodes()[nested.index].first_part, root.first_part + 1);
  EXPECT_EQ(program->template_nodes()[nested.index].part_count, 2u);
}

TEST(ProgramTest, Format_EscapedPairIsAnArgument) {
  const auto program =
      LoadCompiled(MachineOf(R"({'Type': 'Pass', 'Parameters': {'a.$': )"
                             R"('States.Format(\u0027{} \\{\\}\u0027, $.x)'}, 'Next': 'N'})"));
  ASSERT_NE(program, nullptr);
  ASSERT_EQ(program->calls().size(), 1u);
  EXPECT_EQ(program->calls()[0].argument_count, 3u);
}

TEST(ProgramTest, Lines_NameThePlaceInTheDefinition) {
  const auto program = LoadCompiled(
      "{'StartAt': 'S', 'States': {\n'S': {'Type': 'Pass',\n"
      "'Parameters': {'a.$': '$.x'},\n'End': true}}}");
  ASSERT_NE(program, nullptr);
  ASSERT_GE(program->lines().size(), 2u);
  EXPECT_EQ(program->TextOf(program->lines()[0].pointer), "/States/S");
  EXPECT_EQ(program->lines()[0].line, 2u);
  EXPECT_EQ(program->TextOf(program->lines()[1].pointer), "/States/S/Parameters");
  EXPECT_EQ(program->lines()[1].line, 3u);
}

TEST(ProgramTest, Template_OfThousandFieldsNeedsFewRegisters) {
  std::string fields;
  for (int i = 0; i < 1'000; ++i) {
    const std::string number = std::to_string(i);
    fields += (i == 0 ? "" : ",") + ("'f" + number) + ".$': '$.x" + number + "'";
  }
  const auto program =
      LoadCompiled(MachineOf("{'Type': 'Pass', 'Parameters': {" + fields + "}, 'Next': 'N'}"));
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->templates()[0].hole_count, 1'000u);
  EXPECT_LE(program->regions()[0].register_count, 3);
}

TEST(ProgramTest, Limits_AreDiagnosed) {
  EXPECT_THAT(CompileErrors(MachineOf("{'Type': 'Pass', 'InputPath': '$.a[?(@.b contains 1)]', "
                                      "'Next': 'N'}")),
              ElementsAre("PROGRAM_LIMIT"));
}

}  // namespace
}  // namespace aslx::compiler
