#include "tests/sim/sim_process.h"

#include <algorithm>
#include <utility>

namespace aslx::sim {
namespace {

constexpr int64_t kWallStartNs = 1'700'000'000 * kSecond;
constexpr int64_t kAskAgainNs = 20 * kMillisecond;

}  // namespace

SimProcess::SimProcess(World* world, JournalFile* file, std::string name, uint32_t incarnation,
                       std::function<void()> on_end)
    : world_(world),
      file_(file),
      name_(std::move(name)),
      on_end_(std::move(on_end)),
      clock_(kWallStartNs) {
  state_.spec = world->pipeline;
  state_.incarnation = incarnation;
  world_->story.Tell(name_, "starts, incarnation {}", incarnation);
  world_->timeline.After(world_->timeline.Latency(), lease_, [this] { Start(); });
}

void SimProcess::Start() {
  if (ended_) return;
  const uint32_t count = world_->scenario.workers_per_process;
  const auto id = [this](size_t worker) { return fmt::format("{}.{}", name_, worker); };
  while (world_->scenario.exactly_once() && epochs_.size() < count) {
    uint32_t epoch = 0;
    const bool answered =
        state_.reaches_brokers() &&
        world_->transactions.Init(id(epochs_.size()), &epoch) == Transactions::Answer::kGood;
    if (!answered) {
      world_->timeline.After(kAskAgainNs, lease_, [this] { Start(); });
      return;
    }
    epochs_.push_back(epoch);
  }
  started_ = true;
  for (uint32_t worker = 0; worker < count; ++worker) {
    workers_.push_back(std::make_unique<SimWorker>(world_, &state_, &clock_, file_, id(worker),
                                                   [this] { OnTurned(); }));
    if (!epochs_.empty()) workers_.back()->SetEpoch(epochs_[worker]);
  }
  if (draining_) Drain();
}

void SimProcess::OnTurned() {
  if (ended_) return;
  if (state_.dying) {
    world_->story.Tell(name_, "dies in the middle of a Turn");
    End();
    return;
  }
  bool all = true;
  bool failed = false;
  for (const auto& worker : workers_) {
    all = all && worker->finished();
    const Error* const failure = worker->finished() ? worker->failure() : nullptr;
    if (failure == nullptr) continue;
    failed = true;
    const bool stops = state_.spec.dead_letters.action == DeadLetterSpec::Action::kStop &&
                       failure->kind == ErrorKind::kData;
    if (failure->kind != ErrorKind::kUnknownOutcome && !stops) {
      world_->story.Break("{}: a worker ends with: {}", name_, failure->message);
    }
  }
  if (all) {
    world_->story.Tell(name_, "ends");
    if (world_->input_ends && !failed && !world_->truth.AllCommitted()) {
      world_->story.Break("{} ends by itself, and not everything is done: {}", name_,
                          world_->truth.FirstUncovered());
    }
    ended_ = true;
    on_end_();
  } else if (failed && !draining_) {
    Drain();
  }
}

void SimProcess::Die() {
  if (ended_) return;
  world_->story.Tell(name_, "dies");
  state_.dying = true;
  End();
}

void SimProcess::End() {
  ended_ = true;
  for (const auto& worker : workers_)
    worker->Die();
  on_end_();
}

void SimProcess::Freeze(bool stands, int64_t for_ns) {
  if (state_.frozen || ended_) return;
  world_->story.Tell(name_, "{} for {} ms", stands ? "is suspended" : "is stopped",
                     for_ns / kMillisecond);
  state_.frozen = true;
  if (stands) clock_.SetRate(0, world_->timeline.now_ns());
  world_->timeline.After(for_ns, lease_, [this, stands] {
    if (stands) clock_.SetRate(ProcessClock::kEven, world_->timeline.now_ns());
    state_.frozen = false;
    world_->story.Tell(name_, "goes on");
    GoOn();
  });
}

void SimProcess::Cut(int64_t for_ns) {
  world_->story.Tell(name_, "is cut off for {} ms", for_ns / kMillisecond);
  state_.cut = true;
  world_->timeline.After(for_ns, lease_, [this] {
    state_.cut = false;
    GoOn();
  });
}

void SimProcess::Cork(int64_t for_ns) {
  world_->story.Tell(name_, "has a full producer for {} ms", for_ns / kMillisecond);
  state_.corked = true;
  world_->timeline.After(for_ns, lease_, [this] {
    state_.corked = false;
    GoOn();
  });
}

void SimProcess::SetRate(int64_t rate_ppm) {
  if (state_.frozen) return;
  clock_.SetRate(rate_ppm, world_->timeline.now_ns());
  GoOn();
}

void SimProcess::GoOn() {
  for (const auto& worker : workers_)
    worker->GoOn();
}

void SimProcess::Drain() {
  if (!draining_) world_->story.Tell(name_, "drains");
  draining_ = true;
  for (const auto& worker : workers_)
    worker->Drain();
}

void SimProcess::Heal() {
  state_.cut = state_.corked = false;
  state_.calls_left = 0;
  SetRate(ProcessClock::kEven);
  GoOn();
}

bool SimProcess::idle() const {
  return std::ranges::all_of(workers_, [](const auto& worker) { return worker->idle(); });
}

void SimProcess::CheckIdle() {
  for (const auto& worker : workers_)
    worker->CheckIdle();
}

}  // namespace aslx::sim
