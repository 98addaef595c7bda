// Any text as a definition, in JSON and in YAML: findings, or a program that the loader accepts.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "compiler/compile.h"
#include "runtime/base/check.h"
#include "runtime/program/program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  aslx::compiler::CompileOptions options;
  // The first byte chooses how the rest is read.
  options.parse.format = (data[0] & 1) != 0 ? aslx::compiler::DefinitionFormat::kYaml
                                            : aslx::compiler::DefinitionFormat::kJson;
  options.parse.type = (data[0] & 2) != 0 ? aslx::compiler::MachineType::kStandard
                                          : aslx::compiler::MachineType::kExpress;
  options.parse.allow_placeholders = (data[0] & 4) != 0;
  aslx::compiler::Diagnostics diagnostics;
  auto program = aslx::compiler::Compile(text, options, &diagnostics);
  if (!program) return 0;
  ASLX_CHECK(aslx::Program::Load(*std::move(program)).has_value());
  return 0;
}
