// Answers that are known now and given later: a function in process that takes its time.
//
// What it is not: the timers of state machines (runtime/worker).
// Who uses it: in-process tasks. Thread: one of its own, begun with the first delayed answer;
// Add from any worker's. Memory: owns the answers that wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "pipeline/tasks/function_integration.h"

namespace aslx {

class DelayedAnswers {
 public:
  DelayedAnswers() = default;
  /// What still waits is never answered.
  ~DelayedAnswers();
  DelayedAnswers(const DelayedAnswers&) = delete;
  DelayedAnswers& operator=(const DelayedAnswers&) = delete;

  void Add(AnswerSink* answers, SuspensionToken token, TaskAnswer answer, int64_t delay_ms);
  /// Drops what waits for there; when it returns nothing comes any more.
  void Forget(const AnswerSink* answers);

 private:
  struct Waiting {
    AnswerSink* answers;
    SuspensionToken token;
    TaskAnswer answer;
  };
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::chrono::steady_clock::time_point, Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace aslx
