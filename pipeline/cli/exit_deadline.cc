#include "pipeline/cli/exit_deadline.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "runtime/base/log.h"

namespace aslx {

ExitDeadline::~ExitDeadline() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    disarmed_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ExitDeadline::Arm(int64_t limit_ms, std::function<int()> code) {
  if (thread_.joinable()) return;
  code_ = std::move(code);
  thread_ = std::thread([this, limit_ms] { Run(limit_ms); });
}

void ExitDeadline::Decide(int code) {
  std::lock_guard lock(mutex_);
  decided_ = code;
}

void ExitDeadline::Run(int64_t limit_ms) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, std::chrono::milliseconds(limit_ms), [this] { return disarmed_; }))
    return;
  Log(LogLevel::kWarning, "the drain limit has passed; what still closes is left behind");
  const int code = decided_ ? *decided_ : code_();
  std::fflush(nullptr);
  std::_Exit(code);
}

}  // namespace aslx
