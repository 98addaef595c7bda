// The disassembler's text of the sample, by the lines that matter; and that OPCODES.md is current.
#include "runtime/program/disassembler.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/program/opcodes_page.h"
#include "tests/unit/program/sample_program.h"

namespace aslx {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DisassemblerTest, ShowsWhatOperandsName) {
  Result<std::shared_ptr<const Program>> program = Program::Load(SampleProgram().Finish(0x1234));
  ASSERT_TRUE(program.has_value()) << program.error().message;
  std::string text = Disassemble(**program);
  for (const char* line : {
           "program, format 1, source 0000000000001234\nEXPRESS, timeout 60 s, \"a sample\"\n",
           "region 0: root, 8 registers, variables $v0\n",
           "state 0 \"Choose\" Choice  ; 1:5 /States/Choose\n    0  enter_state   r0, \"Choose\"\n",
           "get_path      r1, $.order.kind of r0 [read set 0], missing: undefined",
           "test_numeric_greater_than r2, 100\n",
           "jump          -> 13 \"Call\"\n",
           "new_template  r1, {\"k0\":<0>,\"k1\":<1>,\"list\":[<2>,true],\"fixed\":\"x\"}\n",
           "load          r3, \"{} \\u00e9\"\n",
           "call          r3, r2, States.Format/2\n",
           "task          r4, r1, arn:aws:states:::lambda:invoke, timeout 30 s\n",
           "graft         r0, r0, r4, $.answer\n",
           "assign        r5, $v0\n",
           "  retry [States.ALL] 2 times after 1 s x 2 -> 14\n",
           "  catch [States.ALL] in r6 -> 30\n",
           "map           r2, r1, r0, region 1, concurrency 2\n",
           "parallel      r1, r0, regions 2 to 3\n",
           "region 1: iteration of \"Each\", 8 registers\n   56  new_template  r2, [<0>,<1>]\n",
           "$v0 (slot 0, 1 frames up)",
           "switch 0 of 4 places\n",
           "\"refund\" -> 11\n",
           "read set of 1 slots\n  \"order\"\n    \"kind\" [0]\n",
           "read_set_nodes ",
       })
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_THAT(text, Not(HasSubstr(" \n")));
}

TEST(DisassemblerTest, LongLiteralsAreCutBetweenCharacters) {
  ProgramBuilder builder = SampleProgram();
  std::string text = "\"";
  for (int i = 0; i < 100; ++i)
    text += "é";
  builder.code[17].c = builder.Constant(text + "\"");
  Result<std::shared_ptr<const Program>> program = Program::Load(builder.Finish(0));
  ASSERT_TRUE(program.has_value()) << program.error().message;
  EXPECT_THAT(Disassemble(**program), HasSubstr("é… (202 bytes)\n"));
}

TEST(OpcodesPageTest, IsCurrent) {
  std::ifstream file(ASLX_OPCODES_PAGE);
  std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, OpcodesPage()) << "write it anew: ninja opcodes_page";
}

}  // namespace
}  // namespace aslx
