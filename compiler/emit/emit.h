// The Module as a program file.
//
// What it is not: a checker; Program::Load verifies what comes out.
// Reading order: emit.cc, record_emitter.h, path_emitter.h, template_emitter.h, read_set_emitter.h.
// Thread: one. Memory: the bytes are the caller's.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "compiler/ir/module.h"

namespace aslx::compiler {

/// `definition_text` is what the source hash in the header is of.
std::vector<std::byte> Emit(const ir::Module& module, std::string_view definition_text);

}  // namespace aslx::compiler
