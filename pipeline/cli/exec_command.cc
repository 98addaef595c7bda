#include <cstdio>
#include <string>

#include "pipeline/cli/commands.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/cli/exec_runner.h"
#include "pipeline/cli/exit_code.h"

namespace aslx {
namespace {

// A test case is one of the machine that the context names, else of the file's only machine.
Result<std::unique_ptr<MockFile>> ReadMocks(const ExecOptions& options,
                                            const std::string& machine) {
  if (options.mock.empty()) {
    if (options.test_case.empty()) return nullptr;
    return Fail(ErrorKind::kUsage, "--test-case names a case of the file that --mock gives");
  }
  Result<std::string> text = ReadFileOrInput(options.mock);
  if (!text) return tl::unexpected(text.error());
  return MockFile::Parse(options.mock, std::move(*text), {options.test_case, machine});
}

Result<ExecContext> ReadContext(const ExecOptions& options) {
  if (options.context.empty()) return ExecContext{};
  Result<std::string> text = ReadFileOrInput(options.context);
  if (!text) return tl::unexpected(text.error());
  return ParseExecContext(options.context, *text);
}

void PrintForPeople(const ExecReport& report) {
  if (report.status == ExecReport::Status::kSucceeded) {
    std::printf("%s\n", report.output.c_str());
    return;
  }
  const char* what = report.status == ExecReport::Status::kTimedOut ? "timed out" : "failed";
  std::fprintf(stderr, "aslx: the execution %s%s%s%s%s\n", what, report.has_error ? ": " : "",
               report.error.c_str(), report.has_cause ? ": " : "", report.cause.c_str());
}

Result<ExecReport> Exec(const ExecOptions& options) {
  Result<ExecContext> context = ReadContext(options);
  if (!context) return tl::unexpected(context.error());
  std::string input = "{}";
  if (!options.input.empty()) {
    Result<std::string> text = ReadFileOrInput(options.input);
    if (!text) return tl::unexpected(text.error());
    input = std::move(*text);
  }
  Result<std::shared_ptr<const Program>> program =
      LoadProgram(options.definition, options.type, options.substitutions);
  if (!program) return tl::unexpected(program.error());
  ExecRequest request;
  request.program = std::move(*program);
  request.input = input;
  request.context = std::move(*context);
  request.virtual_time = options.virtual_time;
  request.seed = options.seed;
  request.with_history = options.report == "json";
  Result<std::unique_ptr<MockFile>> mocks =
      ReadMocks(options, options.context.empty() ? "" : request.context.state_machine_name);
  if (!mocks) return tl::unexpected(mocks.error());
  request.mocks = std::move(*mocks);
  return RunOne(std::move(request));
}

}  // namespace

int RunExec(const ExecOptions& options) {
  const Result<ExecReport> report = Exec(options);
  if (!report) return Report(report.error());
  if (options.report == "json") {
    std::printf("%s\n", ReportJson(*report).c_str());
  } else {
    PrintForPeople(*report);
  }
  return report->status == ExecReport::Status::kSucceeded ? kExitDone : kExitFindings;
}

}  // namespace aslx
