// Every workload at every size, in every way that it was written: WAY/WORKLOAD-SIZE.
//
// Input: the folder that bench/workloads/write.py makes. Each iteration is one event, the next of
// up to a thousand, from its bytes in memory to the result's bytes in a buffer. Left out: Kafka,
// threads, cold memory. Before anything is timed, the results of all ways for all events are
// compared by value.
#include <cstdio>
#include <deque>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "bench/inprocess/way.h"
#include "runtime/base/check.h"

namespace aslx::bench {
namespace {

struct NamedWay {
  const char* name;
  std::unique_ptr<Way> (*make)(const Workload&);
  bool has_result;
};
constexpr NamedWay kWays[] = {{"aslx", MakeEngine, true},
                              {"dom", MakeDomParse, false},
                              {"ondemand", MakeOnDemand, true},
                              {"hand", MakeHandWritten, true},
                              {"tree", MakeTree, true}};

void Time(benchmark::State& state, const NamedWay* named, const Workload* workload) {
  const auto way = named->make(*workload);
  const auto& events = workload->events();
  size_t next = 0;
  size_t bytes = 0;
  for (auto _ : state) {
    std::string_view result = way->Run(events[next]);
    benchmark::DoNotOptimize(result);
    benchmark::ClobberMemory();
    bytes += events[next].size();
    if (++next == events.size()) next = 0;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

/// Both ends of a text that may be long.
std::string Shown(std::string_view text) {
  constexpr size_t kEnd = 200;
  if (text.size() <= 2 * kEnd) return std::string(text);
  return std::string(text.substr(0, kEnd)) + " ... " + std::string(text.substr(text.size() - kEnd));
}

/// False, said on standard error, where a way gives something else than aslx.
bool SameResults(const Workload& workload) {
  const auto ours = MakeEngine(workload);
  for (const NamedWay& named : kWays) {
    const auto way = named.has_result ? named.make(workload) : nullptr;
    if (way == nullptr) continue;
    for (const std::string_view event : workload.events()) {
      const std::string expected(ours->Run(event));
      const std::string_view found = way->Run(event);
      if (nlohmann::json::parse(found) == nlohmann::json::parse(expected)) continue;
      std::fprintf(stderr, "bench_workloads: %s: '%s' gives\n  %s\nand aslx\n  %s\nfor\n  %s\n",
                   workload.name().c_str(), named.name, Shown(found).c_str(),
                   Shown(expected).c_str(), Shown(event).c_str());
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace aslx::bench

int main(int argc, char** argv) {
  using namespace aslx::bench;
  benchmark::Initialize(&argc, argv);
  const std::string folder = argc > 1 ? argv[1] : DefaultFolder();
  std::deque<Workload> workloads;
  for (const std::string& name : Workload::NamesIn(folder)) {
    const Workload& workload = workloads.emplace_back(Workload::Load(folder, name));
    if (!SameResults(workload)) return 1;
    for (const NamedWay& named : kWays)
      if (named.make(workload) != nullptr)
        benchmark::RegisterBenchmark((std::string(named.name) + "/" + name).c_str(), Time, &named,
                                     &workload);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
