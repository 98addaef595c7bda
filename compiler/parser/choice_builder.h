// The rules of a checked Choice state, as AST.
//
// Thread: any. Memory: results own their texts and point to the nodes.
#pragma once

#include "compiler/ast/state.h"
#include "compiler/definition/json_node.h"

namespace aslx::compiler {

ast::ChoiceRule BuildChoiceRule(const JsonNode& node, ast::QueryLanguage language);

}  // namespace aslx::compiler
