// Ends the process when draining it took its limit: whatever hangs then, hangs without us.
//
// What it is: the last resort behind limits of their own (of executions, commits, the close of a
// client). What it is not: how a process usually ends.
// Who uses it: `aslx run`. Thread: main's; the deadline has a thread of its own.
// Memory: nothing.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace aslx {

class ExitDeadline {
 public:
  ExitDeadline() = default;
  ~ExitDeadline();
  ExitDeadline(const ExitDeadline&) = delete;
  ExitDeadline& operator=(const ExitDeadline&) = delete;

  /// From now on for `limit_ms`. `code` says with which exit code, at that moment and on another
  /// thread. A second call does nothing.
  void Arm(int64_t limit_ms, std::function<int()> code);
  /// Everything has been decided and said; only destruction is left. `code` is not asked any more.
  void Decide(int code);

 private:
  void Run(int64_t limit_ms);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<int()> code_;
  std::optional<int> decided_;
  bool disarmed_ = false;
  std::thread thread_;
};

}  // namespace aslx
