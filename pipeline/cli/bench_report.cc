#include "pipeline/cli/bench_report.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "pipeline/load/report_html.h"
#include "pipeline/load/report_json.h"
#include "pipeline/load/report_text.h"

namespace aslx {
namespace {

Result<void> CannotWrite(const char* option, const std::string& path) {
  return Fail(ErrorKind::kUsage,
              fmt::format("{}: cannot write {}: {}", option, path, std::strerror(errno)));
}

/// Leaves the file as it is, and none where there was none.
Result<void> TryToWrite(const char* option, const std::string& path) {
  if (path.empty()) return {};
  const bool existed = access(path.c_str(), F_OK) == 0;
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
  // A pipe that nobody reads yet may be read by then.
  if (file < 0 && errno == ENXIO) return {};
  if (file < 0) return CannotWrite(option, path);
  close(file);
  if (!existed) unlink(path.c_str());
  return {};
}

Result<void> Write(const char* option, const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return {};
  return CannotWrite(option, path);
}

}  // namespace

Result<void> CheckReportFiles(const BenchOptions& options) {
  if (Result<void> json = TryToWrite("--json", options.json_file); !json) return json;
  return TryToWrite("--html", options.html_file);
}

Result<void> ShowReport(const BenchOptions& options, const LoadReport& report) {
  if (!options.json_file.empty()) {
    Result<void> done = Write("--json", options.json_file, JsonOf(report));
    if (!done) return done;
  }
  if (!options.html_file.empty()) {
    Result<void> done = Write("--html", options.html_file, HtmlOf(report));
    if (!done) return done;
  }
  const std::string text = options.report == "json" ? JsonOf(report) : TextOf(report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

}  // namespace aslx
