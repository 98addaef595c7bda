// A number that one thread writes and any thread may read.
//
// What it is not: for several writers.
// Thread: one writer; any reader. Relaxed: each number stands for itself.
#pragma once

#include <atomic>
#include <cstdint>

namespace aslx {

class Counter {
 public:
  void Add(uint64_t count = 1) {
    // One writer: no read-modify-write needed.
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  void Set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace aslx
