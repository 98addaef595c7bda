// The IR as text, for tests of lowering and passes: what an instruction means, not where it lies.
//
// What it is not: the disassembler (runtime/program), which reads finished programs.
// Thread: any. Memory: returns a string of its own.
#pragma once

#include <string>

#include "compiler/ir/module.h"

namespace aslx::compiler::ir {

/// Every live region with its states in order, one instruction a line.
std::string Dump(const Module& module);
/// The code of one state, by its name.
std::string DumpState(const Module& module, std::string_view state_name);

}  // namespace aslx::compiler::ir
