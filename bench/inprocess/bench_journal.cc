// What the poison journal costs a record: the two calls of the port, over a file in /tmp.
//
// Leaves out: the two calls of ExecutionListener around it, which Flow has with and without it.
#include <cstdlib>
#include <filesystem>

#include <benchmark/benchmark.h>

#include "pipeline/journal/poison_file.h"

namespace {

void EnterLeave(benchmark::State& state) {
  char folder[] = "/tmp/aslx-bench-XXXXXX";
  if (mkdtemp(folder) == nullptr) return state.SkipWithError("no folder");
  aslx::PoisonFileOptions options;
  options.folder = folder;
  options.instance = options.pipeline = "bench";
  options.topics = {"events"};
  auto file = aslx::PoisonFile::Open(options);
  std::filesystem::remove_all(folder);
  if (!file) return state.SkipWithError(file.error().message.c_str());
  aslx::PoisonJournal* journal = (*file)->OfWorker(0);
  benchmark::DoNotOptimize(journal);
  int64_t offset = 0;
  for (auto _ : state) {
    journal->Enter(0, 3, offset++, 1);
    benchmark::ClobberMemory();
    journal->Leave();
    benchmark::ClobberMemory();
  }
}
BENCHMARK(EnterLeave);

}  // namespace

BENCHMARK_MAIN();
