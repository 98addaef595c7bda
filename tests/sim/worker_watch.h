// What one worker may do and may not: what it holds, what it executes when and in which order.
//
// What it is not: the outcome of events, which is the same whoever makes it (truth.h).
// Who uses it: the parts around one Flow tell it what Flow does.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace aslx::sim {

class WorkerWatch {
 public:
  WorkerWatch(World* world, std::string name) : world_(world), name_(std::move(name)) {}
  WorkerWatch(const WorkerWatch&) = delete;
  WorkerWatch& operator=(const WorkerWatch&) = delete;

  void Assigned(int32_t partition);
  /// Flow learns that it has to give back all that it has.
  void Revoked(int64_t mono_ns) { revoked_ns_ = mono_ns; }
  void Released(int32_t partition);
  bool Owns(int32_t partition) const { return partitions_.contains(partition); }

  void Polled(InputId input);
  /// One stretch of running begins.
  void Entered(InputId input, int64_t mono_ns);
  void TaskBegan(InputId input);
  void TaskEnded(InputId input);
  void Produced(const OutputFacts& output);
  /// Flow learns that it failed or was refused: it may be sent again.
  void NotWritten(const OutputFacts& output);
  /// Flow learns that its commit is durable.
  void Committed();
  /// After a Turn with nothing more to do: how many executions are alive, and whether a commit or
  /// an abort has no answer yet.
  void TurnEnded(int64_t mono_ns, uint64_t executions, bool commit_under_way);

 private:
  struct Instance {
    bool was_covered = false;  // before this assignment: not to be executed
    bool polled = false;
    bool closed = false;  // committed in this assignment
    bool started = false;
    bool produced = false;
    bool has_dead_letter = false;  // sent, and not known to have failed
    int64_t started_ns = 0;
    uint32_t tasks = 0;
  };
  struct Lane {
    int64_t last_started = -1;
    int64_t last_produced = -1;
  };
  struct Owned {
    std::vector<Instance> instances;  // by index
    std::map<std::string, Lane> lanes;
  };

  Instance* Find(InputId input);
  Lane* LaneOf(InputId input);
  const std::string& OriginOf(InputId input) const { return world_->truth.PlanOf(input).origin; }

  World* world_;
  std::string name_;
  std::map<int32_t, Owned> partitions_;
  int64_t revoked_ns_ = INT64_MAX;
  uint64_t open_count_ = 0;             // polled, and not committed yet as far as Flow knows
  std::map<InputId, int64_t> running_;  // since when, on the process's clock
};

}  // namespace aslx::sim
