// `aslx check`: every finding about a definition, and whether it is accepted.
#include <cstdio>
#include <string>

#include "compiler/diagnostics/report.h"
#include "compiler/findings/findings.h"
#include "compiler/findings/shape_sources.h"
#include "pipeline/cli/commands.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/cli/exit_code.h"

namespace aslx {
namespace {

/// Errors refuse a definition always, findings of ours only when asked; notes never do.
bool IsAccepted(const compiler::Diagnostics& diagnostics, bool strict) {
  if (diagnostics.has_errors()) return false;
  if (!strict) return true;
  for (const compiler::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == compiler::Severity::kWarning) return false;
  }
  return true;
}

/// What the events look like, as --samples or --schema say.
Result<compiler::Shape> ReadInputShape(const CheckOptions& options) {
  const bool samples = !options.samples.empty();
  if (samples && !options.schema.empty()) {
    return Fail(ErrorKind::kUsage, "--samples and --schema cannot be given together");
  }
  if (!samples && options.schema.empty()) return compiler::Shape::Anything();
  const std::string& file = samples ? options.samples : options.schema;
  const auto text = ReadFileOrInput(file);
  if (!text) return tl::unexpected<Error>(text.error());
  return samples ? compiler::ShapeOfSamples(*text, file) : compiler::ShapeOfSchema(*text, file);
}

void Print(const std::string& text, std::FILE* to) {
  std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace

int RunCheck(const CheckOptions& options) {
  const auto parse = ParseOptionsFor(options.definition, options.type, options.substitutions);
  if (!parse) return Report(parse.error());
  const auto text = ReadDefinition(options.definition);
  if (!text) return Report(text.error());
  const auto input = ReadInputShape(options);
  if (!input) return Report(input.error());
  compiler::Diagnostics diagnostics;
  const auto definition = compiler::ParseDefinition(*text, *parse, &diagnostics);
  if (definition != nullptr && !parse->allow_placeholders) {
    compiler::FindMore(*definition, {parse->type, *input}, &diagnostics);
  }
  const bool accepted = IsAccepted(diagnostics, options.strict);
  if (options.report == "json") {
    Print(compiler::FormatAsJson(diagnostics, accepted) + "\n", stdout);
  } else {
    Print(compiler::FormatForPeople(diagnostics, options.definition, *text), stdout);
    Print(options.definition + (accepted ? ": accepted\n" : ": refused\n"), stdout);
  }
  return accepted ? kExitDone : kExitFindings;
}

}  // namespace aslx
