// Simulated time: what will happen when, one thing at a time, and the dice that all of a seed's
// chances come from.
//
// What it is not: the clock of a process (process_clock.h), which may run slow, jump, or stand
// still against this one. Who uses it: every part of the simulation. Memory: owns what is still to
// happen.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "runtime/base/random.h"

namespace aslx::sim {

inline constexpr int64_t kMicrosecond = 1'000;
inline constexpr int64_t kMillisecond = 1'000'000;
inline constexpr int64_t kSecond = 1'000'000'000;

/// Held by whoever may end before what it has planned; what it planned then does not happen.
class Lease {
 public:
  std::weak_ptr<const bool> watch() const { return life_; }

 private:
  std::shared_ptr<const bool> life_ = std::make_shared<const bool>(true);
};

class Timeline {
 public:
  using Action = std::function<void()>;

  explicit Timeline(uint64_t seed) : random_(seed) {}
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  int64_t now_ns() const { return now_ns_; }
  uint64_t step() const { return step_; }

  void After(int64_t delay_ns, Action action) {
    planned_.push({now_ns_ + (delay_ns < 0 ? 0 : delay_ns), ++sequence_, std::move(action)});
  }
  void After(int64_t delay_ns, const Lease& lease, Action action) {
    After(delay_ns, [life = lease.watch(), act = std::move(action)] {
      if (!life.expired()) act();
    });
  }

  /// The next thing happens; false when nothing is planned.
  bool Step() {
    if (planned_.empty()) return false;
    const Plan plan = planned_.top();
    planned_.pop();
    now_ns_ = plan.at_ns;
    ++step_;
    plan.action();
    return true;
  }

  bool Chance(uint32_t per_mille) { return per_mille > 0 && random_.Below(1'000) < per_mille; }
  /// Both ends included.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(high - low) + 1));
  }
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_.Below(bound)); }
  /// A way through the network and back: mostly short, now and then very long.
  int64_t Latency() {
    const int64_t usual = Between(50 * kMicrosecond, 3 * kMillisecond);
    if (!Chance(slow_per_mille_)) return usual;
    return usual + Between(0, slow_ns_max_);
  }
  void SetSlowness(uint32_t per_mille, int64_t ns_max) {
    slow_per_mille_ = per_mille;
    slow_ns_max_ = ns_max;
  }

 private:
  struct Plan {
    int64_t at_ns;
    uint64_t sequence;
    Action action;
    bool operator<(const Plan& other) const {
      return at_ns != other.at_ns ? at_ns > other.at_ns : sequence > other.sequence;
    }
  };

  Random random_;
  int64_t now_ns_ = 0;
  uint64_t sequence_ = 0;
  uint64_t step_ = 0;
  uint32_t slow_per_mille_ = 0;
  int64_t slow_ns_max_ = 0;
  std::priority_queue<Plan> planned_;
};

}  // namespace aslx::sim
