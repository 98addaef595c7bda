// How often the path of a record, from Poll to TryProduce, asks for memory or takes a lock: counted
// for every workload that does not suspend, in every ordering, at least and exactly once, over a
// pipeline that never runs dry.
//
// Prints a JSON array, an object a workload, ordering and guarantee. Left out: pipeline/kafka, in
// whose place a Delivery of the test's stands; librdkafka, whose own are its own; and the first
// Turns, in which tables and blocks grow to what is in use at once.
#include <cstdio>

#include "bench/inprocess/workload.h"
#include "compiler/compile.h"
#include "runtime/base/check.h"
#include "tests/unit/flow/counted_calls.h"
#include "tests/unit/flow/endless_flow.h"

namespace aslx::bench {
namespace {

constexpr const char* kWorkloads[] = {"iot-300B",      "enrich-300B", "router-300B",
                                      "pipeline-300B", "map-300B",    "parallel-300B"};
template <typename T>
struct Named {
  T value;
  const char* name;
};
constexpr Named<Ordering> kOrderings[] = {
    {Ordering::kNone, "none"}, {Ordering::kKey, "key"}, {Ordering::kPartition, "partition"}};
constexpr Named<Guarantee> kGuarantees[] = {{Guarantee::kAtLeastOnce, "at least once"},
                                            {Guarantee::kExactlyOnce, "exactly once"}};

void Count(const Workload& workload, const Named<Ordering>& ordering,
           const Named<Guarantee>& guarantee) {
  compiler::Diagnostics diagnostics;
  auto bytes = compiler::Compile(workload.definition(), {}, &diagnostics);
  ASLX_CHECK(bytes.has_value());
  auto program = Program::Load(std::move(*bytes));
  ASLX_CHECK(program.has_value());
  EndlessFlow flow(std::move(*program), workload.events(), ordering.value, guarantee.value);
  flow.Turn(200);
  const uint64_t allocations = AllocationCount();
  const uint64_t locks = LockCount();
  const uint64_t events = flow.counters().received.value();
  flow.Turn(1'000);
  std::printf(
      R"({"workload":"%s","ordering":"%s","guarantee":"%s","events":%lu,"mallocs":%lu,"locks":%lu})",
      workload.name().c_str(), ordering.name, guarantee.name,
      flow.counters().received.value() - events, AllocationCount() - allocations,
      LockCount() - locks);
}

}  // namespace
}  // namespace aslx::bench

int main() {
  using namespace aslx::bench;
  const char* separator = "[";
  for (const char* name : kWorkloads) {
    const Workload workload = Workload::Load(DefaultFolder(), name);
    for (const auto& ordering : kOrderings) {
      for (const auto& guarantee : kGuarantees) {
        std::fputs(separator, stdout);
        Count(workload, ordering, guarantee);
        separator = ",\n";
      }
    }
  }
  std::puts("]");
}
