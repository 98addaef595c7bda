#include "tests/reference/engine.h"

#include <memory>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "pipeline/cli/exec_runner.h"
#include "pipeline/tasks/mock_file.h"
#include "runtime/program/program.h"

namespace aslx::reference {
namespace {

std::string TextOf(const compiler::Diagnostics& diagnostics) {
  std::string text;
  for (const compiler::Diagnostic& diagnostic : diagnostics.all()) {
    text += diagnostic.code + ": " + diagnostic.message + " at " + diagnostic.location + "; ";
  }
  return text;
}

Result<ExecReport> Run(const Specimen& specimen, bool with_history, std::string* findings) {
  compiler::CompileOptions options;
  options.parse.purpose = compiler::ParsePurpose::kCompile;
  compiler::Diagnostics diagnostics;
  Result<std::vector<std::byte>> bytes =
      compiler::Compile(WriteJson(specimen.definition), options, &diagnostics);
  if (!bytes) {
    *findings = TextOf(diagnostics);
    return tl::unexpected(bytes.error());
  }
  Result<std::shared_ptr<const Program>> program = Program::Load(std::move(*bytes));
  if (!program) return tl::unexpected(program.error());
  Result<std::unique_ptr<MockFile>> mocks = MockFile::Parse("mock", WriteJson(specimen.mock), {});
  if (!mocks) return tl::unexpected(mocks.error());
  Result<ExecContext> context = ParseExecContext("context", WriteJson(specimen.context));
  if (!context) return tl::unexpected(context.error());
  const std::string input = WriteJson(specimen.input);
  ExecRequest request;
  request.program = std::move(*program);
  request.input = input;
  request.mocks = std::move(*mocks);
  request.context = std::move(*context);
  request.with_history = with_history;
  return RunOne(std::move(request));
}

}  // namespace

tl::expected<std::string, std::string> RunOnEngine(const Specimen& specimen) {
  std::string findings;
  Result<ExecReport> report = Run(specimen, true, &findings);
  if (!report) return tl::unexpected<std::string>(report.error().message + ": " + findings);
  // The interpreter has shorter ways where nobody listens: they lead to the same.
  Result<ExecReport> unheard = Run(specimen, false, &findings);
  if (!unheard) return tl::unexpected<std::string>(unheard.error().message + ": " + findings);
  unheard->events = report->events;
  if (ReportJson(*unheard) != ReportJson(*report))
    return tl::unexpected<std::string>("without history: " + ReportJson(*unheard));
  return ReportJson(*report);
}

}  // namespace aslx::reference
