// Where the time of `iot` goes: each row does what the one above it does, and a little more, up to
// the whole execution.
//
// Input: the events of bench/workloads, one after the other. Every iteration starts from an event's
// bytes. Left out: Kafka, cold caches. Compare rows within one run only.
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "bench/inprocess/way.h"
#include "runtime/base/arena.h"
#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"
#include "runtime/value/template.h"

namespace aslx::bench {
namespace {

struct Size {
  const char* workload;
  int64_t bytes;  // names the row
};
constexpr Size kSizes[] = {
    {"iot-300B", 300}, {"iot-1KB", 1'000}, {"iot-10KB", 10'000}, {"iot-100KB", 100'000}};

/// Hands `once` one event after the other.
template <typename Once>
void ForEvents(benchmark::State& state, Once once) {
  const char* name = nullptr;
  for (const Size& size : kSizes)
    if (size.bytes == state.range(0)) name = size.workload;
  const Workload workload = Workload::Load(DefaultFolder(), name);
  size_t next = 0;
  for (auto _ : state) {
    once(workload.events()[next]);
    if (++next == workload.events().size()) next = 0;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

// What the machine reads: $.deviceId, $.temperature, $.timestamp, $.location.site.
constexpr char kKeys[] = "deviceIdtemperaturetimestamplocationsite";
constexpr ReadSetNode kNodes[] = {
    {0, 0, 1, kNoNode, kNoSlot, 0},  {0, 8, kNoNode, 2, 0, 0},
    {8, 11, kNoNode, 3, 1, 0},       {19, 9, kNoNode, 4, 2, 0},
    {28, 8, 5, kNoNode, kNoSlot, 0}, {36, 4, kNoNode, kNoNode, 3, 0},
};
constexpr uint32_t kSlotCount = 4;
// With its marks, as a loaded Program has them.
const ReadSet& WantedPaths() {
  static ReadSet set{kNodes, std::size(kNodes), kSlotCount, kKeys, nullptr};
  static const std::vector<uint64_t> kMarks = KeyMarksOf(set);
  set.key_marks = kMarks.data();
  return set;
}

// {"device":$.deviceId,"at":$.timestamp,"site":$.location.site,"alarm":"high" or "none"}
constexpr char kAlarmText[] = R"({"device":,"at":,"site":,"alarm":"high"})";
constexpr char kFineText[] = R"({"device":,"at":,"site":,"alarm":"none"})";
constexpr TemplatePart kParts[] = {{0, 10, 0}, {10, 6, 1}, {16, 8, 2}, {24, 16, kNoHole}};
constexpr TemplateNode kTemplateNodes[] = {{1, 0, 1, 1, 0, 0, 4, 0, std::size(kParts), 40, 0}};
constexpr TemplateTable kAlarm{kTemplateNodes, nullptr, kParts, kAlarmText};
constexpr TemplateTable kFine{kTemplateNodes, nullptr, kParts, kFineText};

void DomParse(benchmark::State& state) {
  const auto way = MakeDomParse({});
  ForEvents(state, [&](std::string_view event) { way->Run(event); });
}

void Stage1Only(benchmark::State& state) {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  ASLX_CHECK(simdjson::get_active_implementation()->create_dom_parser_implementation(
                 limits::kPayloadBytesMax, 1, parser) == simdjson::SUCCESS);
  ForEvents(state, [&](std::string_view event) {
    const auto error = parser->stage1(reinterpret_cast<const uint8_t*>(event.data()), event.size(),
                                      simdjson::stage1_mode::regular);
    ASLX_CHECK(error == simdjson::SUCCESS);
  });
}

void Read(benchmark::State& state, const ReadSet* read_set) {
  JsonReader reader;
  Value slots[kSlotCount];
  ForEvents(state, [&](std::string_view event) {
    Value root;
    const JsonError error = reader.Read(event, read_set, slots, &root);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    benchmark::DoNotOptimize(root);
    benchmark::DoNotOptimize(slots);
  });
}

void ReadOnly(benchmark::State& state) {
  Read(state, nullptr);
}
void ReadWithReadSet(benchmark::State& state) {
  Read(state, &WantedPaths());
}

// A comparison, a template instance and the writer: an execution without its interpreter.
void ReadCompareWrite(benchmark::State& state) {
  JsonReader reader;
  BlockPool pool;
  Arena arena(&pool);
  const ReadSet& paths = WantedPaths();
  Value slots[kSlotCount];
  char output[512];
  const Value threshold = Value::Integer(70);
  ForEvents(state, [&](std::string_view event) {
    Value root;
    const JsonError error = reader.Read(event, &paths, slots, &root);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    auto* instance = new (arena.Allocate(sizeof(TemplateInstance) + 3 * sizeof(Value)))
        TemplateInstance{CompareNumbers(slots[1], threshold) > 0 ? &kAlarm : &kFine, 3, 0};
    instance->holes()[0] = slots[0];
    instance->holes()[1] = slots[2];
    instance->holes()[2] = slots[3];
    const size_t size = WriteJson(TemplateValue(instance, 0), output, sizeof output);
    ASLX_CHECK(size != SIZE_MAX);
    benchmark::ClobberMemory();
    arena.Reset();
  });
}

// By hand, and the engine: the ways of bench_workloads.
void Whole(benchmark::State& state, std::unique_ptr<Way> (*make)(const Workload&)) {
  const auto way = make(Workload::Load(DefaultFolder(), "iot-300B"));
  ForEvents(state, [&](std::string_view event) {
    std::string_view result = way->Run(event);
    benchmark::DoNotOptimize(result);
    benchmark::ClobberMemory();
  });
}
void HandWritten(benchmark::State& state) {
  Whole(state, MakeHandWritten);
}
void Iot(benchmark::State& state) {
  Whole(state, MakeEngine);
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  for (const Size& size : kSizes)
    benchmark->Arg(size.bytes);
}

BENCHMARK(DomParse)->Apply(Sizes);
BENCHMARK(Stage1Only)->Apply(Sizes);
BENCHMARK(ReadOnly)->Apply(Sizes);
BENCHMARK(ReadWithReadSet)->Apply(Sizes);
BENCHMARK(HandWritten)->Apply(Sizes);
BENCHMARK(ReadCompareWrite)->Apply(Sizes);
BENCHMARK(Iot)->Apply(Sizes);

}  // namespace
}  // namespace aslx::bench

BENCHMARK_MAIN();
