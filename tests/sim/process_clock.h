// The clock of one process: its monotonic time may run fast or slow and stand still, its wall clock
// may jump; simulated time goes on evenly beneath.
#pragma once

#include <cstdint>

namespace aslx::sim {

class ProcessClock {
 public:
  explicit ProcessClock(int64_t wall_ns) : wall_ns_(wall_ns) {}

  int64_t Monotonic(int64_t now_ns) const {
    return mono_start_ns_ + Scale(now_ns - start_ns_, rate_ppm_, kEven);
  }
  int64_t Wall(int64_t now_ns) const { return wall_ns_ + now_ns; }
  /// How long until the monotonic clock shows `mono_ns`; INT64_MAX while it stands still.
  int64_t Until(int64_t mono_ns, int64_t now_ns) const {
    const int64_t left_ns = mono_ns - Monotonic(now_ns);
    if (left_ns <= 0) return 0;
    return rate_ppm_ == 0 ? INT64_MAX : Scale(left_ns, kEven, rate_ppm_) + 1;
  }

  /// From now on it runs at this rate, in millionths; 0: it stands still.
  void SetRate(int64_t rate_ppm, int64_t now_ns) {
    mono_start_ns_ = Monotonic(now_ns);
    start_ns_ = now_ns;
    rate_ppm_ = rate_ppm;
  }
  void JumpWall(int64_t ns) { wall_ns_ += ns; }

  static constexpr int64_t kEven = 1'000'000;

 private:
  static int64_t Scale(int64_t ns, int64_t by, int64_t of) {
    return static_cast<int64_t>(static_cast<__int128>(ns) * by / of);
  }

  int64_t wall_ns_;
  int64_t start_ns_ = 0;
  int64_t mono_start_ns_ = 0;
  int64_t rate_ppm_ = kEven;
};

}  // namespace aslx::sim
