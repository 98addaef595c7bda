// How the disassembler spells the records that operands name.
//
// Who uses it: disassembler.cc. Thread: any. Memory: refers to the program.
#pragma once

#include <string>
#include <string_view>

#include "runtime/program/program.h"

namespace aslx {

class OperandText {
 public:
  explicit OperandText(const Program& program) : program_(program) {}

  /// The operands of an instruction, separated by commas.
  std::string Of(const Instruction& instruction) const;

  /// `12 "Name"` where a state begins, else the number.
  std::string Target(uint32_t pc) const;
  /// `"text"`, escaped and shortened.
  static std::string Quoted(std::string_view text);

 private:
  std::string OfRegisters(OperandKind kind, uint32_t operand) const;
  std::string OfTable(OperandKind kind, uint32_t record) const;
  std::string OfPathUse(const PathUse& use) const;
  std::string OfTemplate(const TemplateRecord& record) const;
  std::string OfTask(const TaskRecord& task) const;
  std::string OfMap(const MapRecord& map) const;

  const Program& program_;
};

}  // namespace aslx
