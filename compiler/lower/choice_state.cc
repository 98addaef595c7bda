// Choice: rules in order as tests and jumps; each way out has its own Assign, exit and Next.
#include <array>

#include "compiler/lower/state_lowering.h"
#include "runtime/base/check.h"

namespace aslx::compiler {
namespace {

constexpr std::string_view kOpcodeNames[] = {
#define OP(name, mnemonic, a, b, c, flags, meaning) #name,
#include "runtime/program/opcodes.def"
#undef OP
};

/// Comparison operators and opcodes share their names, so that neither list repeats the other.
constexpr auto kTestOpcodes = [] {
  std::array<Opcode, ast::kComparisonFacts.size()> opcodes{};
  for (size_t i = 0; i < opcodes.size(); ++i) {
    for (size_t op = 0; op < kOpcodeCount; ++op) {
      const std::string_view name = kOpcodeNames[op];
      if (name.substr(0, 4) == "Test" && name.substr(4) == ast::kComparisonFacts[i].name)
        opcodes[i] = static_cast<Opcode>(op);
    }
  }
  return opcodes;
}();
static_assert(
    [] {
      for (Opcode opcode : kTestOpcodes) {
        if (kOpcodeNames[static_cast<size_t>(opcode)].substr(0, 4) != "Test") return false;
      }
      return true;
    }(),
    "every comparison operator has its test_ instruction");

}  // namespace

void StateLowering::LowerState(const ast::ChoiceState& choice) {
  choice_input_ = EffectiveInput();
  struct Way {
    ir::Label label;
    const std::vector<ast::Assignment>* assign;
    std::string_view next;
  };
  std::vector<Way> ways;
  std::map<std::string_view, ir::Label> plain_ways;  // without an Assign: shared by their rules
  const auto way_to = [&](const std::vector<ast::Assignment>& assign, std::string_view next) {
    if (assign.empty()) {
      const auto found = plain_ways.find(next);
      if (found != plain_ways.end()) return found->second;
    }
    const ir::Label label = code_.NewLabel();
    if (assign.empty()) plain_ways.emplace(next, label);
    ways.push_back({label, &assign, next});
    return label;
  };

  for (const ast::ChoiceRule& rule : choice.rules) {
    const ir::Label next_rule = code_.NewLabel();
    Test(rule.test, way_to(rule.assign, rule.next), next_rule, false);
    code_.Place(next_rule);
  }
  code_.SetSource(state_.source);
  if (choice.default_next) {
    code_.Jump(way_to(state_.assign, *choice.default_next));
  } else {
    code_.Emit(Opcode::kNoChoice);
  }
  const ir::Register mark = code_.Mark();
  // The last way is the default's: it follows its jump when it is placed first.
  for (size_t i = ways.size(); i-- > 0;) {
    code_.Place(ways[i].label);
    ExitChoice(*ways[i].assign, ways[i].next);
    code_.Release(mark);
  }
}

void StateLowering::ExitChoice(const std::vector<ast::Assignment>& assignments,
                               std::string_view next) {
  const ir::Register assigned = AssignedOf(assignments, choice_input_);
  const Subject output = Output(choice_input_);
  Exit(assigned, assignments, output.reg);
  Leave(output.reg, next);
}

void StateLowering::Test(const ast::ChoiceTest& test, ir::Label holds, ir::Label fails,
                         bool falls_into_holds) {
  if (const auto* all = std::get_if<ast::ChoiceAnd>(&test.node)) {
    TestAll(all->operands, true, holds, fails, falls_into_holds);
  } else if (const auto* any = std::get_if<ast::ChoiceOr>(&test.node)) {
    TestAll(any->operands, false, holds, fails, falls_into_holds);
  } else if (const auto* negation = std::get_if<ast::ChoiceNot>(&test.node)) {
    Test(*negation->operand, fails, holds, !falls_into_holds);
  } else {
    // Conditions are JSONata's, which the front-end refuses first.
    ASLX_CHECK(std::holds_alternative<ast::Comparison>(test.node));
    code_.SetSource(test.source);
    Compare(std::get<ast::Comparison>(test.node), holds, fails, falls_into_holds);
  }
}

void StateLowering::TestAll(const std::vector<ast::ChoiceTest>& operands, bool all, ir::Label holds,
                            ir::Label fails, bool falls_into_holds) {
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i + 1 == operands.size()) {
      Test(operands[i], holds, fails, falls_into_holds);
      return;
    }
    const ir::Label next = code_.NewLabel();
    Test(operands[i], all ? next : holds, all ? fails : next, all);
    code_.Place(next);
  }
}

void StateLowering::Compare(const ast::Comparison& comparison, ir::Label holds, ir::Label fails,
                            bool falls_into_holds) {
  const ast::ComparisonFacts& facts = ast::FactsOf(comparison.op);
  const ir::Register mark = code_.Mark();
  const auto operand = [&](const ast::Path& path, MissMode miss) {
    if (path.root == ast::PathRoot::kInput && path.is_root()) return choice_input_.reg;
    const ir::Register value = code_.NewRegister();
    code_.Read({&path, miss, {}, {}}, choice_input_, value);
    return value;
  };
  const bool is_present = facts.relation == ast::ComparisonRelation::kIsPresent;
  const ir::Register subject =
      operand(comparison.variable, is_present ? MissMode::kUndefined : MissMode::kChoice);
  const Opcode op = kTestOpcodes[static_cast<size_t>(comparison.op)];
  bool holds_when_true = true;
  if (facts.operand == ast::ComparisonOperand::kPath) {
    code_.Emit(op, subject, operand(*comparison.path, MissMode::kChoice));
  } else if (facts.operand == ast::ComparisonOperand::kFlag) {
    holds_when_true = comparison.literal->boolean;
    code_.Emit(op, subject);
  } else {
    const JsonNode& literal = *comparison.literal;
    code_.Emit(op, subject, 0,
               code_.Constant(ToJsonText(literal),
                              literal.is_string() ? literal.text : std::string_view{}));
  }
  code_.Release(mark);

  // The next instruction is skipped when the test does not hold.
  const ir::Label when_true = holds_when_true ? holds : fails;
  const ir::Label when_false = holds_when_true ? fails : holds;
  code_.Jump(when_true);
  if (falls_into_holds == holds_when_true) code_.Jump(when_false);
}

}  // namespace aslx::compiler
