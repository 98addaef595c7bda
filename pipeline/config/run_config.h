// A whole configuration file as plain structs, and how it is loaded.
//
// What it is not: anything that runs. pipeline/cli makes clusters, functions and pipelines of it.
// Thread: plain data. Memory: owns its texts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/config/interpolation.h"
#include "pipeline/flow/pipeline_spec.h"
#include "runtime/base/result.h"

namespace aslx {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

struct ClusterConfig {
  std::string brokers;  // separated by commas
  std::string name;
  int64_t wait_ms = 0;
  bool probe_permissions = true;
  std::string instance_id;
  bool static_membership = true;
  int64_t session_timeout_ms = 0;
  int64_t transaction_timeout_ms = 0;
  std::string start_offset;
  TextPairs properties;  // of librdkafka, with secrets filled in
  TextPairs consumer_properties;
  TextPairs producer_properties;
};

struct HttpFunctionConfig {
  std::string url;
  std::string function;
  int64_t timeout_ms = 0;
  int64_t connect_timeout_ms = 0;
  TextPairs headers;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string proxy;
};

struct MockConfig {
  std::string file;
  std::string test_case;
  std::string machine;
};

struct FunctionConfig {
  enum class Kind { kInProcess, kHttp, kMock };
  std::string match;
  Kind kind = Kind::kInProcess;
  std::string in_process;
  HttpFunctionConfig http;
  MockConfig mock;
};

struct PipelineConfig {
  PipelineSpec spec;
  TextPairs substitutions;
  std::vector<FunctionConfig> functions;  // its own, then those of the file
};

struct AdminConfig {
  std::string host;  // empty: nothing listens
  int port = 0;
  std::string token;
  std::string certificate_file;
  std::string key_file;
  std::string place;  // `file:line:column` of the section, for what only starting it can tell
};

struct RunConfig {
  std::string file;
  /// 0: one a core.
  uint32_t worker_count = 0;
  bool pin_threads = true;
  /// Empty: the environment's (pipeline/journal).
  std::string state_dir;
  ClusterConfig cluster;
  AdminConfig admin;
  int64_t http_connections_per_host_max = 0;
  int64_t http_connections_max = 0;
  std::vector<PipelineConfig> pipelines;

  bool uses_kafka() const;
};

/// Relative paths in the file are relative to its folder. The error's message has a line for each
/// finding, with file, line and column.
Result<RunConfig> LoadRunConfig(const std::string& path, const Environment& environment);
/// The same of a text; `path` is what errors call it and where relative paths begin.
Result<RunConfig> ReadRunConfig(const std::string& path, const std::string& text,
                                const Environment& environment);

/// `commit_interval_ms: 0`. A transaction is what a result waits for, a commit what a restart
/// repeats.
constexpr int64_t DefaultCommitIntervalMs(Guarantee guarantee) {
  return guarantee == Guarantee::kExactlyOnce ? 100 : 1'000;
}

}  // namespace aslx
