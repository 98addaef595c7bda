#include "tests/unit/program/opcodes_page.h"

#include <string_view>

#include <fmt/format.h>

#include "runtime/program/format_version.h"
#include "runtime/program/opcodes.h"

namespace aslx {
namespace {

std::string_view OperandName(OperandKind kind) {
  constexpr std::string_view kNames[] = {"",         "register, written",
                                         "register", "two registers",
                                         "constant", "path use",
                                         "template", "hole",
                                         "call",     "state",
                                         "pc",       "switch",
                                         "task",     "wait",
                                         "map",      "parallel",
                                         "graft",    "assign"};
  return kNames[static_cast<size_t>(kind)];
}

std::string FlagsText(uint8_t flags) {
  std::string out;
  auto add = [&](uint8_t flag, std::string_view name) {
    if ((flags & flag) == 0) return;
    out += fmt::format("{}{}", out.empty() ? "" : ", ", name);
  };
  add(opcode_flags::kMayFault, "may fault");
  add(opcode_flags::kSuspends, "suspends");
  add(opcode_flags::kEnds, "ends the branch");
  add(opcode_flags::kSkips, "skips");
  add(opcode_flags::kJumps, "jumps");
  return out;
}

/// A bar would end the cell of a table.
std::string Cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string OpcodesPage() {
  std::string page = fmt::format(
      "# Opcodes and functions of format {}\n\n"
      "Generated from opcodes.def and functions.def: `ninja opcodes_page`. An instruction has 8 "
      "bytes: "
      "opcode, A (8 bits), B (16 bits), C (32 bits).\n"
      "R[x] is a register, K[x] a constant, use[x] a path use. \"Skips\": the next instruction is "
      "skipped when the condition does not hold.\n\n"
      "| number | mnemonic | A | B | C | flags | meaning |\n| --- | --- | --- | --- | --- | --- | "
      "--- |\n",
      kFormatVersion);
  for (uint32_t i = 0; i < kOpcodeCount; ++i) {
    const OpcodeFacts& facts = FactsOf(static_cast<Opcode>(i));
    page += fmt::format("| {} | `{}` | {} | {} | {} | {} | {} |\n", i, facts.mnemonic,
                        OperandName(facts.a), OperandName(facts.b), OperandName(facts.c),
                        FlagsText(facts.flags), Cell(facts.meaning));
  }
  page += "\n| number | function | arguments | meaning |\n| --- | --- | --- | --- |\n";
  for (uint32_t i = 0; i < kFunctionCount; ++i) {
    const FunctionFacts& facts = FactsOf(static_cast<FunctionId>(i));
    std::string arguments = std::to_string(facts.arguments_min);
    if (facts.arguments_max == kAnyArguments)
      arguments += " or more";
    else if (facts.arguments_max > facts.arguments_min)
      arguments += fmt::format(" to {}", facts.arguments_max);
    page += fmt::format("| {} | `{}` | {} | {} |\n", i, facts.name, arguments, Cell(facts.meaning));
  }
  return page;
}

}  // namespace aslx
