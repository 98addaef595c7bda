// Findings of our own about a definition that the service accepts: what cannot work, or works in
// vain.
//
// What it is not: a rule. Findings are warnings with codes of their own (ASLX_…), and refuse
// nothing unless `--strict` asks for it. States in JSONata mode are left out. Thread: any. Memory:
// none kept.
#pragma once

#include "compiler/ast/machine.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/findings/shape.h"
#include "compiler/parse.h"

namespace aslx::compiler {

struct FindingOptions {
  MachineType type = MachineType::kExpress;
  /// What is known of the events: everything unless samples or a schema say more.
  Shape input = Shape::Anything();
};

/// Adds what is found in `definition`, which must have been built (without placeholders).
void FindMore(const ast::Definition& definition, const FindingOptions& options,
              Diagnostics* diagnostics);

}  // namespace aslx::compiler
