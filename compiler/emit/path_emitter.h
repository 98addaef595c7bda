// Paths and their filters as records.
//
// What it is not: a check of what the format can express; compiler/lower/path_support.h asks first.
// Thread: one. Memory: appends to the builder.
#pragma once

#include <cstdint>
#include <span>

#include "compiler/ast/path.h"
#include "compiler/emit/read_set_emitter.h"
#include "runtime/program/builder.h"

namespace aslx::compiler {

class PathEmitter {
 public:
  PathEmitter(ProgramBuilder* builder, ReadSetEmitter* read_set)
      : builder_(builder), read_set_(read_set) {}

  /// `of_event`: the path gets a slot of the read set.
  uint32_t Emit(const ast::Path& path, bool of_event);

 private:
  uint32_t EmitAs(const ast::Path& path, PathRoot root, uint16_t slot);
  PathStep StepOf(const ast::PathStep& step);
  uint32_t EmitFilter(const ast::FilterExpression& expression);
  uint32_t EmitChain(FilterKind kind, std::span<const ast::FilterExpression> operands);
  uint32_t EmitComparison(const ast::FilterComparison& comparison);
  uint32_t EmitOperand(const ast::FilterOperand& operand, FilterOperand* kind);
  uint32_t EmitTruth(bool truth);
  uint32_t EmitFilterPath(const ast::Path& path);
  uint32_t Add(FilterKind kind, uint32_t left, uint32_t right);

  ProgramBuilder* builder_;
  ReadSetEmitter* read_set_;
};

}  // namespace aslx::compiler
