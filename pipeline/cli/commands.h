// The commands of `aslx`: plain options in, exit code out.
//
// What it is not: parsing of the command line (main.cc, the only file that knows CLI11).
// Thread: main's. Exit codes: the table in exit_code.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aslx {

/// `${Name}` placeholders, as CONTRACT's options give them; shared by every command that reads a
/// definition.
struct SubstitutionOptions {
  bool allow_placeholders = false;
  std::vector<std::string> assignments;  // NAME=VALUE
  std::string file;                      // JSON or YAML map
};

struct CheckOptions {
  std::string definition;  // path, or - for standard input
  std::string type = "EXPRESS";
  std::string report = "text";  // text or json
  bool strict = false;
  std::string samples;  // NDJSON of events
  std::string schema;   // JSON Schema of events
  SubstitutionOptions substitutions;
};
int RunCheck(const CheckOptions& options);

struct CompileCommandOptions {
  std::string definition;
  std::string output;  // empty: the definition's name with .aslc
  std::string type = "EXPRESS";
  SubstitutionOptions substitutions;
};
int RunCompile(const CompileCommandOptions& options);

struct DisasmOptions {
  std::string program;  // .aslc, or a definition, which is compiled first
  std::string type = "EXPRESS";
  SubstitutionOptions substitutions;
};
int RunDisasm(const DisasmOptions& options);

struct ExecOptions {
  std::string definition;  // or .aslc
  std::string type = "EXPRESS";
  std::string input;  // path or -, empty: {}
  std::string mock;
  std::string test_case;
  std::string context;
  bool virtual_time = false;
  uint64_t seed = 1;
  std::string report = "text";
  SubstitutionOptions substitutions;
};
int RunExec(const ExecOptions& options);

struct RunOptions {
  std::string config;
  bool embedded_broker = false;
  std::string log_format = "text";
  int verbosity = 0;  // -1 quiet
  /// For --embedded-broker: an NDJSON file, or - for standard input, that is produced to the source
  /// topic; the run ends when every event has its outcome.
  std::string feed;
};
int RunPipelines(const RunOptions& options);

/// Which dead letters: the places that are named, or all to which the filters apply.
struct DlqOptions {
  std::string config;
  std::string pipeline;  // empty: the only one
  std::string topic;     // empty: the pipeline's
  std::vector<std::string> places;
  std::string error;
  std::string state;
  std::string since;   // a timestamp, or an age such as 2h
  uint64_t limit = 0;  // 0: none
  std::string format = "text";
  // Of replay alone.
  bool all = false;
  std::string to;  // empty: where each came from
  bool yes = false;
};
int RunDlqList(const DlqOptions& options);
int RunDlqShow(const DlqOptions& options);
int RunDlqReplay(const DlqOptions& options);

int PrintVersion();

}  // namespace aslx
