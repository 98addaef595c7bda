// Writes the code of one state (or of a region's prologue): instructions, labels, registers, and
// the values of expressions.
//
// What it is not: knowledge of state types (state_lowering.h).
// Who uses it: compiler/lower. Thread: one. Memory: appends to the Module and to `code`.
#pragma once

#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/ir/expression.h"
#include "compiler/ir/module.h"
#include "compiler/lower/machine_plan.h"

namespace aslx::compiler {

namespace codes {
/// A definition that AWS accepts but that is larger than a program can be.
inline constexpr std::string_view kProgramLimit = "PROGRAM_LIMIT";
}  // namespace codes

/// The document that `$` means, and whether it may be the event itself.
struct Subject {
  ir::Register reg = 0;
  bool is_event = false;
};

/// Invariant: registers below next_register_ are in use; R0 always is.
class CodeBuilder {
 public:
  CodeBuilder(ir::Module* module, MachinePlan* plan, uint32_t region, Diagnostics* diagnostics)
      : module_(module), plan_(plan), region_(region), diagnostics_(diagnostics) {}

  void Begin(ir::Code* code, const JsonNode* source, ir::Register first_free);
  /// What the following instructions come from.
  void SetSource(const JsonNode* source) { source_ = source; }

  void Emit(Opcode op, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0);
  ir::Label NewLabel() { return module_->label_count++; }
  void Place(ir::Label label);
  void Jump(ir::Label label) { Emit(Opcode::kJump, 0, 0, label); }

  /// A diagnostic, once a state, when the registers of a branch do not suffice.
  ir::Register NewRegister();
  /// Registers taken after Mark are free again after Release.
  ir::Register Mark() const { return next_register_; }
  void Release(ir::Register mark) { next_register_ = mark; }

  void LoadConstant(ir::Register to, std::string json, std::string_view string = {});
  void LoadText(ir::Register to, std::string_view text);
  /// Puts what `read` finds into `to`.
  void Read(const ir::PathRead& read, Subject subject, ir::Register to);
  /// The value of `expression`, folded, in `to`, which must not be the register of `subject`.
  void Evaluate(ir::Expression expression, Subject subject, ir::Register to);

  uint32_t Constant(std::string json, std::string_view string = {});

 private:
  uint32_t PathUseOf(const ir::PathRead& read, Subject subject);
  void EvaluateFolded(const ir::Expression& expression, Subject subject, ir::Register to);
  void EvaluateCall(const ir::Call& call, Subject subject, ir::Register to);
  void FillHoles(const ir::Expression& expression, Subject subject, ir::Register instance,
                 uint32_t* hole);
  void FillHole(const ir::Expression& expression, Subject subject, ir::Register instance,
                uint32_t hole);
  void Complain(std::string message, std::string hint);

  ir::Module* module_;
  MachinePlan* plan_;
  uint32_t region_;
  Diagnostics* diagnostics_;
  ir::Code* code_ = nullptr;
  const JsonNode* source_ = nullptr;
  ir::Register next_register_ = 1;
  bool complained_ = false;
};

}  // namespace aslx::compiler
