// Executions of `iot` for callgrind: warmed up, then as many as asked for inside ExecuteCounted,
// the function that run.py tells callgrind to count.
//
// usage: executions COUNT. Input: iot-300B of bench/workloads.
#include <charconv>
#include <cstdio>
#include <string_view>

#include "bench/inprocess/way.h"

namespace aslx::bench {

// Its name is what callgrind looks for: neither inlined nor renamed.
extern "C" size_t ExecuteCounted(Way* way, const Workload* workload, size_t count);

[[gnu::noinline]] size_t ExecuteCounted(Way* way, const Workload* workload, size_t count) {
  const auto& events = workload->events();
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i)
    bytes += way->Run(events[i % events.size()]).size();
  return bytes;
}

}  // namespace aslx::bench

int main(int argc, char** argv) {
  using namespace aslx::bench;
  size_t count = 0;
  const std::string_view argument = argc == 2 ? argv[1] : "";
  const char* end = argument.data() + argument.size();
  if (argument.empty() || std::from_chars(argument.data(), end, count).ptr != end) {
    std::fprintf(stderr, "usage: executions COUNT\n");
    return 2;
  }
  const Workload workload = Workload::Load(DefaultFolder(), "iot-300B");
  const auto way = MakeEngine(workload);
  size_t warm_bytes = 0;
  for (const std::string_view event : workload.events())
    warm_bytes += way->Run(event).size();
  std::printf("%zu\n", warm_bytes + ExecuteCounted(way.get(), &workload, count));
}
