// Payload templates and intrinsic calls of the AST as expressions of the IR.
//
// What it is not: folding (compiler/passes) or code (code_builder.h).
// Thread: any. Memory: the expression points into the AST.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/ast/fields.h"
#include "compiler/ir/expression.h"

namespace aslx::compiler {

/// `field` is the field the template stands in, as causes name it.
ir::Expression ExpressionOf(const ast::Template& source, std::string_view field);
/// An object with a member a variable; of a variable set twice the last value counts.
ir::Expression ExpressionOf(const std::vector<ast::Assignment>& assignments);
ir::Expression ExpressionOf(const ast::IntrinsicCall& call);
/// A field's text as a JSON string, a path or a call: ErrorPath, CausePath.
ir::Expression ExpressionOf(const ast::TextSetting& setting, std::string_view field);

ir::Expression ConstantText(std::string_view text);

}  // namespace aslx::compiler
