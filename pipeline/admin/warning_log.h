// Warnings of one worker's pipeline in the log, a few at a time.
//
// What it is: a limit of lines in a window of time, and a count of those above it. What it is not:
// the log (runtime/base/log.h), or a metric (FlowCounters::warnings counts them all).
// Who uses it: CoreStatus. Thread: the worker's. Memory: owns its prefix.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace aslx {

class WarningLog {
 public:
  using Write = std::function<void(const std::string& line)>;

  /// A broker that is gone makes a warning an output: enough lines to see what there is, few enough
  /// to read.
  static constexpr uint32_t kLinesMax = 10;
  static constexpr int64_t kWindowNs = 10'000'000'000;

  /// Lines begin with `prefix`.
  WarningLog(std::string prefix, Write write)
      : prefix_(std::move(prefix)), write_(std::move(write)) {}

  void Warn(std::string_view what, std::string_view reason, int64_t now_ns);
  /// Says how many were left out once their window is over. Called now and then.
  void Tick(int64_t now_ns);

 private:
  std::string prefix_;
  Write write_;
  int64_t window_end_ns_ = INT64_MIN;
  uint32_t lines_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace aslx
