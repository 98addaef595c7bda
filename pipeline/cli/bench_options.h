// The options of `aslx bench`: what is measured, what load is put on it, and what is said of it.
//
// What it is not: their meaning (bench_plan.h). Texts are as they were given: what is wrong with
// them is found by RunBench.
// Who uses it: main.cc fills it. Thread: main's. Memory: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aslx {

/// `--in-flight` at most; the same as pipeline/load's kInFlightMax, which is checked.
inline constexpr uint64_t kBenchInFlightMax = 16'777'216;

struct BenchOptions {
  // The subject: one of the first three.
  std::string definition;  // or .aslc
  std::string config;
  bool external = false;
  std::string pipeline;        // of the configuration; empty: the only one
  std::string mock;            // answers of all tasks of `definition`
  std::string workers;         // 1,2,4; empty: as configured, else one a core
  std::string delivery;        // empty: as configured, else at_least_once
  std::optional<int> process;  // of an external subject, whose CPU time is looked at
  // Kafka: where both of the first are missing, all is in process.
  std::string bootstrap;
  bool kafka = false;  // the configuration's own cluster
  std::vector<std::string> properties;
  std::string source_topic;  // empty: one is made
  std::vector<std::string> output_topics;
  bool configured_topics = false;
  uint64_t partitions = 0;  // of topics that are made; 0: by the workers
  int replication = -1;
  // Events.
  std::string event;   // a template, or @FILE
  std::string events;  // NDJSON, or -
  std::string key;     // a template
  std::string correlation = "auto";
  uint64_t seed = 1;
  uint64_t distinct = 10'000;
  // The load.
  std::string rates;  // empty: closed loop
  uint64_t in_flight = 10'000;
  uint64_t count = 0;
  std::string warmup = "2s";
  std::string duration = "10s";
  std::string drain = "10s";
  std::string first_outcome = "60s";
  // The report.
  std::string report = "text";
  std::string json_file;
  std::string html_file;
  bool quiet = false;
};

/// What is wrong with `--bootstrap`; empty: nothing. An empty text is wrong, too: it is somebody's
/// variable that was not set, and no wish to measure in process.
std::string CheckBootstrap(const std::string& brokers);

int RunBench(const BenchOptions& options);

}  // namespace aslx
