#include "tests/sim/sim_worker.h"

#include <utility>

namespace aslx::sim {
namespace {

DeliverySite MakeSite(World* world, ProcessState* process, WorkerWatch* watch,
                      const int64_t* mono_ns, std::string name, std::function<void()> wake) {
  DeliverySite site;
  site.world = world;
  site.process = process;
  site.watch = watch;
  site.mono_ns = mono_ns;
  site.instance = name;
  site.name = std::move(name);
  site.wake = std::move(wake);
  return site;
}

}  // namespace

SimWorker::SimWorker(World* world, ProcessState* process, const ProcessClock* clock,
                     JournalFile* file, std::string name, std::function<void()> on_turned)
    : world_(world),
      process_(process),
      clock_(clock),
      on_turned_(std::move(on_turned)),
      watch_(world, name),
      site_(MakeSite(world, process, &watch_, &mono_ns_, name, [this] { Wake(); })),
      delivery_(&site_),
      journal_(world, process, file, &watch_, &mono_ns_),
      tasks_(world, process, &journal_, &watch_, &completions_, [this] { Wake(); }) {
  FlowParts parts;
  parts.spec = &process->spec;
  parts.program = world->program;
  parts.delivery = &delivery_;
  parts.gateway = &tasks_;
  parts.completions = &completions_;
  parts.counters = &counters_;
  parts.journal = &journal_;
  parts.worker.executions_max = world->scenario.executions_max;
  parts.worker.seed = world->scenario.seed;
  auto flow = Flow::Create(parts);
  if (!flow) {
    world->story.Break("a pipeline is refused: {}", flow.error().message);
    return;
  }
  flow_ = std::move(*flow);
  Wake();
}

SimWorker::~SimWorker() {
  flow_.reset();
  if (delivery_.held_count() > 0) {
    world_->story.Break("{}: {} records are never released", site_.name, delivery_.held_count());
  }
}

void SimWorker::Wake() {
  Plan(world_->timeline.Between(kMicrosecond, world_->scenario.wake_ns_max));
}

void SimWorker::GoOn() {
  next_turn_ns_ = INT64_MAX;
  Wake();
}

void SimWorker::Plan(int64_t delay_ns) {
  const int64_t at_ns = world_->timeline.now_ns() + delay_ns;
  if (finished_ || at_ns >= next_turn_ns_) return;
  next_turn_ns_ = at_ns;
  world_->timeline.After(delay_ns, lease_, [this, at_ns] {
    if (next_turn_ns_ == at_ns) Turn();
  });
}

void SimWorker::Turn() {
  next_turn_ns_ = INT64_MAX;
  if (finished_ || process_->frozen || process_->dying || flow_ == nullptr) return;
  const int64_t now_ns = world_->timeline.now_ns();
  mono_ns_ = clock_->Monotonic(now_ns);
  const TurnStatus status = flow_->Turn(mono_ns_, clock_->Wall(now_ns));
  if (!process_->dying) {
    tasks_.CheckDeadlines(mono_ns_);
    // While there is more to do, one that was aborted may still have its place.
    if (!status.busy && !status.finished) {
      watch_.TurnEnded(mono_ns_, counters_.executions.value(), delivery_.commit_under_way());
    }
    finished_ = status.finished;
    if (status.busy) {
      // How long a Turn takes; an execution that spins is given few of them.
      Plan(counters_.executions.value() == 0 ? world_->timeline.Between(1, 50) * kMicrosecond
                                             : world_->timeline.Between(1, 20) * kMillisecond);
    } else if (status.next_due_ns != INT64_MAX) {
      const int64_t delay_ns = clock_->Until(status.next_due_ns, now_ns);
      if (delay_ns != INT64_MAX) {
        Plan(delay_ns + world_->timeline.Between(0, 500 * kMicrosecond));
      }
    }
  }
  on_turned_();
}

void SimWorker::Drain() {
  if (flow_ == nullptr) return;
  flow_->Drain();
  Wake();
}

void SimWorker::Die() {
  journal_.Blame();
  delivery_.Abandon();
}

bool SimWorker::idle() const {
  return counters_.in_flight.value() == 0 && counters_.outbox_bytes.value() == 0;
}

void SimWorker::CheckIdle() {
  const std::pair<const char*, uint64_t> empty[] = {
      {"inputs in flight", counters_.in_flight.value()},
      {"bytes of outputs", counters_.outbox_bytes.value()},
      {"bytes in flight", counters_.in_flight_bytes.value()},
      {"executions", counters_.executions.value()},
      {"tasks", counters_.tasks.value()},
      {"blocks of arenas", counters_.arena_blocks.value()},
      {"held inputs", counters_.held.value()},
  };
  for (const auto& [what, count] : empty) {
    if (count > 0) world_->story.Break("{}: {} {} at the end", site_.name, count, what);
  }
}

}  // namespace aslx::sim
