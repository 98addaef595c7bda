// Files as commands take them: a path or - for standard input; a definition or a program.
//
// Thread: one. Errors carry the exit code's kind: a file that is not there is wrong usage, what is
// in it is data.
#pragma once

#include <memory>
#include <string>

#include "compiler/parse.h"
#include "pipeline/cli/commands.h"
#include "runtime/base/result.h"
#include "runtime/program/program.h"

namespace aslx {

/// `-` reads standard input.
Result<std::string> ReadFileOrInput(const std::string& path);

/// The text of a definition; a compiled program in its place is wrong usage.
Result<std::string> ReadDefinition(const std::string& path);

/// The options of a definition: format from its name, --type, and what --substitute and
/// --substitutions give.
Result<compiler::ParseOptions> ParseOptionsFor(const std::string& path, const std::string& type,
                                               const SubstitutionOptions& substitutions);

/// A .aslc file is loaded, a definition compiled; its diagnostics go to standard error.
Result<std::shared_ptr<const Program>> LoadProgram(const std::string& path, const std::string& type,
                                                   const SubstitutionOptions& substitutions);

/// Compiles a definition; its diagnostics go to standard error, also when it is accepted.
Result<std::vector<std::byte>> CompileFile(const std::string& path, const std::string& type,
                                           const SubstitutionOptions& substitutions);

/// Prints `aslx: message` on standard error, a line each finding of it, and returns the exit code
/// of its kind.
int Report(const Error& error);

}  // namespace aslx
