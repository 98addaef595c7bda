// A program as text that is read next to its definition.
//
// What it is not: an assembler's input. Who uses it: `aslx disasm`, golden tests.
// Thread: any. Memory: returns a std::string.
#pragma once

#include <string>

#include "runtime/program/program.h"

namespace aslx {

/// Regions with their states in order of pc; every instruction with its operands spelt out; then
/// the switch tables, the read set and the sections with their sizes.
std::string Disassemble(const Program& program);

}  // namespace aslx
