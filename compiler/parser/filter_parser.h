// The expression of a filter step, the text within `[?( … )]`.
//
// Operators are those of the path library that AWS uses: == != === !== < <= > >= =~ in nin contains
// all size empty subsetof anyof noneof type, under && || ! and parentheses.
// Thread: any. Memory: the result owns its texts.
#pragma once

#include <string_view>

#include "compiler/ast/path.h"
#include "compiler/parser/syntax_error.h"

namespace aslx::compiler {

/// `filter_depth` is 1 for a filter of a path that stands alone.
Parsed<ast::FilterExpression> ParseFilter(std::string_view text, int filter_depth);

}  // namespace aslx::compiler
