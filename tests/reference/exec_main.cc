// The reference evaluator as a program with the command line of `aslx exec`, so that what holds the
// engine against recordings can hold the evaluator against them, too.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "tests/reference/evaluate.h"
#include "tests/reference/execution.h"

namespace {

using aslx::reference::Json;

constexpr int kExitSucceeded = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr int kExitUnacceptable = 65;

constexpr char kHelp[] =
    "usage: aslx_reference exec DEFINITION [--type EXPRESS|STANDARD] [--input FILE|-] [--mock "
    "FILE]\n"
    "                      [--context FILE] [--virtual-time] [--report json]\n"
    "Runs one execution on virtual time by the slow reference evaluator. Exit status: 0 "
    "succeeded,\n"
    "1 failed or timed out, 2 wrong usage, 65 the definition or the input is not acceptable.\n";

std::optional<std::string> ReadAll(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// The JSON in the file that the option names; `otherwise` where it is not given.
std::optional<Json> ReadJson(const std::map<std::string, std::string>& options,
                             const std::string& name, Json otherwise) {
  const auto option = options.find(name);
  if (option == options.end()) return otherwise;
  const std::optional<std::string> text = ReadAll(option->second);
  if (!text.has_value()) {
    std::fprintf(stderr, "aslx_reference: %s: cannot be read\n", option->second.c_str());
    return std::nullopt;
  }
  if (name == "--input" && text->size() > aslx::reference::kPayloadMax) {
    std::fprintf(stderr, "aslx_reference: an input of %zu bytes, more than %zu\n", text->size(),
                 aslx::reference::kPayloadMax);
    return std::nullopt;
  }
  std::string why;
  std::optional<Json> value = aslx::reference::ParseJson(*text, &why);
  if (!value.has_value()) {
    std::fprintf(stderr, "aslx_reference: %s: %s\n", option->second.c_str(), why.c_str());
  }
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--help") {
      std::fputs(kHelp, stdout);
      return kExitSucceeded;
    }
    if (word == "--virtual-time" || (i == 1 && word == "exec")) continue;
    const bool named = word.rfind("--", 0) == 0;
    if (named && i + 1 == argc) {
      std::fputs(kHelp, stderr);
      return kExitUsage;
    }
    options[named ? word : "definition"] = named ? argv[++i] : word;
  }
  if (options.count("definition") == 0) {
    std::fputs(kHelp, stderr);
    return kExitUsage;
  }
  const std::optional<Json> definition = ReadJson(options, "definition", Json());
  const std::optional<Json> input = ReadJson(options, "--input", Json::Object({}));
  const std::optional<Json> mock = ReadJson(options, "--mock", Json::Object({}));
  const std::optional<Json> context = ReadJson(options, "--context", Json::Object({}));
  if (!definition.has_value() || !input.has_value() || !mock.has_value() || !context.has_value()) {
    return kExitUnacceptable;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Json report = aslx::reference::RunExecution(
      {.definition = *definition,
       .input = *input,
       .mock = *mock,
       .context = *context,
       .express = options["--type"] != "STANDARD",
       .now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count(),
       .seed = static_cast<uint64_t>(now.count())});
  const bool succeeded = report.Find("status")->text() == "SUCCEEDED";
  if (options.count("--report") != 0) {
    std::puts(WriteJson(report).c_str());
  } else if (succeeded) {
    std::puts(report.Find("output")->text().c_str());
  }
  return succeeded ? kExitSucceeded : kExitFailed;
}
