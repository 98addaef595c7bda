// The code that lowering makes of each state type, before any pass.
#include <ostream>

#include <gtest/gtest.h>

#include "tests/unit/compiler/lower/compiled_definition.h"

namespace aslx::compiler {
namespace {

struct Case {
  const char* name;
  /// The state, ' for ". It may go on to N.
  const char* state;
  const char* code;
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}

class LowerTest : public testing::TestWithParam<Case> {};

TEST_P(LowerTest, State_BecomesCode) {
  const CompiledDefinition compiled(MachineOf(GetParam().state));
  EXPECT_EQ(compiled.StateCode("S"), GetParam().code);
}

// L0 is S, L1 is N.
constexpr Case kPass[] = {
    {"PassAlone", "{'Type': 'Pass', 'Next': 'N'}", R"(L0:
  enter_state r0, S
  exit_state r0
  jump L1
)"},
    {"PassEnd", "{'Type': 'Pass', 'End': true}", R"(L0:
  enter_state r0, S
  exit_state r0
  end r0
)"},
    {"ResultIsNeverEvaluated",
     "{'Type': 'Pass', 'InputPath': '$.no', 'Result': {'a.$': '$.b'}, 'ResultPath': '$.r', "
     "'End': true}",
     R"(L0:
  enter_state r0, S
  load r1, {"a.$":"$.b"}
  graft r0, r0, r1, $.r
  exit_state r0
  end r0
)"},
    {"PathsOfNull",
     "{'Type': 'Pass', 'InputPath': null, 'ResultPath': null, 'OutputPath': null, 'End': true}",
     R"(L0:
  enter_state r0, S
  load r1, {}
  load r0, {}
  exit_state r0
  end r0
)"},
    {"InputAndOutputPath",
     "{'Type': 'Pass', 'InputPath': '$.a', 'OutputPath': '$$.Execution.Id', 'End': true}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.a of r0 (event)
  get_path r0, $$.Execution.Id
  exit_state r0
  end r0
)"},
    {"TemplateIsLiteralBytesWithHoles",
     "{'Type': 'Pass', 'Parameters': {'a': 1, 'b.$': '$.x', 'c': ['t', {'d.$': '$'}, null]}, "
     "'End': true}",
     R"(L0:
  enter_state r0, S
  new_template r1, {"a":1,"b":<0>,"c":["t",{"d":<1>},null]}
  fill_path r1, <0>, $.x of r0 (event) field b.$
  fill r1, <1>, r0
  exit_state r1
  end r1
)"},
    {"LiteralTemplateIsOneConstant",
     "{'Type': 'Pass', 'Parameters': {'a': 1, 'b': ['$.x']}, 'End': true}", R"(L0:
  enter_state r0, S
  load r1, {"a":1,"b":["$.x"]}
  exit_state r1
  end r1
)"},
    {"PureCallWithConstantsIsFolded",
     "{'Type': 'Pass', 'Parameters': {'a.$': 'States.MathAdd(1, 2)'}, 'End': true}", R"(L0:
  enter_state r0, S
  load r1, {"a":3}
  exit_state r1
  end r1
)"},
    {"CallThatFailsStays",
     "{'Type': 'Pass', 'Parameters': {'a.$': 'States.ArrayGetItem(States.Array(1), 7)'}, "
     "'End': true}",
     R"(L0:
  enter_state r0, S
  new_template r1, {"a":<0>}
  new_template r2, [<0>,<1>]
  load r3, [1]
  fill r2, <0>, r3
  load r3, 7
  fill r2, <1>, r3
  call r2, r2, States.ArrayGetItem
  fill r1, <0>, r2
  exit_state r1
  end r1
)"},
    {"NestedCalls",
     "{'Type': 'Pass', 'Parameters': {'a.$': 'States.Array($.x, States.UUID())'}, 'End': true}",
     R"(L0:
  enter_state r0, S
  new_template r1, {"a":<0>}
  new_template r2, [<0>,<1>]
  fill_path r2, <0>, $.x of r0 (event) argument
  new_template r3, []
  call r3, r3, States.UUID
  fill r2, <1>, r3
  call r2, r2, States.Array
  fill r1, <0>, r2
  exit_state r1
  end r1
)"},
    {"AssignStandsBeforeTheExit",
     "{'Type': 'Pass', 'InputPath': '$.in', 'Assign': {'a.$': '$.x', 'b': 2}, 'OutputPath': '$b', "
     "'Next': 'N'}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.in of r0 (event)
  new_template r2, {"a":<0>,"b":2}
  fill_path r2, <0>, $.x of r1 field a.$
  get_path r0, $b
  assign r2, $a, $b
  exit_state r0
  jump L1
)"},
};
INSTANTIATE_TEST_SUITE_P(Pass, LowerTest, testing::ValuesIn(kPass),
                         [](const auto& one) { return std::string(one.param.name); });

constexpr Case kOthers[] = {
    {"Succeed", "{'Type': 'Succeed', 'OutputPath': '$.a'}", R"(L0:
  enter_state r0, S
  get_path r0, $.a of r0 (event)
  exit_state r0
  end r0
)"},
    {"FailWithNothing", "{'Type': 'Fail'}", R"(L0:
  enter_state r0, S
  load_undefined r1
  load_undefined r2
  fail_state r1, r2
)"},
    {"FailWithPaths",
     "{'Type': 'Fail', 'ErrorPath': '$.e', 'CausePath': 'States.JsonToString($.c)'}", R"(L0:
  enter_state r0, S
  get_path r1, $.e of r0 (event) field ErrorPath
  new_template r2, [<0>]
  fill_path r2, <0>, $.c of r0 (event) argument
  call r2, r2, States.JsonToString
  fail_state r1, r2
)"},
    {"WaitSeconds", "{'Type': 'Wait', 'Seconds': 3, 'Next': 'N'}", R"(L0:
  enter_state r0, S
  load r1, 3
  wait r1, seconds
  exit_state r0
  jump L1
)"},
    {"WaitTimestampPath", "{'Type': 'Wait', 'TimestampPath': '$.at', 'Next': 'N'}", R"(L0:
  enter_state r0, S
  get_path r1, $.at of r0 (event) or undefined
  wait r1, TimestampPath
  exit_state r0
  jump L1
)"},
    {"TaskAlone", "{'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'End': true}",
     R"(L0:
  enter_state r0, S
  task r0, r0, arn:aws:states:::lambda:invoke
  exit_state r0
  end r0
)"},
    {"TaskKeepsItsInputForRetriesAndCatchers",
     "{'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'InputPath': '$.in', "
     "'Parameters': {'p.$': '$.x'}, 'TimeoutSecondsPath': '$.t', 'HeartbeatSeconds': 4, "
     "'ResultSelector': {'s.$': '$.y'}, 'ResultPath': '$.r', 'OutputPath': '$.o', "
     "'Assign': {'v.$': '$.z'}, "
     "'Catch': [{'ErrorEquals': ['A', 'B'], 'ResultPath': '$.e', 'Assign': {'w.$': '$.Cause'}, "
     "'Next': 'N'}, {'ErrorEquals': ['States.ALL'], 'ResultPath': null, 'Next': 'N'}], "
     "'End': true}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.in of r0 (event)
  new_template r2, {"p":<0>}
  fill_path r2, <0>, $.x of r1 field p.$
  get_path r3, $.t of r1
  task r4, r2, arn:aws:states:::lambda:invoke timeout r3 heartbeat 4
  new_template r5, {"v":<0>}
  fill_path r5, <0>, $.z of r4 field v.$
  new_template r6, {"s":<0>}
  fill_path r6, <0>, $.y of r4 field s.$
  graft r7, r0, r6, $.r
  get_path r8, $.o of r7
  assign r5, $v
  exit_state r8
  end r8
L2:
  new_template r2, {"w":<0>}
  fill_path r2, <0>, $.Cause of r1 field w.$
  graft r3, r0, r1, $.e
  assign r2, $w
  exit_state r3
  move r0, r3
  jump L1
L3:
  exit_state r0
  jump L1
  catch A B: L2, r1
  catch States.ALL: L3, r1
)"},
    {"Parallel",
     "{'Type': 'Parallel', 'Branches': ["
     "{'StartAt': 'A', 'States': {'A': {'Type': 'Succeed'}}}, "
     "{'StartAt': 'B', 'States': {'B': {'Type': 'Succeed'}}}], 'End': true}",
     R"(L0:
  enter_state r0, S
  parallel r0, r0, regions 1 to 2
  exit_state r0
  end r0
)"},
    {"Map",
     "{'Type': 'Map', 'ItemsPath': '$.items', 'MaxConcurrencyPath': '$.c', "
     "'ToleratedFailureCount': 3, 'ToleratedFailurePercentagePath': '$.p', "
     "'ItemProcessor': {'StartAt': 'A', 'States': {'A': {'Type': 'Succeed'}}}, 'End': true}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.c of r0 (event)
  get_path r2, $.items of r0 (event)
  get_path r3, $.p of r0 (event)
  map r0, r2, r0, region 1 concurrency r1 tolerated 3 tolerated % r3
  exit_state r0
  end r0
)"},
};
INSTANTIATE_TEST_SUITE_P(Others, LowerTest, testing::ValuesIn(kOthers),
                         [](const auto& one) { return std::string(one.param.name); });

constexpr Case kChoice[] = {
    {"RulesInOrder",
     "{'Type': 'Choice', 'Choices': [{'Variable': '$.a', 'NumericGreaterThan': 5, 'Next': 'N'}], "
     "'Default': 'S'}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.a of r0 (event) choice
  test_numeric_greater_than r1, 5
  jump L3
L2:
  jump L4
L4:
  exit_state r0
  jump L0
L3:
  exit_state r0
  jump L1
)"},
    {"WithoutDefault",
     "{'Type': 'Choice', 'Choices': [{'Variable': '$.a', 'IsPresent': false, 'Next': 'N'}]}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.a of r0 (event) or undefined
  test_is_present r1
  jump L2
  jump L3
L2:
  no_choice
L3:
  exit_state r0
  jump L1
)"},
    {"AndOrNot",
     "{'Type': 'Choice', 'Choices': [{'And': ["
     "{'Or': [{'Variable': '$.a', 'BooleanEquals': true}, {'Variable': '$.b', 'IsNull': true}]}, "
     "{'Not': {'Variable': '$.c', 'StringEqualsPath': '$.d'}}], 'Next': 'N'}]}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.a of r0 (event) choice
  test_boolean_equals r1, true
  jump L4
L5:
  get_path r1, $.b of r0 (event) choice
  test_is_null r1
  jump L4
  jump L2
L4:
  get_path r1, $.c of r0 (event) choice
  get_path r2, $.d of r0 (event) choice
  test_string_equals_path r1, r2
  jump L2
  jump L3
L2:
  no_choice
L3:
  exit_state r0
  jump L1
)"},
    {"EachRuleHasItsAssign",
     "{'Type': 'Choice', 'InputPath': '$.in', 'OutputPath': '$.out', 'Assign': {'v': 0}, "
     "'Choices': [{'Variable': '$', 'IsString': true, 'Assign': {'v.$': '$.a'}, 'Next': 'N'}], "
     "'Default': 'N'}",
     R"(L0:
  enter_state r0, S
  get_path r1, $.in of r0 (event)
  test_is_string r1
  jump L3
L2:
  jump L4
L4:
  load r2, {"v":0}
  get_path r0, $.out of r1
  assign r2, $v
  exit_state r0
  jump L1
L3:
  new_template r2, {"v":<0>}
  fill_path r2, <0>, $.a of r1 field v.$
  get_path r0, $.out of r1
  assign r2, $v
  exit_state r0
  jump L1
)"},
};
INSTANTIATE_TEST_SUITE_P(Choice, LowerTest, testing::ValuesIn(kChoice),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(LowerFlowTest, EventIsFollowedAcrossStatesThatHandItOn) {
  const CompiledDefinition compiled(
      "{'StartAt': 'A', 'States': {"
      "'A': {'Type': 'Wait', 'SecondsPath': '$.x', 'Next': 'B'},"
      "'B': {'Type': 'Pass', 'Result': 1, 'ResultPath': '$.r', 'Next': 'C'},"
      "'C': {'Type': 'Wait', 'SecondsPath': '$.x', 'End': true}}}");
  EXPECT_NE(compiled.StateCode("A").find("$.x of r0 (event)"), std::string::npos);
  // B has put a new spine around it: a slot would never be taken.
  EXPECT_EQ(compiled.StateCode("C").find("(event)"), std::string::npos);
}

}  // namespace
}  // namespace aslx::compiler
