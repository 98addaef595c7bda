#include "compiler/emit/emit.h"

#include <xxhash.h>

#include "compiler/emit/code_emitter.h"

namespace aslx::compiler {

std::vector<std::byte> Emit(const ir::Module& module, std::string_view definition_text) {
  ProgramBuilder builder;
  CodeEmitter(module, &builder).Emit();
  return builder.Finish(XXH3_64bits(definition_text.data(), definition_text.size()));
}

}  // namespace aslx::compiler
