#include "tests/sim/simulation.h"

#include "tests/sim/fleet.h"

namespace aslx::sim {
namespace {

// Nothing takes so long once the faults are over: sixty records, one at a time, a minute each.
constexpr int64_t kRestNsMax = 3 * 3'600 * kSecond;
constexpr uint64_t kStepsMax = 2'000'000;
// Longer than a process can stay away, and a member be missed.
constexpr int64_t kReturnNsMax = 180 * kSecond;
constexpr int64_t kDrainNsMax = 60 * kSecond;

class Simulation {
 public:
  Simulation(const Scenario& scenario, std::shared_ptr<const Program> machine, std::FILE* trace)
      : world_(scenario, std::move(machine), trace) {
    world_.faults = scenario.faults;
    Introduce();
    fleet_.emplace(&world_);
  }

  SeedReport Run() {
    RunUntil(world_.scenario.chaos_ns, [] { return false; });
    if (!world_.story.broken()) Recover();
    if (!world_.story.broken()) {
      world_.truth.CheckEnd();
      world_.logs.CheckOrder();
    }
    // What processes hold is checked when they go.
    const uint64_t steps = world_.timeline.step();
    fleet_.reset();
    return {world_.story.digest(), steps, world_.story.finding()};
  }

 private:
  void Introduce() {
    const Scenario& scenario = world_.scenario;
    const PipelineSpec& spec = scenario.spec;
    static constexpr const char* kOrderings[] = {"none", "key", "partition"};
    world_.story.Tell("seed", "{}: {}, ordering {}, {} processes of {} workers, {} members",
                      scenario.seed, scenario.exactly_once() ? "exactly once" : "at least once",
                      kOrderings[static_cast<size_t>(spec.ordering)], scenario.process_count,
                      scenario.workers_per_process, scenario.static_members ? "static" : "dynamic");
    world_.story.Tell("seed", "{} partitions, window {} ({} a partition), commits every {} ms",
                      scenario.inputs.size(), spec.window.records_max,
                      spec.window.partition_records_max, spec.commit_interval_ms);
    for (const auto& log : scenario.inputs) {
      for (const InputPlan& input : log) {
        world_.story.Tell("event", "{} at offset {}: {} key {} payload {}{}", input.origin,
                          input.offset, NameOf(input.deed), input.key, input.payload,
                          input.poison ? ", kills who executes it" : "");
      }
    }
  }

  template <typename Done>
  void RunUntil(int64_t until_ns, Done done) {
    while (!world_.story.broken() && world_.timeline.now_ns() < until_ns && !done()) {
      if (!world_.timeline.Step()) return;
      if (world_.timeline.step() > kStepsMax) world_.story.Break("it does not come to rest");
    }
  }

  void Recover() {
    fleet_->Heal();
    if (world_.scenario.input_ends) {
      // Until everyone is back and the group has come to rest.
      RunUntil(world_.timeline.now_ns() + kReturnNsMax, [] { return false; });
      fleet_->EndInput();
      RunUntil(world_.timeline.now_ns() + kRestNsMax,
               [this] { return world_.truth.AllCommitted() && fleet_->empty(); });
      CheckAllCommitted();
      if (!world_.story.broken() && !fleet_->empty()) {
        world_.story.Break("a process does not end though its input has ended");
      }
      return;
    }
    RunUntil(world_.timeline.now_ns() + kRestNsMax,
             [this] { return world_.truth.AllCommitted() && fleet_->idle(); });
    CheckAllCommitted();
    if (world_.story.broken()) return;
    fleet_->CheckIdle();
    fleet_->Drain();
    RunUntil(world_.timeline.now_ns() + kDrainNsMax,
             [this] { return fleet_->empty() && world_.transactions.idle(); });
    if (!world_.story.broken() && !fleet_->empty()) {
      world_.story.Break("a process that was asked to drain does not end");
    }
  }

  void CheckAllCommitted() {
    if (world_.story.broken() || world_.truth.AllCommitted()) return;
    world_.story.Break("long after the last fault not everything is done: {}",
                       world_.truth.FirstUncovered());
  }

  World world_;
  std::optional<Fleet> fleet_;
};

}  // namespace

SeedReport Simulate(uint64_t seed, std::shared_ptr<const Program> machine,
                    std::optional<Guarantee> guarantee, std::FILE* trace) {
  const Scenario scenario = MakeScenario(seed, guarantee);
  return Simulation(scenario, std::move(machine), trace).Run();
}

}  // namespace aslx::sim
