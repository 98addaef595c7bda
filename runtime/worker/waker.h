// Ends the sleep of one core: rung by whoever has something for it from another thread.
//
// What it is not: a queue; it says only that looking again is worth while.
// Who uses it: the engine sleeps on it, completion queues and Delivery implementations ring it.
// Thread: Wake() any; the rest the core's own.
// Memory: owns an eventfd.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace aslx {

class Waker {
 public:
  Waker();
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  /// Costs a system call only while the core sleeps.
  void Wake() {
    // Sequentially consistent with Sleep(): either the core sees what was published before this
    // call, or this call sees that the core is about to sleep.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (sleeping_.load(std::memory_order_relaxed)) Ring();
  }

  /// Rings whether the core sleeps or not; safe in a signal handler.
  void Ring();

  /// The eventfd, for libraries that write eight bytes to a descriptor by themselves (librdkafka's
  /// rd_kafka_queue_io_event_enable with a uint64_t of 1).
  int fd() const { return fd_; }

  /// Another descriptor whose readability ends the sleep (standard input).
  void Watch(int fd) { watched_.push_back(fd); }
  void Unwatch(int fd);

  /// From here on Wake() rings. The core looks for work once more before it calls Sleep().
  void PrepareSleep() {
    sleeping_.store(true, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  /// Returns when rung, when a watched descriptor is readable, or after timeout_ms.
  void Sleep(int timeout_ms);
  void CancelSleep() { sleeping_.store(false, std::memory_order_relaxed); }

 private:
  int fd_;
  std::atomic<bool> sleeping_{false};
  std::vector<int> watched_;
};

}  // namespace aslx
