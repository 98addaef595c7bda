#include "tests/sim/fleet.h"

#include <algorithm>
#include <array>

namespace aslx::sim {
namespace {

// In the order of the weights in Fleet::ThrowFault.
enum FaultKind : size_t {
  kCrash,
  kCrashWithin,
  kFreeze,
  kSuspend,
  kTwin,
  kCut,
  kLeave,
  kCork,
  kWallJump,
  kClockRate,
  kRebalance,
  kRefuse,
  kSlowness,
  kFaultKinds,
};

constexpr int64_t kHourNs = 3'600 * kSecond;

}  // namespace

Fleet::Fleet(World* world) : world_(world) {
  for (uint32_t i = 0; i < world->scenario.process_count; ++i) {
    identities_.push_back(std::make_unique<Identity>());
    identities_.back()->name = fmt::format("p{}", i);
    Begin(*identities_.back());
  }
  if (world->scenario.faults.any() > 0) PlanFault();
}

void Fleet::Begin(Identity& identity) {
  identity.processes.push_back(std::make_unique<SimProcess>(
      world_, &identity.journal, identity.name, ++identity.incarnations,
      [this, &identity] { OnEnd(identity); }));
}

void Fleet::OnEnd(Identity& identity) {
  // It is still on the stack.
  world_->timeline.After(0, [this, &identity] {
    std::erase_if(identity.processes, [](const auto& process) { return process->ended(); });
    const bool at_end = world_->input_ends && world_->truth.AllCommitted();
    if (!identity.processes.empty() || draining_ || at_end) return;
    Timeline& timeline = world_->timeline;
    int64_t delay_ns = timeline.Between(10 * kMillisecond, 3 * kSecond);
    if (!healed_ && timeline.Chance(world_->scenario.faults.no_restart_per_mille)) {
      delay_ns += timeline.Between(5, 60) * kSecond;
    }
    timeline.After(delay_ns, [this, &identity] {
      if (identity.processes.empty() && !draining_) Begin(identity);
    });
  });
}

void Fleet::PlanFault() {
  const int64_t interval_ns = world_->scenario.faults.interval_ns;
  world_->timeline.After(world_->timeline.Between(1, 2 * interval_ns), [this] {
    if (healed_) return;
    ThrowFault();
    PlanFault();
  });
}

void Fleet::ThrowFault() {
  const FaultPlan& plan = world_->faults;
  const std::array<uint32_t, kFaultKinds> weights = {
      plan.crash,     plan.crash_within, plan.freeze,  plan.suspend,   plan.twin,
      plan.cut,       plan.leave,        plan.cork,    plan.wall_jump, plan.clock_rate,
      plan.rebalance, plan.refuse,       plan.slowness};
  uint32_t sum = 0;
  for (const uint32_t weight : weights)
    sum += weight;
  if (sum == 0) return;
  uint32_t at = world_->timeline.Below(sum);
  size_t kind = 0;
  while (at >= weights[kind])
    at -= weights[kind++];
  if (kind >= kRebalance) {
    ThrowAtBrokers(kind);
    return;
  }
  Identity* identity = nullptr;
  if (SimProcess* const process = AnyProcess(&identity)) ThrowAt(*identity, *process, kind);
}

SimProcess* Fleet::AnyProcess(Identity** identity) {
  *identity = identities_[world_->timeline.Below(static_cast<uint32_t>(identities_.size()))].get();
  auto& processes = (*identity)->processes;
  if (processes.empty()) return nullptr;
  SimProcess* const process =
      processes[world_->timeline.Below(static_cast<uint32_t>(processes.size()))].get();
  return process->ended() ? nullptr : process;
}

void Fleet::ThrowAt(Identity& identity, SimProcess& process, size_t kind) {
  Timeline& timeline = world_->timeline;
  // Around the session time-out, so that both sides of it come up.
  const int64_t long_ns = timeline.Between(0, 2 * world_->scenario.session_timeout_ns);
  const int64_t short_ns = timeline.Between(1, 2'000) * kMillisecond;
  const int64_t either_ns = timeline.Chance(500) ? long_ns : short_ns;
  switch (kind) {
    case kCrash: process.Die(); return;
    case kCrashWithin: process.DieAtCall(1 + timeline.Below(60)); return;
    case kFreeze: process.Freeze(false, either_ns); return;
    case kSuspend: process.Freeze(true, either_ns); return;
    case kTwin:
      process.Freeze(false, either_ns);
      if (identity.processes.size() == 1) Begin(identity);
      return;
    case kCut: process.Cut(either_ns); return;
    case kLeave: process.Drain(); return;
    case kCork: process.Cork(either_ns); return;
    case kWallJump: process.JumpWall(timeline.Between(-kHourNs, kHourNs)); return;
    case kClockRate: process.SetRate(timeline.Between(800'000, 1'500'000)); return;
    default: return;
  }
}

void Fleet::ThrowAtBrokers(size_t kind) {
  Timeline& timeline = world_->timeline;
  if (kind == kRebalance) {
    world_->group.Rebalance("for no reason");
  } else if (kind == kSlowness) {
    timeline.SetSlowness(timeline.Below(200), timeline.Between(1, 3'000) * kMillisecond);
  } else if (world_->logs.topic_count() > 0) {
    // Dead letters more often than others: there is nothing to put in their place.
    const TopicId topic = timeline.Chance(500) ? world_->logs.Open(kDeadTopic)
                                               : timeline.Below(world_->logs.topic_count());
    world_->story.Tell("broker", "{} takes nothing for a while", world_->logs.NameOf(topic));
    world_->logs.Refuse(topic, true);
    timeline.After(timeline.Between(1, 15'000) * kMillisecond,
                   [this, topic] { world_->logs.Refuse(topic, false); });
  }
}

void Fleet::Heal() {
  healed_ = true;
  world_->story.Tell("faults", "are over");
  world_->faults = {};
  if (world_->pipeline.dead_letters.action == DeadLetterSpec::Action::kStop) {
    // Each process stops at its next failure, or has already, and is started with this.
    world_->story.Tell("operator", "gives the pipeline a topic for dead letters");
    world_->pipeline.dead_letters.action = DeadLetterSpec::Action::kWrite;
  }
  world_->timeline.SetSlowness(0, 0);
  for (TopicId topic = 0; topic < world_->logs.topic_count(); ++topic)
    world_->logs.Refuse(topic, false);
  for (const auto& identity : identities_) {
    for (const auto& process : identity->processes)
      process->Heal();
  }
}

void Fleet::EndInput() {
  world_->story.Tell("events", "have an end");
  world_->input_ends = true;
  for (const auto& identity : identities_) {
    for (const auto& process : identity->processes)
      process->GoOn();
  }
}

void Fleet::Drain() {
  draining_ = true;
  for (const auto& identity : identities_) {
    for (const auto& process : identity->processes)
      process->Drain();
  }
}

bool Fleet::empty() const {
  return std::ranges::all_of(identities_,
                             [](const auto& identity) { return identity->processes.empty(); });
}

bool Fleet::idle() const {
  return std::ranges::all_of(identities_, [](const auto& identity) {
    return std::ranges::all_of(identity->processes,
                               [](const auto& process) { return process->idle(); });
  });
}

void Fleet::CheckIdle() {
  for (const auto& identity : identities_) {
    for (const auto& process : identity->processes)
      process->CheckIdle();
  }
}

}  // namespace aslx::sim
