// A definition's text to a program file: parse, rules, lowering, passes, emit.
//
// What it is not: able to run anything; runtime/ loads what comes out.
// Who uses it: the command line, tests. Thread: any; calls share nothing.
// Memory: the bytes are the caller's.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/parse.h"
#include "runtime/base/result.h"

namespace aslx::compiler {

struct CompileOptions {
  ParseOptions parse;
};

/// All findings go to `diagnostics`; the Error only says how many of them are errors.
Result<std::vector<std::byte>> Compile(std::string_view text, const CompileOptions& options,
                                       Diagnostics* diagnostics);

}  // namespace aslx::compiler
