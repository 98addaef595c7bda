// One worker and two, each pinned to a core with an engine of its own: iot/threads:N.
//
// Every iteration is one event, as in bench_workloads.cc. Real time is measured: what threads that
// share nothing but a Program lose to each other shows in nothing else.
#include <memory>

#include <benchmark/benchmark.h>
#include <pthread.h>
#include <sched.h>

#include "bench/inprocess/way.h"
#include "runtime/base/check.h"
#include "runtime/program/program.h"

namespace aslx::bench {
namespace {

void PinTo(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  ASLX_CHECK(pthread_setaffinity_np(pthread_self(), sizeof cores, &cores) == 0);
}

void Iot(benchmark::State& state) {
  PinTo(state.thread_index());
  // The events, too, are the worker's own: a fetch is read by one core.
  const Workload workload = Workload::Load(DefaultFolder(), "iot-300B");
  // The one thing that they share, as the workers of a process do.
  static const std::shared_ptr<const Program> program = LoadProgram(workload.definition());
  const auto way = MakeEngine(program);
  size_t next = 0;
  for (auto _ : state) {
    std::string_view result = way->Run(workload.events()[next]);
    benchmark::DoNotOptimize(result);
    if (++next == workload.events().size()) next = 0;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(Iot)->Name("iot")->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
}  // namespace aslx::bench

BENCHMARK_MAIN();
