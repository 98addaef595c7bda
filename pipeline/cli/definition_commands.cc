// `aslx compile` and `aslx disasm`.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "pipeline/cli/commands.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/cli/exit_code.h"
#include "runtime/program/disassembler.h"

namespace aslx {
namespace {

// orders.asl.json, orders.asl.yaml and orders.json all become orders.aslc beside themselves.
std::string ProgramFileFor(const std::string& definition) {
  std::filesystem::path path(definition);
  path.replace_extension();
  if (path.extension() == ".asl") path.replace_extension();
  return path.string() + ".aslc";
}

Result<void> WriteFile(const std::string& path, const std::vector<std::byte>& bytes) {
  if (path == "-") {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return {};
  }
  // Whole or not at all: a reader never sees half a program.
  const std::string partial = path + ".partial";
  std::ofstream file(partial, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code failure;
  if (file) std::filesystem::rename(partial, path, failure);
  if (!file || failure) return Fail(ErrorKind::kUsage, "cannot write " + path);
  return {};
}

}  // namespace

int RunCompile(const CompileCommandOptions& options) {
  if (options.output.empty() && options.definition == "-") {
    return Report({ErrorKind::kUsage, "a definition from standard input needs --output"});
  }
  const auto bytes = CompileFile(options.definition, options.type, options.substitutions);
  if (!bytes) return Report(bytes.error());
  const std::string output =
      options.output.empty() ? ProgramFileFor(options.definition) : options.output;
  const Result<void> written = WriteFile(output, *bytes);
  if (!written) return Report(written.error());
  std::fprintf(stderr, "aslx: %s: %zu bytes\n", output.c_str(), bytes->size());
  return kExitDone;
}

int RunDisasm(const DisasmOptions& options) {
  const auto program = LoadProgram(options.program, options.type, options.substitutions);
  if (!program) return Report(program.error());
  std::fputs(Disassemble(**program).c_str(), stdout);
  return kExitDone;
}

}  // namespace aslx
