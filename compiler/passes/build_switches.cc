#include <algorithm>
#include <unordered_set>

#include "compiler/passes/passes.h"

namespace aslx::compiler {
namespace {

// Fewer comparisons are quicker than hashing the string.
constexpr size_t kCasesMin = 4;

/// Whether `test_string_equals value; jump` stands at `at`; any value when `value` is null.
bool IsCase(const ir::Code& code, size_t at, const ir::Register* value) {
  if (at + 1 >= code.size() || code[at].is_label || code[at + 1].is_label) return false;
  return code[at].op == Opcode::kTestStringEquals && code[at + 1].op == Opcode::kJump &&
         (value == nullptr || code[at].a == *value);
}

void BuildIn(ir::Module* module, ir::Code* code) {
  ir::Code built;
  size_t at = 0;
  while (at < code->size()) {
    size_t end = at;
    if (IsCase(*code, at, nullptr)) {
      const ir::Register value = (*code)[at].a;
      while (IsCase(*code, end, &value))
        end += 2;
    }
    if ((end - at) / 2 < kCasesMin) {
      // A test keeps the jump that it guards.
      const size_t taken = std::max<size_t>(end - at, 1);
      built.insert(built.end(), code->begin() + static_cast<ptrdiff_t>(at),
                   code->begin() + static_cast<ptrdiff_t>(at + taken));
      at += taken;
      continue;
    }
    ir::Switch cases;
    std::unordered_set<std::string_view> texts;
    for (size_t i = at; i < end; i += 2) {
      const std::string_view text = module->constants[(*code)[i].c].string;
      // The first of equal texts decides.
      if (texts.insert(text).second) cases.push_back({text, (*code)[i + 1].c});
    }
    ir::Instruction instruction = (*code)[at];
    instruction.op = Opcode::kSwitchString;
    instruction.c = static_cast<uint32_t>(module->switches.size());
    module->switches.push_back(std::move(cases));
    built.push_back(instruction);
    at = end;
  }
  *code = std::move(built);
}

}  // namespace

void BuildSwitches(ir::Module* module) {
  for (const ir::Region& region : module->regions) {
    for (uint32_t index : region.states) {
      ir::State& state = module->states[index];
      if (state.state->type() == ast::StateType::kChoice) BuildIn(module, &state.code);
    }
  }
}

}  // namespace aslx::compiler
