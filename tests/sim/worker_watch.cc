#include "tests/sim/worker_watch.h"

#include "tests/sim/machine.h"

namespace aslx::sim {
namespace {

constexpr int64_t kExecutionNsMax = kMachineTimeoutSeconds * kSecond;
// Timers fire on whole milliseconds.
constexpr int64_t kTimerNs = 2 * kMillisecond;

}  // namespace

void WorkerWatch::Assigned(int32_t partition) {
  Owned& owned = partitions_[partition];
  const size_t count = world_->logs.EventsOf(partition).size();
  owned.instances.resize(count);
  for (uint32_t index = 0; index < count; ++index)
    owned.instances[index].was_covered = world_->truth.Covered({partition, index});
}

void WorkerWatch::Released(int32_t partition) {
  const auto owned = partitions_.find(partition);
  if (owned == partitions_.end()) return;
  for (const Instance& instance : owned->second.instances) {
    if (instance.polled && !instance.closed) --open_count_;
  }
  partitions_.erase(owned);
  if (partitions_.empty()) revoked_ns_ = INT64_MAX;
  std::erase_if(running_, [&](const auto& run) { return run.first.partition == partition; });
}

WorkerWatch::Instance* WorkerWatch::Find(InputId input) {
  const auto owned = partitions_.find(input.partition);
  return owned == partitions_.end() ? nullptr : &owned->second.instances[input.index];
}

WorkerWatch::Lane* WorkerWatch::LaneOf(InputId input) {
  if (!world_->scenario.is_ordered()) return nullptr;
  const InputPlan& plan = world_->truth.PlanOf(input);
  const bool by_key = world_->scenario.spec.ordering == Ordering::kKey;
  return &partitions_[input.partition].lanes[by_key && plan.has_key ? plan.key : ""];
}

void WorkerWatch::Polled(InputId input) {
  Instance& instance = *Find(input);
  if (instance.polled) {
    world_->story.Break("{}: {} is read a second time in one assignment", name_, OriginOf(input));
  }
  instance.polled = true;
  if (instance.was_covered) {
    instance.closed = true;
    return;
  }
  ++open_count_;
  if (open_count_ > world_->scenario.spec.window.records_max) {
    world_->story.Break("{}: {} records are in flight or done and not committed, its window has {}",
                        name_, open_count_, world_->scenario.spec.window.records_max);
  }
}

void WorkerWatch::Entered(InputId input, int64_t mono_ns) {
  Instance* const instance = Find(input);
  const std::string& origin = OriginOf(input);
  if (instance == nullptr || !instance->polled) {
    world_->story.Break("{}: {} is executed, and is not its own", name_, origin);
    return;
  }
  if (instance->was_covered) {
    world_->story.Break("{}: {} is executed, and was done before", name_, origin);
  }
  if (!instance->started) {
    instance->started = true;
    instance->started_ns = mono_ns;
    running_[input] = mono_ns;
  } else if (mono_ns > instance->started_ns + kExecutionNsMax + kTimerNs) {
    world_->story.Break("{}: {} is executed {} ms after its start", name_, origin,
                        (mono_ns - instance->started_ns) / kMillisecond);
  }
  Lane* const lane = LaneOf(input);
  if (lane == nullptr) return;
  if (lane->last_started > input.index) {
    world_->story.Break("{}: {} is executed after {}/{} of its lane has begun", name_, origin,
                        input.partition, lane->last_started);
  }
  if (lane->last_started >= 0 && lane->last_started < input.index) {
    const InputId last{input.partition, static_cast<uint32_t>(lane->last_started)};
    if (Find(last)->tasks > 0) {
      world_->story.Break("{}: {} begins while {} of its lane still calls a task", name_, origin,
                          OriginOf(last));
    }
  }
  lane->last_started = input.index;
}

void WorkerWatch::TaskBegan(InputId input) {
  if (Instance* const instance = Find(input)) ++instance->tasks;
}

void WorkerWatch::TaskEnded(InputId input) {
  Instance* const instance = Find(input);
  if (instance != nullptr && instance->tasks > 0) --instance->tasks;
}

void WorkerWatch::Produced(const OutputFacts& output) {
  Instance* const instance = Find(output.input);
  const std::string& origin = OriginOf(output.input);
  if (instance == nullptr || !instance->polled) {
    world_->story.Break("{}: an output of {} is sent, which is not its own (any more)", name_,
                        origin);
    return;
  }
  if (instance->was_covered) {
    world_->story.Break("{}: an output of {} is sent, which was done before", name_, origin);
  }
  // Exactly once it is sent again after an abort.
  if (output.dead_letter && std::exchange(instance->has_dead_letter, true) &&
      !world_->scenario.exactly_once()) {
    world_->story.Break("{}: a second dead letter of {} is sent", name_, origin);
  }
  if (std::exchange(instance->produced, true)) return;
  running_.erase(output.input);
  Lane* const lane = LaneOf(output.input);
  if (lane == nullptr) return;
  if (lane->last_produced > output.input.index) {
    world_->story.Break("{}: {} is sent after {}/{} of its lane", name_, origin,
                        output.input.partition, lane->last_produced);
  }
  lane->last_produced = output.input.index;
}

void WorkerWatch::NotWritten(const OutputFacts& output) {
  Instance* const instance = Find(output.input);
  if (output.dead_letter && instance != nullptr) instance->has_dead_letter = false;
}

void WorkerWatch::Committed() {
  for (auto& [partition, owned] : partitions_) {
    for (uint32_t index = 0; index < owned.instances.size(); ++index) {
      Instance& instance = owned.instances[index];
      if (!instance.polled || instance.closed) continue;
      if (!world_->truth.Covered({partition, index})) continue;
      instance.closed = true;
      --open_count_;
    }
  }
}

void WorkerWatch::TurnEnded(int64_t mono_ns, uint64_t executions, bool commit_under_way) {
  // Only a transaction that is just ending keeps them longer.
  const int64_t limit_ns = world_->scenario.spec.revoke_limit_ms * kMillisecond;
  const bool ending = commit_under_way && world_->scenario.exactly_once();
  if (revoked_ns_ != INT64_MAX && mono_ns >= revoked_ns_ + limit_ns && !ending) {
    world_->story.Break("{}: still has {} partitions {} ms after they were revoked", name_,
                        partitions_.size(), (mono_ns - revoked_ns_) / kMillisecond);
  }
  std::erase_if(running_,
                [&](const auto& run) { return run.second + kExecutionNsMax + kTimerNs < mono_ns; });
  if (executions > running_.size()) {
    world_->story.Break("{}: {} executions are alive, at most {} can be", name_, executions,
                        running_.size());
  }
}

}  // namespace aslx::sim
