#include "tests/unit/compiler/lower/compiled_definition.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "compiler/compile.h"
#include "compiler/diagnostics/report.h"
#include "compiler/ir/dump.h"
#include "compiler/lower/lower.h"

namespace aslx::compiler {

std::string Quoted(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

std::string MachineOf(std::string_view state) {
  // The rules refuse a state that nothing reaches.
  const bool goes_on = state.find("'N'") != std::string_view::npos;
  return "{'StartAt': 'S', 'States': {'S': " + std::string(state) +
         (goes_on ? ", 'N': {'Type': 'Succeed'}}}" : "}}");
}

CompiledDefinition::CompiledDefinition(std::string definition) {
  const std::string text = Quoted(std::move(definition));
  Diagnostics diagnostics;
  definition_ = ParseDefinition(text, {}, &diagnostics);
  EXPECT_NE(definition_, nullptr) << FormatForPeople(diagnostics, "definition", text);
  if (definition_ == nullptr) return;
  module_ = Lower(*definition_, ::aslx::MachineType::kExpress, &diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << FormatForPeople(diagnostics, "definition", text);
}

std::string CompiledDefinition::StateCode(std::string_view state) const {
  return ir::DumpState(module_, state);
}

std::shared_ptr<const Program> LoadCompiled(const std::string& definition) {
  const std::string text = Quoted(definition);
  Diagnostics diagnostics;
  auto bytes = Compile(text, {}, &diagnostics);
  EXPECT_TRUE(bytes.has_value()) << FormatForPeople(diagnostics, "definition", text);
  if (!bytes) return nullptr;
  auto program = Program::Load(*std::move(bytes));
  EXPECT_TRUE(program.has_value()) << program.error().message;
  return program ? *program : nullptr;
}

std::vector<std::string> CompileErrors(const std::string& definition) {
  Diagnostics diagnostics;
  EXPECT_FALSE(Compile(Quoted(definition), {}, &diagnostics).has_value());
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == Severity::kError) codes.push_back(diagnostic.code);
  }
  return codes;
}

}  // namespace aslx::compiler
