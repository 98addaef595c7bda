// What `aslx run` says while it works: a line that is rewritten on a terminal, and a summary.
//
// What it is not: metrics.
// Thread: main's. Memory: owns nothing but the last figures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/cli/pipeline_core.h"

namespace aslx {

/// The sum over all workers of one pipeline.
struct RunTotals {
  uint64_t received = 0;
  uint64_t succeeded = 0;
  uint64_t failed = 0;  // executions that failed or timed out, events that are no input
  uint64_t dropped = 0;
  uint64_t written = 0;
  uint64_t written_bytes = 0;
  uint64_t dead_letters = 0;
  uint64_t in_flight = 0;
  uint64_t held = 0;
  uint64_t lag = 0;
};
RunTotals TotalsOf(const PipelinePlan& plan);

class RunProgress {
 public:
  /// `shown`: standard error is a terminal and nobody asked for quiet.
  RunProgress(const std::vector<PipelinePlan>* plans, bool shown, int64_t now_ns)
      : plans_(plans), shown_(shown), begin_ns_(now_ns), last_ns_(now_ns) {}

  /// Rewrites the line, about once a second.
  void Show(int64_t now_ns);
  /// Something else is to be printed.
  void EndLine();
  /// One line a pipeline, at the end.
  void Summarise(int64_t now_ns);

 private:
  const std::vector<PipelinePlan>* plans_;
  bool shown_;
  bool line_open_ = false;
  int64_t begin_ns_;
  int64_t last_ns_;
  uint64_t last_received_ = 0;
};

}  // namespace aslx
