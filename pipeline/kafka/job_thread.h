// A thread of one worker for calls of librdkafka that block: it is handed one job at a time, and
// rings the worker when it is through.
//
// What it is not: a queue, or a pool.
// Who uses it: KafkaTransaction. Thread: the worker's; it is started on the worker's core and so
// inherits it. Memory: a thread that hangs is left behind with what its job refers to.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "runtime/worker/waker.h"

namespace aslx {

class JobThread {
 public:
  using Job = std::function<void()>;

  explicit JobThread(Waker* waker);
  /// Waits for a job under way; WaitFor and Abandon come first where it may hang.
  ~JobThread();
  JobThread(const JobThread&) = delete;
  JobThread& operator=(const JobThread&) = delete;

  /// Only while not busy().
  void Start(Job job);
  /// From Start until TakeDone has returned true.
  bool busy() const { return busy_; }
  /// True once after a job's end.
  bool TakeDone();
  /// Waits for the job's end; TakeDone still tells it. False after timeout_ms without it.
  bool WaitFor(int64_t timeout_ms);
  /// The thread is on its own from here on; nothing may be started any more.
  void Abandon();

 private:
  struct Shared;
  static void Run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  bool busy_ = false;
  std::thread thread_;
};

}  // namespace aslx
