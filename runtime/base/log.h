// Log lines on standard error, text or JSON; the rest of the code never sees the logging library.
//
// What it is not: for the path of a record (nothing there logs), nor the output of a command.
// Thread: any.
#pragma once

#include <string_view>

namespace aslx {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  bool json = false;
};

/// Called once by main.
void ConfigureLog(const LogOptions& options);
void Log(LogLevel level, std::string_view message);
/// A line for whoever watches: with nothing in front of it, and always, unless the log is JSON.
void LogPlain(LogLevel level, std::string_view line);

}  // namespace aslx
