#include "pipeline/cli/definition_file.h"

#include <cstdio>
#include <iostream>
#include <iterator>
#include <sstream>

#include <fmt/core.h>

#include "compiler/compile.h"
#include "compiler/definition/substitutions.h"
#include "compiler/diagnostics/report.h"
#include "pipeline/cli/exit_code.h"
#include "runtime/base/log.h"
#include "runtime/base/read_file.h"
#include "runtime/program/format.h"

namespace aslx {

Result<std::string> ReadFileOrInput(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  return ReadFile(path, ErrorKind::kUsage);
}

Result<std::string> ReadDefinition(const std::string& path) {
  Result<std::string> text = ReadFileOrInput(path);
  const std::string_view magic(reinterpret_cast<const char*>(kProgramMagic), sizeof kProgramMagic);
  if (!text || !text->starts_with(magic)) return text;
  return Fail(ErrorKind::kUsage,
              fmt::format("{} is a compiled program: expected a definition (.json, .yaml); exec, "
                          "disasm and run take programs whose names end in .aslc",
                          path));
}

Result<compiler::ParseOptions> ParseOptionsFor(const std::string& path, const std::string& type,
                                               const SubstitutionOptions& substitutions) {
  compiler::ParseOptions options;
  options.format = compiler::FormatOfFile(path);
  options.type =
      type == "STANDARD" ? compiler::MachineType::kStandard : compiler::MachineType::kExpress;
  options.allow_placeholders = substitutions.allow_placeholders;
  if (!substitutions.file.empty()) {
    Result<std::string> text = ReadFileOrInput(substitutions.file);
    if (!text) return tl::unexpected(text.error());
    Result<void> read =
        compiler::ReadSubstitutionMap(*text, substitutions.file, &options.substitutions);
    if (!read) return tl::unexpected(read.error());
  }
  for (const std::string& assignment : substitutions.assignments) {
    const size_t equals = assignment.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return Fail(ErrorKind::kUsage,
                  fmt::format("--substitute: expected NAME=VALUE, found '{}'", assignment));
    }
    options.substitutions[assignment.substr(0, equals)] = assignment.substr(equals + 1);
  }
  return options;
}

Result<std::vector<std::byte>> CompileFile(const std::string& path, const std::string& type,
                                           const SubstitutionOptions& substitutions) {
  Result<std::string> text = ReadDefinition(path);
  if (!text) return tl::unexpected(text.error());
  Result<compiler::ParseOptions> parse = ParseOptionsFor(path, type, substitutions);
  if (!parse) return tl::unexpected(parse.error());
  compiler::CompileOptions options;
  options.parse = std::move(*parse);
  compiler::Diagnostics diagnostics;
  auto program = compiler::Compile(*text, options, &diagnostics);
  std::fputs(compiler::FormatForPeople(diagnostics, path, *text).c_str(), stderr);
  return program;
}

namespace {

// What a program was compiled with stands in it: options that would change it are refused.
Result<std::shared_ptr<const Program>> LoadCompiled(const std::string& path,
                                                    const std::string& type,
                                                    const SubstitutionOptions& substitutions) {
  if (!substitutions.assignments.empty() || !substitutions.file.empty()) {
    return Fail(ErrorKind::kUsage,
                fmt::format("{} is compiled: its placeholders were filled in by `aslx compile`, "
                            "--substitute and --substitutions are for definitions",
                            path));
  }
  Result<std::shared_ptr<const Program>> program = Program::LoadFile(path.c_str());
  if (program && type == "STANDARD" && (*program)->machine().type == MachineType::kExpress) {
    return Fail(ErrorKind::kUsage,
                fmt::format("{} was compiled for EXPRESS: compile it with --type STANDARD", path));
  }
  return program;
}

}  // namespace

Result<std::shared_ptr<const Program>> LoadProgram(const std::string& path, const std::string& type,
                                                   const SubstitutionOptions& substitutions) {
  if (path.ends_with(".aslc")) return LoadCompiled(path, type, substitutions);
  Result<std::vector<std::byte>> bytes = CompileFile(path, type, substitutions);
  if (!bytes) return tl::unexpected(bytes.error());
  return Program::Load(std::move(*bytes));
}

int Report(const Error& error) {
  std::istringstream findings(error.message);
  for (std::string finding; std::getline(findings, finding);)
    LogPlain(LogLevel::kError, "aslx: " + finding);
  return ExitCodeOf(error.kind);
}

}  // namespace aslx
