// A definition of a test through the stages of the compiler, with what is wrong as a test failure.
//
// Thread: one. Memory: owns the definition that the Module points into.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/module.h"
#include "runtime/program/program.h"

namespace aslx::compiler {

class CompiledDefinition {
 public:
  /// Lowers `definition`, in which ' stands for ", without any pass.
  explicit CompiledDefinition(std::string definition);

  ir::Module& module() { return module_; }
  /// What the code of a state says, without the labels of states that surround it.
  std::string StateCode(std::string_view state) const;

 private:
  std::unique_ptr<ast::Definition> definition_;
  ir::Module module_;
};

/// ' becomes ".
std::string Quoted(std::string text);
/// `{'StartAt': 'S', 'States': {'S': STATE, 'N': {'Type': 'Succeed'}}}`; N only where STATE names
/// it.
std::string MachineOf(std::string_view state);

/// Everything from text to a verified program; null and a failure when any of it refuses.
std::shared_ptr<const Program> LoadCompiled(const std::string& definition);

/// The codes of the errors that compiling `definition` reports.
std::vector<std::string> CompileErrors(const std::string& definition);

}  // namespace aslx::compiler
