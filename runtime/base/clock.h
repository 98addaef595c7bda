// Time as an interface: read once a Turn, and simulated in tests and under --virtual-time.
//
// Thread: SystemClock any; SimClock its owner's. Units: milliseconds in names that say so; Now()
// and Wall() are nanoseconds.
#pragma once

#include <cstdint>

namespace aslx {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic nanoseconds from an arbitrary start.
  virtual int64_t Now() = 0;
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  virtual int64_t Wall() = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t Now() override;
  int64_t Wall() override;
};

/// Stands still until it is moved.
class SimClock final : public Clock {
 public:
  explicit SimClock(int64_t wall_ns) : wall_start_ns_(wall_ns) {}
  int64_t Now() override { return now_ns_; }
  int64_t Wall() override { return wall_start_ns_ + now_ns_; }
  void Advance(int64_t ns) { now_ns_ += ns; }
  void AdvanceTo(int64_t now_ns) {
    if (now_ns > now_ns_) now_ns_ = now_ns;
  }

 private:
  int64_t wall_start_ns_;
  int64_t now_ns_ = 0;
};

}  // namespace aslx
