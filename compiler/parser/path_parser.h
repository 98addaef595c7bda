// Text to ast::Path, by the rules of the path library that AWS uses: `.name`, `['a','b']`, `[0]`,
// `[-1]`, `[0,2]`, `[1:3]`, `[*]`, `..`, `[?(…)]`, under `$`, `$$`, `$variable`, and `@` in
// filters.
//
// What it is not: a rule about which paths a field takes (compiler/rules/path_rules.h).
// Thread: any. Memory: the result owns its texts.
#pragma once

#include <string_view>

#include "compiler/ast/path.h"
#include "compiler/parser/syntax_error.h"

namespace aslx::compiler {

Parsed<ast::Path> ParsePath(std::string_view text);

/// The same inside a filter that is nested `filter_depth` deep; there `@` may be the root.
Parsed<ast::Path> ParsePathInFilter(std::string_view text, int filter_depth);

/// Paths with filters inside filters deeper than this are refused.
inline constexpr int kFilterDepthMax = 16;

/// The characters that a variable's name may have.
bool IsVariableNameStart(char c);
bool IsVariableNameCharacter(char c);

}  // namespace aslx::compiler
