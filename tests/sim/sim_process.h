// One simulated process: its workers, its clock, and all that can happen to it.
//
// What it is not: decided when; fleet.h throws the dice. Who uses it: Fleet.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/sim_worker.h"

namespace aslx::sim {

class SimProcess {
 public:
  /// `on_end` is called from inside of it, at most once.
  SimProcess(World* world, JournalFile* file, std::string name, uint32_t incarnation,
             std::function<void()> on_end);
  SimProcess(const SimProcess&) = delete;
  SimProcess& operator=(const SimProcess&) = delete;

  /// Dies at once, or at the nth call of a port from now on.
  void Die();
  void DieAtCall(uint32_t call) { state_.calls_left = call; }
  /// Stops; with `stands` its monotonic clock, too.
  void Freeze(bool stands, int64_t for_ns);
  void Cut(int64_t for_ns);
  void Cork(int64_t for_ns);
  void JumpWall(int64_t ns) { clock_.JumpWall(ns); }
  void SetRate(int64_t rate_ppm);
  void Drain();
  /// Something is there for every worker, and whatever it wanted to do by now is due.
  void GoOn();
  /// Whatever was done to it is over.
  void Heal();

  bool ended() const { return ended_; }
  bool started() const { return started_; }
  bool idle() const;
  void CheckIdle();
  const std::string& name() const { return name_; }

 private:
  void Start();
  void OnTurned();
  void End();

  World* world_;
  JournalFile* file_;
  std::string name_;
  std::function<void()> on_end_;
  Lease lease_;
  ProcessState state_;
  ProcessClock clock_;
  std::vector<uint32_t> epochs_;  // of the transactional ids that have answered
  std::vector<std::unique_ptr<SimWorker>> workers_;
  bool started_ = false;
  bool draining_ = false;
  bool ended_ = false;
};

}  // namespace aslx::sim
