#include "pipeline/kafka/job_thread.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "runtime/base/check.h"

namespace aslx {

/// Shared with a thread that may outlive its JobThread.
struct JobThread::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  Waker* waker = nullptr;  // null once abandoned
  Job job;
  bool done = false;
  bool stopping = false;
};

JobThread::JobThread(Waker* waker) : shared_(std::make_shared<Shared>()) {
  shared_->waker = waker;
  thread_ = std::thread([shared = shared_] { Run(shared); });
}

JobThread::~JobThread() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->stopping = true;
  }
  shared_->changed.notify_all();
  thread_.join();
}

void JobThread::Run(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->job != nullptr || shared->stopping; });
    if (shared->job == nullptr) return;
    Job job = std::exchange(shared->job, nullptr);
    lock.unlock();
    job();
    job = nullptr;  // what it holds goes before the worker hears of the end
    lock.lock();
    shared->done = true;
    shared->changed.notify_all();
    if (shared->waker != nullptr) shared->waker->Ring();
  }
}

void JobThread::Start(Job job) {
  ASLX_CHECK(!busy_ && thread_.joinable());
  busy_ = true;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->job = std::move(job);
  }
  shared_->changed.notify_all();
}

bool JobThread::TakeDone() {
  if (!busy_) return false;
  std::lock_guard lock(shared_->mutex);
  if (!std::exchange(shared_->done, false)) return false;
  busy_ = false;
  return true;
}

bool JobThread::WaitFor(int64_t timeout_ms) {
  if (!busy_) return true;
  std::unique_lock lock(shared_->mutex);
  return shared_->changed.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                                   [&] { return shared_->done; });
}

void JobThread::Abandon() {
  {
    std::lock_guard lock(shared_->mutex);
    shared_->waker = nullptr;
    shared_->stopping = true;
  }
  thread_.detach();
}

}  // namespace aslx
