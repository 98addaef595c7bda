#include "compiler/compile.h"

#include "compiler/emit/emit.h"
#include "compiler/lower/lower.h"
#include "compiler/passes/passes.h"

namespace aslx::compiler {
namespace {

tl::unexpected<Error> Refused(const Diagnostics& diagnostics) {
  const size_t count = diagnostics.error_count();
  return Fail(ErrorKind::kData, "the definition has " + std::to_string(count) +
                                    (count == 1 ? " error" : " errors") + ", expected none");
}

}  // namespace

Result<std::vector<std::byte>> Compile(std::string_view text, const CompileOptions& options,
                                       Diagnostics* diagnostics) {
  ParseOptions parse = options.parse;
  parse.purpose = ParsePurpose::kCompile;
  const auto definition = ParseDefinition(text, parse, diagnostics);
  if (definition == nullptr) return Refused(*diagnostics);
  const bool standard = options.parse.type == MachineType::kStandard;
  ir::Module module =
      Lower(*definition, standard ? ::aslx::MachineType::kStandard : ::aslx::MachineType::kExpress,
            diagnostics);
  if (diagnostics->has_errors()) return Refused(*diagnostics);
  RunPasses(&module);
  return Emit(module, text);
}

}  // namespace aslx::compiler
