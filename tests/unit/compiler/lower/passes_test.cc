// What each pass makes of code, before and after.
#include "compiler/passes/passes.h"

#include <gtest/gtest.h>

#include "compiler/ir/dump.h"
#include "compiler/passes/fold_constants.h"
#include "tests/unit/compiler/lower/compiled_definition.h"

namespace aslx::compiler {
namespace {

TEST(PassesTest, RemoveUnreachableStates_TakesTheirRegionsAlong) {
  CompiledDefinition compiled(
      MachineOf("{'Type': 'Choice', 'Choices': [{'Variable': '$.a', 'IsNull': true, 'Next': 'P'}], "
                "'Default': 'N'}, 'P': {'Type': 'Parallel', 'Branches': "
                "[{'StartAt': 'X', 'States': {'X': {'Type': 'Succeed'}}}], 'End': true}"));
  // As if the rule had been folded away: P loses its only transition.
  for (ir::Instruction& instruction : compiled.module().states[0].code) {
    if (instruction.op == Opcode::kJump && !instruction.is_label &&
        instruction.c == compiled.module().states[1].enter)
      instruction.c = compiled.module().states[2].enter;
  }
  ASSERT_EQ(compiled.module().regions.size(), 2u);
  RemoveUnreachableStates(&compiled.module());
  EXPECT_EQ(ir::Dump(compiled.module()).find("enter_state r0, P"), std::string::npos);
  EXPECT_EQ(ir::Dump(compiled.module()).find("enter_state r0, X"), std::string::npos);
  EXPECT_NE(ir::Dump(compiled.module()).find("enter_state r0, N"), std::string::npos);
  EXPECT_FALSE(compiled.module().regions[1].live);
}

TEST(PassesTest, ShareRecords_EqualUsesAreOne) {
  CompiledDefinition compiled(
      MachineOf("{'Type': 'Choice', 'Choices': ["
                "{'Variable': '$.a', 'NumericEquals': 1, 'Next': 'N'},"
                "{'Variable': '$.a', 'NumericEquals': 1, 'Next': 'N'},"
                "{'Variable': '$.a', 'IsPresent': true, 'Next': 'N'}]}"));
  const ir::Module& module = compiled.module();
  const auto loads = [&module] {
    std::vector<uint32_t> uses;
    for (const ir::Instruction& instruction : module.states[0].code) {
      if (!instruction.is_label && instruction.op == Opcode::kGetPath)
        uses.push_back(instruction.c);
    }
    return uses;
  };
  EXPECT_EQ(loads(), (std::vector<uint32_t>{0, 1, 2}));
  ShareRecords(&compiled.module());
  // Another miss makes another use, of the same path.
  EXPECT_EQ(loads(), (std::vector<uint32_t>{0, 0, 2}));
  EXPECT_EQ(module.path_uses[0].path, module.path_uses[2].path);
}

TEST(PassesTest, ShareChoiceLoads_OnlyWhereEveryWayReadBefore) {
  CompiledDefinition compiled(
      MachineOf("{'Type': 'Choice', 'Choices': ["
                "{'And': [{'Variable': '$.a', 'NumericEquals': 1}, "
                "{'Variable': '$.b', 'NumericEquals': 1}], 'Next': 'N'},"
                "{'Variable': '$.a', 'NumericEquals': 2, 'Next': 'N'},"
                "{'Variable': '$.b', 'NumericEquals': 2, 'Next': 'N'}]}"));
  ShareRecords(&compiled.module());
  ShareChoiceLoads(&compiled.module());
  // $.a is always read first; $.b is not when the first comparison fails.
  EXPECT_EQ(compiled.StateCode("S"), R"(L0:
  enter_state r0, S
  get_path r2, $.a of r0 (event) choice
  test_numeric_equals r2, 1
  jump L4
  jump L2
L4:
  get_path r3, $.b of r0 (event) choice
  test_numeric_equals r3, 1
  jump L3
L2:
  test_numeric_equals r2, 2
  jump L3
L5:
  get_path r3, $.b of r0 (event) choice
  test_numeric_equals r3, 2
  jump L3
L6:
  no_choice
L3:
  exit_state r0
  jump L1
)");
  EXPECT_EQ(compiled.module().regions[0].register_count, 4);
}

std::string StringRules(int count) {
  std::string rules;
  for (int i = 0; i < count; ++i)
    rules += "{'Variable': '$.a', 'StringEquals': 'v" + std::to_string(i) + "', 'Next': 'N'},";
  return "{'Type': 'Choice', 'Choices': [" + rules +
         "{'Variable': '$.a', 'StringEquals': 'v0', 'Next': 'S'}], 'Default': 'N'}";
}

TEST(PassesTest, BuildSwitches_FromFourComparisonsOn) {
  CompiledDefinition few(MachineOf(StringRules(2)));
  RunPasses(&few.module());
  EXPECT_EQ(few.StateCode("S").find("switch_string"), std::string::npos);

  CompiledDefinition many(MachineOf(StringRules(3)));
  RunPasses(&many.module());
  // The first of equal texts decides, so the last rule is gone, and the way to S with it.
  EXPECT_EQ(many.StateCode("S"), R"(L0:
  enter_state r0, S
  get_path r2, $.a of r0 (event) choice
  switch_string r2, 'v0' L3, 'v1' L3, 'v2' L3
L3:
  exit_state r0
)");
}

TEST(PassesTest, ThreadJumps_GoToTheEndOfAChain) {
  CompiledDefinition compiled(MachineOf(
      "{'Type': 'Choice', 'Choices': [{'Not': {'Or': [{'Variable': '$.a', 'IsNull': false}, "
      "{'Variable': '$.a', 'IsNumeric': false}]}, 'Next': 'N'}], 'Default': 'N'}"));
  ThreadJumps(&compiled.module());
  const std::string code = compiled.StateCode("S");
  EXPECT_EQ(code, R"(L0:
  enter_state r0, S
  get_path r1, $.a of r0 (event) choice
  test_is_null r1
  jump L4
  jump L3
L4:
  get_path r1, $.a of r0 (event) choice
  test_is_numeric r1
  jump L3
  jump L3
L3:
  exit_state r0
  jump L1
)");
}

TEST(PassesTest, OrderStates_TheUsualSuccessorFollows) {
  CompiledDefinition compiled(
      "{'StartAt': 'C', 'States': {"
      "'A': {'Type': 'Succeed'},"
      "'B': {'Type': 'Pass', 'Next': 'A'},"
      "'C': {'Type': 'Pass', 'Next': 'B'}}}");
  OrderStates(&compiled.module());
  EXPECT_EQ(ir::Dump(compiled.module()), R"(region 0
L2:
  enter_state r0, C
  exit_state r0
L1:
  enter_state r0, B
  exit_state r0
L0:
  enter_state r0, A
  exit_state r0
  end r0
)");
}

ir::Expression Constant(std::string json) {
  return {ir::Constant{std::move(json)}};
}

TEST(PassesTest, FoldConstants_LeavesWhatDependsOrFails) {
  const ast::Path path{ast::PathRoot::kInput, "", {ast::ChildStep{"x"}}, "$.x"};
  const auto array_of = [](ir::Expression first, ir::Expression second) {
    ir::Array array;
    array.items.push_back(std::move(first));
    array.items.push_back(std::move(second));
    return ir::Expression{std::move(array)};
  };
  ir::Expression constant = array_of(Constant("1"), Constant("\"a\""));
  FoldConstants(&constant);
  ASSERT_NE(constant.constant(), nullptr);
  EXPECT_EQ(constant.constant()->json, "[1,\"a\"]");

  ir::Expression depends = array_of(Constant("1"), {ir::PathRead{&path, MissMode::kField, "", ""}});
  FoldConstants(&depends);
  EXPECT_EQ(depends.constant(), nullptr);

  const auto call = [](FunctionId function, std::vector<std::string> arguments) {
    ir::Call made{function, {}, "text"};
    for (std::string& argument : arguments)
      made.arguments.push_back(Constant(std::move(argument)));
    return ir::Expression{std::move(made)};
  };
  ir::Expression pure = call(FunctionId::kFormat, {"\"{}-{}\"", "1", "[2]"});
  FoldConstants(&pure);
  ASSERT_NE(pure.constant(), nullptr);
  EXPECT_EQ(pure.constant()->json, "\"1-[2]\"");

  ir::Expression failing = call(FunctionId::kStringToJson, {"\"{\""});
  FoldConstants(&failing);
  EXPECT_EQ(failing.constant(), nullptr);

  ir::Expression random = call(FunctionId::kUUID, {});
  FoldConstants(&random);
  EXPECT_EQ(random.constant(), nullptr);
}

}  // namespace
}  // namespace aslx::compiler
