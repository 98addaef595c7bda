// The simulator: seeds in, findings out. SCRIPTS' forms of it are those of run.sh.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <unistd.h>

#include "tests/sim/machine.h"
#include "tests/sim/simulation.h"

namespace aslx::sim {
namespace {

struct Options {
  uint64_t seeds = 0;
  uint64_t from = 1;
  uint64_t seed = 0;
  bool trace = false;
  bool stop_at_first = false;
  uint32_t threads = 2;
  std::string mutation;
  std::optional<Guarantee> guarantee;
};

/// What a signal handler can see: which seed this thread is at.
thread_local uint64_t current_seed = 0;
std::string mutation_of_all;

void ShowFinding(const std::string& finding, uint64_t seed) {
  fmt::print(stderr, "{}\n  replay: tests/sim/run.sh --seed {} --trace\n", finding, seed);
}

/// An assertion of the product, or worse, is a finding as any other.
void OnCrash(int signal) {
  ShowFinding(fmt::format("seed {}: the product ends with signal {}", current_seed, signal),
              current_seed);
  if (!mutation_of_all.empty()) {
    fmt::print("mutation {}: found at seed {}\n", mutation_of_all, current_seed);
  }
  std::fflush(nullptr);
  _exit(1);
}

class Range {
 public:
  Range(const Options& options, std::shared_ptr<const Program> machine)
      : options_(options), machine_(std::move(machine)), next_(options.from) {}

  int Run() {
    std::vector<std::thread> threads;
    for (uint32_t i = 0; i < options_.threads; ++i)
      threads.emplace_back([this] { Work(); });
    for (std::thread& thread : threads)
      thread.join();
    if (!options_.mutation.empty()) {
      if (violations_ == 0) {
        fmt::print("mutation {}: not found in {} seeds\n", options_.mutation, options_.seeds);
        return 0;
      }
      fmt::print("mutation {}: found at seed {}\n", options_.mutation, first_found_);
      return 1;
    }
    fmt::print("simulation: {} seeds, {} violations, digest {:016x}\n", options_.seeds, violations_,
               digest_);
    return violations_ == 0 ? 0 : 1;
  }

 private:
  void Work() {
    for (uint64_t seed = next_++; seed < options_.from + options_.seeds; seed = next_++) {
      if (options_.stop_at_first && stopped_) return;
      current_seed = seed;
      const SeedReport report = Simulate(seed, machine_, options_.guarantee, nullptr);
      const std::lock_guard lock(mutex_);
      // Independent of which thread has which seed.
      digest_ += (report.digest ^ seed) * 0x9E3779B97F4A7C15u;
      if (report.finding.empty()) continue;
      ++violations_;
      stopped_ = true;
      first_found_ = std::min(first_found_, seed);
      ShowFinding(report.finding, seed);
    }
  }

  const Options& options_;
  std::shared_ptr<const Program> machine_;
  std::atomic<uint64_t> next_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  uint64_t digest_ = 0;
  uint64_t violations_ = 0;
  uint64_t first_found_ = UINT64_MAX;
};

int RunOneSeed(const Options& options, std::shared_ptr<const Program> machine) {
  current_seed = options.seed;
  const SeedReport report =
      Simulate(options.seed, machine, options.guarantee, options.trace ? stdout : nullptr);
  if (!report.finding.empty()) ShowFinding(report.finding, options.seed);
  fmt::print("simulation: 1 seeds, {} violations, digest {:016x}\n", report.finding.empty() ? 0 : 1,
             report.digest);
  return report.finding.empty() ? 0 : 1;
}

int Main(int argc, char** argv) {
  Options options;
  std::string guarantee;
  CLI::App app("Runs pipelines in simulated worlds that seeds decide, and checks their promises.");
  app.add_option("--seeds", options.seeds, "how many seeds");
  app.add_option("--from", options.from, "the first of them");
  app.add_option("--seed", options.seed, "this seed alone");
  app.add_flag("--trace", options.trace, "with --seed: what happens, a line a step");
  app.add_option("--threads", options.threads, "how many at once");
  app.add_flag("--stop", options.stop_at_first, "stop at the first finding");
  app.add_option("--mutation", options.mutation, "the seeded bug that this program has");
  app.add_option("--guarantee", guarantee, "at_least_once or exactly_once, whatever the seed says")
      ->check(CLI::IsMember({"at_least_once", "exactly_once"}));
  CLI11_PARSE(app, argc, argv);
  if (guarantee == "at_least_once") options.guarantee = Guarantee::kAtLeastOnce;
  if (guarantee == "exactly_once") options.guarantee = Guarantee::kExactlyOnce;
  if ((options.seeds == 0) == (options.seed == 0)) {
    fmt::print(stderr, "expected either --seeds N or --seed S, from 1 on\n");
    return 2;
  }
  mutation_of_all = options.mutation;
  options.stop_at_first = options.stop_at_first || !options.mutation.empty();
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, OnCrash);
  const std::shared_ptr<const Program> machine = SimulatedMachine();
  if (options.seed != 0) return RunOneSeed(options, machine);
  return Range(options, machine).Run();
}

}  // namespace
}  // namespace aslx::sim

int main(int argc, char** argv) {
  return aslx::sim::Main(argc, argv);
}
