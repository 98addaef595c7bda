// The AST of a definition as IR.
//
// What it is not: optimisation beyond the folding of constants; that is compiler/passes.
// Reading order of this folder: machine_plan.h, template_expression.h, code_builder.h,
// state_lowering.h and its .cc files.
// Thread: one. Memory: the Module points into the definition, which must outlive it.
#pragma once

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/ir/module.h"

namespace aslx::compiler {

/// Requires a definition that passed the rules, without JSONata and placeholders. Adds a diagnostic
/// for what a program cannot express.
ir::Module Lower(const ast::Definition& definition, ::aslx::MachineType type,
                 Diagnostics* diagnostics);

}  // namespace aslx::compiler
