// What of a path the program format can express.
//
// Thread: any. Memory: returns an owned text.
#pragma once

#include <string>

#include "compiler/ast/path.h"

namespace aslx::compiler {

/// Empty when the path can be compiled; else a sentence that says what cannot.
std::string WhyUnsupported(const ast::Path& path);

}  // namespace aslx::compiler
