#include "compiler/compile.h"

#include "compiler/emit/emit.h"
#include "compiler/lower/lower.h"
#include "compiler/passes/passes.h"

namespace aslx::compiler {
namespace {

/// What AWS accepts, or runs, and a program cannot hold.
void RefuseUncompilable(const ast::Definition& definition, const ParseOptions& options,
                        Diagnostics* diagnostics) {
  const auto refuse = [&](std::string_view code, std::string message, std::string hint) {
    Diagnostic diagnostic;
    diagnostic.origin = Origin::kAslx;
    diagnostic.code = code;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    diagnostics->Add(std::move(diagnostic));
  };
  for (const std::string& state : definition.jsonata_states) {
    refuse(codes::kJsonata, "State '" + state + "' uses JSONata, which cannot be compiled.",
           "Write it with JSONPath.");
  }
  // Without these options `${Name}` is ordinary text, as on AWS.
  if (!options.allow_placeholders && options.substitutions.empty()) return;
  for (const std::string& name : definition.placeholders) {
    refuse(codes::kPlaceholderLeft, "The placeholder ${" + name + "} has no value.",
           "Give one with --substitute " + name + "=VALUE.");
  }
}

tl::unexpected<Error> Refused(const Diagnostics& diagnostics) {
  return Fail(ErrorKind::kData, "the definition has " + std::to_string(diagnostics.error_count()) +
                                    " errors, expected none");
}

}  // namespace

Result<std::vector<std::byte>> Compile(std::string_view text, const CompileOptions& options,
                                       Diagnostics* diagnostics) {
  const auto definition = ParseDefinition(text, options.parse, diagnostics);
  if (definition == nullptr) return Refused(*diagnostics);
  RefuseUncompilable(*definition, options.parse, diagnostics);
  if (diagnostics->has_errors()) return Refused(*diagnostics);
  const bool standard = options.parse.type == MachineType::kStandard;
  ir::Module module =
      Lower(*definition, standard ? ::aslx::MachineType::kStandard : ::aslx::MachineType::kExpress,
            diagnostics);
  if (diagnostics->has_errors()) return Refused(*diagnostics);
  RunPasses(&module);
  return Emit(module, text);
}

}  // namespace aslx::compiler
