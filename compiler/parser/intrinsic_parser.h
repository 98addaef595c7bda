// Text to ast::IntrinsicCall: `States.Format('{}: {}', $.a, States.UUID())`.
//
// Which functions there are, and how many arguments each takes, stands in
// runtime/program/functions.def.
// Thread: any. Memory: the result owns its texts.
#pragma once

#include <string_view>

#include "compiler/ast/expression.h"
#include "compiler/parser/syntax_error.h"

namespace aslx::compiler {

/// The whole text must be one call, without blanks around it.
Parsed<ast::IntrinsicCall> ParseIntrinsic(std::string_view text);

/// True for a text that can only be meant as a call.
inline bool LooksLikeIntrinsic(std::string_view text) {
  return text.substr(0, 7) == "States.";
}

}  // namespace aslx::compiler
