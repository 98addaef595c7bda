// The `iot` workload at the level of values: what an execution costs when nothing but reading, one
// comparison and writing is left of it.
//
// Input: bench/iot_event.h (its origin is said there). Every iteration starts from the event's
// bytes and ends with the output's bytes in a buffer. Left out: the interpreter, Kafka, cold
// caches; the same event comes again and again, so branches are predicted better than in life.
// Compare rows within one run only.
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "bench/iot_event.h"
#include "runtime/base/arena.h"
#include "runtime/base/check.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"
#include "runtime/value/template.h"

namespace aslx::bench {
namespace {

// Bytes of the event; the text that simdjson gets is padded once, outside the measurement.
constexpr size_t kSizes[] = {300, 1'000, 10'000, 100'000};

void Report(benchmark::State& state, size_t event_bytes) {
  const auto events = static_cast<int64_t>(state.iterations());
  state.SetItemsProcessed(events);
  state.SetBytesProcessed(events * static_cast<int64_t>(event_bytes));
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

// {"device":$.deviceId,"at":$.timestamp,"site":$.location.site,"alarm":"high"}
constexpr char kTemplateText[] = R"({"device":,"at":,"site":,"alarm":"high"})";
constexpr TemplatePart kParts[] = {{0, 10, 0}, {10, 6, 1}, {16, 8, 2}, {24, 16, kNoHole}};
constexpr TemplateNode kTemplateNodes[] = {{1, 0, 1, 1, 0, 0, 4, 0, std::size(kParts), 40, 0}};
constexpr TemplateTable kTable{kTemplateNodes, nullptr, kParts, kTemplateText};

void DomParse(benchmark::State& state) {
  const std::string event = IotEvent(static_cast<size_t>(state.range(0)));
  const simdjson::padded_string padded(event);
  simdjson::dom::parser parser;
  for (auto _ : state) {
    simdjson::dom::element root;
    const auto error = parser.parse(padded).get(root);
    ASLX_CHECK(error == simdjson::SUCCESS);
    benchmark::DoNotOptimize(root);
  }
  Report(state, event.size());
}

void Stage1Only(benchmark::State& state) {
  const std::string event = IotEvent(static_cast<size_t>(state.range(0)));
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  ASLX_CHECK(simdjson::get_active_implementation()->create_dom_parser_implementation(
                 event.size(), 1, parser) == simdjson::SUCCESS);
  for (auto _ : state) {
    const auto error = parser->stage1(reinterpret_cast<const uint8_t*>(event.data()), event.size(),
                                      simdjson::stage1_mode::regular);
    ASLX_CHECK(error == simdjson::SUCCESS);
  }
  Report(state, event.size());
}

void Read(benchmark::State& state, const ReadSet* read_set) {
  const std::string event = IotEvent(static_cast<size_t>(state.range(0)));
  JsonReader reader;
  Value slots[kSlotCount];
  for (auto _ : state) {
    Value root;
    const JsonError error = reader.Read(event, read_set, slots, &root);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    benchmark::DoNotOptimize(root);
    benchmark::DoNotOptimize(slots);
  }
  Report(state, event.size());
}

void ReadOnly(benchmark::State& state) {
  Read(state, nullptr);
}
void ReadWithReadSet(benchmark::State& state) {
  Read(state, &WantedPaths());
}

// Read, compare one field with a constant, copy three fields and a literal: spliced by hand.
void HandWritten(benchmark::State& state) {
  const std::string event = IotEvent(static_cast<size_t>(state.range(0)));
  JsonReader reader;
  const ReadSet& paths = WantedPaths();
  Value slots[kSlotCount];
  char output[512];
  const Value threshold = Value::Integer(70);
  for (auto _ : state) {
    Value root;
    const JsonError error = reader.Read(event, &paths, slots, &root);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    char* out = output;
    const auto put = [&out](const char* text, size_t size) {
      std::memcpy(out, text, size);
      out += size;
    };
    if (CompareNumbers(slots[1], threshold) > 0) {
      put("{\"device\":", 10);
      put(slots[0].text - 1, slots[0].size + 2);
      put(",\"at\":", 6);
      put(slots[2].text - 1, slots[2].size + 2);
      put(",\"site\":", 8);
      put(slots[3].text - 1, slots[3].size + 2);
      put(",\"alarm\":\"high\"}", 16);
    }
    benchmark::DoNotOptimize(out);
    benchmark::ClobberMemory();
  }
  Report(state, event.size());
}

// The same through a template instance and the writer, as an execution does it.
void ReadCompareWrite(benchmark::State& state) {
  const std::string event = IotEvent(static_cast<size_t>(state.range(0)));
  JsonReader reader;
  BlockPool pool;
  Arena arena(&pool);
  const ReadSet& paths = WantedPaths();
  Value slots[kSlotCount];
  char output[512];
  const Value threshold = Value::Integer(70);
  for (auto _ : state) {
    Value root;
    const JsonError error = reader.Read(event, &paths, slots, &root);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    size_t size = 0;
    if (CompareNumbers(slots[1], threshold) > 0) {
      auto* instance = new (arena.Allocate(sizeof(TemplateInstance) + 3 * sizeof(Value)))
          TemplateInstance{&kTable, 3, 0};
      instance->holes()[0] = slots[0];
      instance->holes()[1] = slots[2];
      instance->holes()[2] = slots[3];
      size = WriteJson(TemplateValue(instance, 0), output, sizeof output);
    }
    ASLX_CHECK(size != SIZE_MAX);
    benchmark::DoNotOptimize(size);
    benchmark::ClobberMemory();
    arena.Reset();
  }
  Report(state, event.size());
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  for (const size_t size : kSizes)
    benchmark->Arg(static_cast<int64_t>(size));
}

BENCHMARK(DomParse)->Apply(Sizes);
BENCHMARK(Stage1Only)->Apply(Sizes);
BENCHMARK(ReadOnly)->Apply(Sizes);
BENCHMARK(ReadWithReadSet)->Apply(Sizes);
BENCHMARK(HandWritten)->Apply(Sizes);
BENCHMARK(ReadCompareWrite)->Apply(Sizes);

}  // namespace
}  // namespace aslx::bench

BENCHMARK_MAIN();
