// What the verifier refuses: a valid program with one thing changed, and a part of the sentence.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/limits.h"
#include "runtime/program/program.h"
#include "tests/unit/program/sample_program.h"

namespace aslx {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* name;
  void (*change)(ProgramBuilder&);
  const char* expected;
};

void RunCases(std::span<const Case> cases) {
  for (const Case& c : cases) {
    ProgramBuilder builder = SampleProgram();
    c.change(builder);
    Result<std::shared_ptr<const Program>> program = Program::Load(builder.Finish(0));
    EXPECT_THAT(program ? std::string("accepted") : program.error().message, HasSubstr(c.expected))
        << c.name;
  }
}

/// The instruction with this opcode that comes first.
Instruction& First(ProgramBuilder& b, Opcode op) {
  for (Instruction& at : b.code)
    if (at.op == op) return at;
  return b.code.front();
}

TEST(VerifierTest, Records) {
  const Case cases[] = {
      {"no machine", [](auto& b) { b.machines.clear(); }, "machines[0]: 0 records, expected 1"},
      {"machine type", [](auto& b) { b.machines[0].type = static_cast<MachineType>(7); },
       "machines[0]: type 7"},
      {"timeout", [](auto& b) { b.machines[0].timeout_seconds = 100'000'000; },
       "timeout_seconds is 100000000"},
      {"text range", [](auto& b) { b.machines[0].comment.offset = 1 << 20; },
       "machines[0]: comment is text 1048576"},
      {"text size", [](auto& b) { b.machines[0].comment.size = UINT32_MAX; },
       "machines[0]: comment is text"},
      {"not UTF-8", [](auto& b) { b.text[3] = '\xFF'; }, "text[0]: bytes that are not UTF-8"},
      {"half a character",
       [](auto& b) {
         TextRef accented = b.Text("é");
         b.machines[0].comment = {accented.offset + 1, 1};
       },
       "which cuts a UTF-8 character"},
      {"constant type", [](auto& b) { b.constants[0].type = 7; }, "constants[0]: type 7"},
      {"constant height", [](auto& b) { b.constants[b.Constant("[[1]]")].height = 1; },
       "expected those of its text: 5, 1, 2"},
      {"constant of another type", [](auto& b) { b.constants[0].type = 5; },
       "constants[0]: type 5"},
      {"constant that is no JSON", [](auto& b) { b.constants[0].text = b.Text("tru"); },
       "constants[0]: not a JSON text"},
      {"string without quotes",
       [](auto& b) {
         b.constants.push_back(
             {static_cast<uint8_t>(Type::kString), value_flags::kRaw, 0, b.Text("naked"), 0});
       },
       "does not stand between quotes"},
      {"escapes without their flag",
       [](auto& b) { b.constants[b.Constant("\"\\n\"")].flags = value_flags::kRaw; },
       "flags 1, height 0, expected those of its text: 4, 3, 0"},
      {"backoff rate",
       [](auto& b) { b.retriers[0].backoff_rate = std::numeric_limits<double>::quiet_NaN(); },
       "retriers[0]: backoff_rate nan"},
      {"errors", [](auto& b) { b.catchers[0].error_count = 9; }, "catchers[0]: errors are records"},
      {"function", [](auto& b) { b.calls[0].function = static_cast<FunctionId>(99); },
       "calls[0]: function 99"},
      {"arity", [](auto& b) { b.calls[0].function = FunctionId::kUUID; },
       "calls[0]: 2 arguments, expected as many as States.UUID takes"},
      {"graft steps", [](auto& b) { b.grafts[0].step_count = 2; }, "grafts[0]: steps are records"},
      {"lines",
       [](auto& b) {
         b.lines[1].pc = 0;
         b.lines[0].pc = 1;
       },
       "lines[1]: pc 0 behind pc 1"},
  };
  RunCases(cases);
}

TEST(VerifierTest, Templates) {
  const Case cases[] = {
      {"node", [](auto& b) { b.templates[0].node = 99; }, "templates[0]: node is record 99"},
      {"two parents", [](auto& b) { b.templates[1].node = 0; }, "it has two parents"},
      {"cycle",
       [](auto& b) {
         for (TemplateMember& member : b.template_members)
           if (member.kind == TemplateMemberKind::kNode) member.index = 0;
       },
       "template_nodes[0]: it has two parents"},
      {"hole", [](auto& b) { b.template_members[0].index = 9; }, "are not the same document"},
      {"hole of a part", [](auto& b) { b.template_parts[0].hole = 9; },
       "hole 9, expected one below 3"},
      {"holes exchanged",
       [](auto& b) { std::swap(b.template_parts[0].hole, b.template_parts[1].hole); },
       "are not the same document"},
      {"key", [](auto& b) { ++b.template_members[0].key_size; }, "are not the same document"},
      {"literal", [](auto& b) { b.template_members[3].literal_height = 3; },
       "are not the same document"},
      {"literal bytes", [](auto& b) { ++b.template_nodes[0].literal_bytes; }, "literal_bytes"},
      {"height", [](auto& b) { b.template_nodes[0].literal_height = 1; },
       "template_nodes[0]: heights 1 and 2, expected at least 2 and 2"},
      {"hole depth", [](auto& b) { b.template_nodes[0].hole_depth_max = 1; },
       "template_nodes[0]: heights 2 and 1, expected at least 2 and 2"},
      {"half a part", [](auto& b) { --b.template_nodes[0].part_count; },
       "template_nodes[0]: its parts and its members are not the same document"},
      {"a part of its parent's", [](auto& b) { --b.template_nodes[1].first_part; },
       "template_nodes[1]: its parts begin at"},
      {"a part too many", [](auto& b) { ++b.template_nodes[1].part_count; },
       "expected those up to its end"},
  };
  RunCases(cases);
}

TEST(VerifierTest, Paths) {
  const Case cases[] = {
      {"step kind", [](auto& b) { b.path_steps[0].kind = static_cast<PathStepKind>(9); },
       "path_steps[0]: kind 9"},
      {"definite", [](auto& b) { b.paths.back().definite = b.paths[4].definite = 1; },
       "but it has steps other than keys and indices"},
      {"filter", [](auto& b) { b.path_steps.back().operand = 77; }, "filter is record 77"},
      {"filter of itself", [](auto& b) { b.filters[2].left = 2; },
       "filters[2]: child 2, expected one before it"},
      {"filter kind", [](auto& b) { b.filters[0].kind = static_cast<FilterKind>(5); },
       "filters[0]: kind 5"},
      {"path with the filter it is in",
       [](auto& b) {
         b.filters[0].left = 4;
         b.paths[4].root = PathRoot::kCurrent;
       },
       "expected one before 0"},
      {"filter of the input", [](auto& b) { b.filters[0].left = 0; },
       "a path that begins elsewhere than at @ or $"},
      {"slice",
       [](auto& b) {
         b.path_steps.push_back({PathStepKind::kSlice, slice_flags::kStep, 0, 0, 0, 0});
       },
       "a slice by 0"},
      {"slot", [](auto& b) { b.paths[1].slot = 0; }, "paths[1]: slot 0 holds another path"},
      {"slot count", [](auto& b) { b.machines[0].slot_count = 0; }, "slot is record 0"},
      {"slot that nothing fills", [](auto& b) { b.machines[0].slot_count = 2; },
       "machines[0]: slot_count 2, but no node of the read set fills slot 1"},
      {"slots without a read set",
       [](auto& b) {
         b.read_set_nodes.clear();
         b.paths[0].slot = kNoSlot;
       },
       "machines[0]: slot_count 1, but no node of the read set fills slot 0"},
      {"read set cycle", [](auto& b) { b.read_set_nodes[2].next_sibling = 1; },
       "read_set_nodes[1]: it is named twice"},
      {"read set orphan", [](auto& b) { b.read_set_nodes[1].first_child = kNoNode; },
       "2 nodes of 3 are in the tree"},
      {"use", [](auto& b) { b.path_uses[0].path = 99; }, "path_uses[0]: path is record 99"},
      {"use of a filter's path", [](auto& b) { b.path_uses[0].path = 2; },
       "path_uses[0]: a path that begins inside a filter"},
  };
  RunCases(cases);
}

TEST(VerifierTest, Structure) {
  const Case cases[] = {
      {"opcode", [](auto& b) { b.code[1].op = static_cast<Opcode>(200); }, "code[1]: opcode 200"},
      {"constant", [](auto& b) { First(b, Opcode::kLoad).c = 99; }, "load with 99 in C"},
      {"constant of a test", [](auto& b) { First(b, Opcode::kTestNumericGreaterThan).c = 1; },
       "test_numeric_greater_than with a constant of type 4, expected 3"},
      {"registers", [](auto& b) { b.regions[0].register_count = 65; }, "regions[0]: 65 registers"},
      {"second root", [](auto& b) { b.regions[1].kind = RegionKind::kRoot; },
       "expected a root at 0 and only there"},
      {"circle of regions", [](auto& b) { b.regions[1].parent_region = 1; }, "nested deeper than"},
      {"state of a region", [](auto& b) { b.regions[1].state = 0; },
       "regions[1]: state 0 is not the one that holds it"},
      {"entry", [](auto& b) { b.regions[0].entry_pc = 9999; }, "regions[0]: entry_pc"},
      {"state's code", [](auto& b) { b.states[0].pc_end = 9999; }, "states[0]: code 0 to 9999"},
      {"state's beginning", [](auto& b) { ++b.states[0].pc_begin; },
       "begins with another instruction than enter_state 0"},
      {"handler", [](auto& b) { b.catchers[0].handler_pc = 0; }, "catchers[0]: handler_pc 0"},
      {"retry", [](auto& b) { b.states[1].retry_pc = 0; }, "states[1]: retry_pc 0"},
      {"switch size", [](auto& b) { b.switches[0].case_count = 3; }, "expected a power of two"},
      {"full switch",
       [](auto& b) {
         for (SwitchCase& entry : b.switch_cases)
           entry.pc = 9;
       },
       "no empty place"},
      {"case hash",
       [](auto& b) {
         for (SwitchCase& entry : b.switch_cases)
           if (entry.pc != kNoIndex) entry.hash = 1;
       },
       "expected"},
      {"parallel without branches", [](auto& b) { b.parallels[0].region_count = 0; },
       "no regions, expected at least 1"},
      {"map of a branch", [](auto& b) { b.maps[0].region = 2; }, "region 2 is no Map's"},
  };
  RunCases(cases);
}

TEST(VerifierTest, Flow) {
  const Case cases[] = {
      {"register", [](auto& b) { First(b, Opcode::kExitState).a = 8; },
       "exit_state with register 8, expected one below 8"},
      {"undefined into a document", [](auto& b) { First(b, Opcode::kExitState).a = 7; },
       "exit_state reads register 7, which may be Undefined"},
      {"path that may be undefined in a hole", [](auto& b) { First(b, Opcode::kFillPath).c = 0; },
       "fill_path with a path that may leave Undefined"},
      {"hole twice", [](auto& b) { b.code[19].b = 0; },
       "fill fills hole 0 of register 2, expected the next hole of an instance"},
      {"fill of a value", [](auto& b) { First(b, Opcode::kFill).a = 0; },
       "fill fills hole 0 of register 0"},
      {"template read too early",
       [](auto& b) {
         b.code[23] = {Opcode::kMove, 7, 1, 0};
       },
       "move reads register 1, a template whose holes are not all filled"},
      {"call without arguments", [](auto& b) { First(b, Opcode::kCall).b = 0; },
       "call reads register 0, expected a template of its 2 arguments"},
      {"assign of too few", [](auto& b) { First(b, Opcode::kAssign).a = 4; },
       "assign reads register 4, expected an object of 1 members"},
      {"assign to no variable", [](auto& b) { b.variables[0].slot = 5; },
       "slot 5 at pc 27, expected one below 1"},
      {"variable", [](auto& b) { b.path_uses.back().variable = 3; },
       "variable 3 at pc 57, expected one below 1"},
      {"frame", [](auto& b) { b.path_uses.back().variable_depth = 2; }, "a variable 2 frames up"},
      {"end of the code",
       [](auto& b) {
         b.code.back() = {Opcode::kMove, 0, 0, 0};
       },
       "it goes on behind the end of the code"},
      {"into the midst of a state", [](auto& b) { First(b, Opcode::kJump).c = 15; },
       "is entered in its midst"},
      {"into another region", [](auto& b) { First(b, Opcode::kJump).c = 62; },
       "state 7 is in region 1, but the code in region 0"},
      {"switch back",
       [](auto& b) {
         for (SwitchCase& entry : b.switch_cases)
           if (entry.pc != kNoIndex) entry.pc = 1;
       },
       "it leads back to pc 1"},
      {"wait in a Pass", [](auto& b) { b.states[4].type = StateType::kPass; },
       "wait stands in no state of its type"},
      {"branches of another state", [](auto& b) { b.states[2].type = StateType::kParallel; },
       "regions[1]: state 2 is not the one that holds it"},
      {"iteration elsewhere",
       [](auto& b) {
         b.code[6] = {Opcode::kBeginIteration, 0, 0, 0};
       },
       "begin_iteration outside of a Map's region"},
      {"overlapping states", [](auto& b) { b.states[0].pc_end = 15; }, "belongs to state"},
      {"error register", [](auto& b) { b.catchers[0].error_register = 9; },
       "with register 9, expected one below 8"},
  };
  RunCases(cases);
}

}  // namespace
}  // namespace aslx
