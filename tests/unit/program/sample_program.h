// A program made without the compiler that has something of everything: for tests of the loader,
// the verifier and the disassembler, and as a seed of the fuzzers.
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/program/builder.h"

namespace aslx {

/// Choose (a switch and a test) -> Call (Retry, Catch) -> Each (a Map of one Pass) -> Both (a
/// Parallel of two) -> Stop; Choose may also go to Broken (Fail), Call's Catch to Later (Wait).
ProgramBuilder SampleProgram();

/// The smallest: one Succeed state.
ProgramBuilder SmallestProgram();

/// Puts the right checksum into the header.
void FixChecksum(std::vector<std::byte>* bytes);

}  // namespace aslx
