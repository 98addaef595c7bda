// A checked definition, as AST: machines, states, choice rules, retriers, catchers.
//
// What it is not: a check (see expression_builder.h).
// Thread: any. Memory: the machine owns its texts and points to the nodes.
#pragma once

#include "compiler/ast/machine.h"
#include "compiler/definition/json_node.h"

namespace aslx::compiler {

ast::Machine BuildMachine(const JsonNode& root);

}  // namespace aslx::compiler
