// What `aslx bench` was asked, made of its options: the configuration of its pipeline, the topics
// between which it lies, the events and the steps of the load.
//
// What it is not: anything that runs (bench_subject.h, pipeline/load).
// Who uses it: bench_command.cc. Thread: main's. Memory: plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/cli/bench_options.h"
#include "pipeline/config/run_config.h"
#include "pipeline/load/correlation.h"
#include "pipeline/load/event_pool.h"
#include "pipeline/load/load_step.h"
#include "runtime/base/result.h"

namespace aslx {

enum class BenchMode : uint8_t { kInProcess, kKafka, kExternal };

struct BenchPlan {
  BenchMode mode = BenchMode::kInProcess;
  /// Of the subject, its only pipeline already between the topics below. An external one has no
  /// pipeline.
  RunConfig config;
  Correlation correlation = Correlation::kKey;
  std::optional<EventPool> pool;
  std::vector<LoadStep> steps;
  std::vector<uint64_t> worker_counts;  // empty: external
  int64_t drain_ns = 0;
  int64_t first_outcome_ns = 0;
  bool lacks_functions = false;  // a definition without --mock
  // Not in process.
  std::string run_name;  // names what is made for this run alone
  std::string source_topic;
  std::vector<std::string> output_topics;
  std::vector<std::string> made_topics;
  int partitions = 0;
  // For the report.
  std::string title;
  std::string events_text;
};

/// All that can be wrong is found here, before anything is opened.
Result<BenchPlan> MakeBenchPlan(const BenchOptions& options);

}  // namespace aslx
