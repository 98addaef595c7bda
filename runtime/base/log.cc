#include "runtime/base/log.h"

#include <cstdio>
#include <memory>
#include <string>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace aslx {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

// The pattern puts the message between quotes, so it has to be a JSON string's contents.
std::string EscapeForJson(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

bool log_as_json = false;  // written once by ConfigureLog before threads start

}  // namespace

void ConfigureLog(const LogOptions& options) {
  log_as_json = options.json;
  auto logger = spdlog::stderr_color_mt("aslx");
  logger->set_level(ToSpdlog(options.level));
  logger->set_pattern(options.json
                          ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%v"})"
                          : "%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  spdlog::set_default_logger(logger);
}

void Log(LogLevel level, std::string_view message) {
  if (log_as_json) {
    spdlog::log(ToSpdlog(level), "{}", EscapeForJson(message));
  } else {
    spdlog::log(ToSpdlog(level), "{}", message);
  }
}

void LogPlain(LogLevel level, std::string_view line) {
  if (log_as_json) {
    Log(level, line);
  } else {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  }
}

}  // namespace aslx
