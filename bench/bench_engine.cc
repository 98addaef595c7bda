// The `iot` workload through the whole engine: a compiled definition, the interpreter, the writer.
//
// Runs in the same executable as the baselines of bench_iot.cc, so that the ratio to a bare
// simdjson DOM parse of the same event is one of a single run. Input and what is left out are said
// there; an execution here is begun, run, written and recycled as a worker does it.
#include <string>

#include <benchmark/benchmark.h>

#include "bench/iot_event.h"
#include "compiler/compile.h"
#include "runtime/base/check.h"
#include "runtime/program/program.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/interpreter.h"

namespace aslx::bench {
namespace {

// One Choice, an object of three fields and a literal.
constexpr char kIot[] = R"({"StartAt":"Hot?","States":{
  "Hot?":{"Type":"Choice","Choices":[
    {"Variable":"$.temperature","NumericGreaterThan":70,"Next":"Alarm"}],"Default":"Fine"},
  "Alarm":{"Type":"Pass","End":true,"Parameters":{"device.$":"$.deviceId","at.$":"$.timestamp",
    "site.$":"$.location.site","alarm":"high"}},
  "Fine":{"Type":"Succeed"}}})";

class NoHost final : public VmHost {
 public:
  void SubmitTask(const TaskRequest&) override { ASLX_CHECK(false); }
  void CancelTask(SuspensionToken) override {}
  void StartTimer(SuspensionToken, int64_t) override { ASLX_CHECK(false); }
  void CancelTimer(SuspensionToken) override {}
};

void Iot(benchmark::State& state) {
  compiler::Diagnostics diagnostics;
  auto bytes = compiler::Compile(kIot, {}, &diagnostics);
  ASLX_CHECK(bytes.has_value());
  const auto program = Program::Load(std::move(*bytes));
  ASLX_CHECK(program.has_value());
  const std::string event = IotEvent(static_cast<size_t>(state.range(0)));
  NoHost host;
  JsonReader reader;
  BlockPool pool;
  Random random(1);
  VmContext context{&host, &reader, &pool, &random, 1, 1};
  Execution execution(&pool);
  char output[512];
  for (auto _ : state) {
    const JsonError error = Begin(execution, **program, event, context);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    const RunResult result = Run(execution, context);
    ASLX_CHECK(result == RunResult::kEnded && execution.status == ExecutionStatus::kSucceeded);
    const size_t size = WriteJson(execution.output, output, sizeof output);
    ASLX_CHECK(size < sizeof output);
    benchmark::DoNotOptimize(size);
    benchmark::ClobberMemory();
    Recycle(execution);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * event.size()));
}
BENCHMARK(Iot)->Arg(300)->Arg(1'000)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace aslx::bench
