// Compile and load of definitions: of ordinary shape from 1 KB to 1 MiB, the largest that the
// service takes, and of that size in every shape that might cost more than its size.
//
// Input: written here, one shape a benchmark: many states, one wide template, one as deep as JSON
// may be, one Choice with thousands of rules, thousands of Parallel and Map states, one call with
// thousands of arguments, one state with thousands of catchers.
// What it leaves out: reading files, and running what comes out.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "compiler/compile.h"
#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/program/program.h"

namespace aslx {
namespace {

constexpr size_t kDefinitionBytes = limits::kDefinitionBytesMax - 4096;
constexpr struct {
  const char* name;
  size_t bytes;
} kSizes[] = {{"1KB", 1'024}, {"10KB", 10'240}, {"100KB", 102'400}, {"1MiB", kDefinitionBytes}};

std::string MachineOf(const std::string& states, const char* start_at = "S0") {
  return fmt::format(R"({{"StartAt":"{}","States":{{{}"End":{{"Type":"Succeed"}}}}}})", start_at,
                     states);
}

std::string ManyStates(size_t bytes) {
  std::string states;
  for (size_t i = 0; states.size() < bytes - 256; ++i)
    states += fmt::format(
        R"("S{}":{{"Type":"Pass","Parameters":{{"a.$":"$.a{}","b":{}}},"ResultPath":"$.r","Next":"S{}"}},)",
        i, i % 100, i, i + 1);
  const size_t last = states.rfind("\"Next\":\"");
  return MachineOf(states.substr(0, last) + R"("Next":"End"},)");
}

std::string WideTemplate() {
  std::string fields;
  for (size_t i = 0; fields.size() < kDefinitionBytes - 256; ++i)
    fields += fmt::format(R"("k{}.$":"$.v{}","l{}":[{}],)", i, i, i, i);
  fields.pop_back();
  return MachineOf(R"("S0":{"Type":"Pass","Parameters":{)" + fields + R"(},"Next":"End"},)");
}

/// 980 levels, each with as many members as make 1 MiB.
std::string DeepTemplate() {
  constexpr int kDepth = 980;
  const size_t members = kDefinitionBytes / kDepth / 28;
  std::string open;
  std::string close;
  for (int i = 0; i < kDepth; ++i) {
    open += "{";
    for (size_t m = 0; m < members; ++m)
      open += fmt::format(R"("k{}.$":"$.v{}","l{}":{},)", m, m, m, m);
    open += R"("n":)";
    close += "}";
  }
  return MachineOf(R"("S0":{"Type":"Pass","Parameters":)" + open + "1" + close +
                   R"(,"Next":"End"},)");
}

std::string ChoiceRules(bool same_variable) {
  std::string rules;
  for (size_t i = 0; rules.size() < kDefinitionBytes - 256; ++i)
    rules += fmt::format(
        R"({{"Variable":"$.v{}","StringEquals":"text number {} of a long list of texts, {}","Next":"End"}},)",
        same_variable ? 0 : i, i, std::string(100, 'x'));
  rules.pop_back();
  return MachineOf(R"("S0":{"Type":"Choice","Choices":[)" + rules + R"(],"Default":"End"},)");
}

std::string BranchStates() {
  // States within branches have names of their own: the service wants them unique.
  const auto machine = [](size_t i) {
    return fmt::format(
        R"({{"StartAt":"I{0}","States":{{"I{0}":{{"Type":"Pass","Parameters":{{"x.$":"$.x"}},"End":true}}}}}})",
        i);
  };
  std::string states;
  for (size_t i = 0; states.size() < kDefinitionBytes - 1024; i += 2) {
    states += fmt::format(R"("S{}":{{"Type":"Parallel","Branches":[{}],"Next":"S{}"}},)", i,
                          machine(i), i + 1);
    states += fmt::format(R"("S{}":{{"Type":"Map","ItemProcessor":{},"Next":"S{}"}},)", i + 1,
                          machine(i + 1), i + 2);
  }
  const size_t last = states.rfind("\"Next\":\"");
  return MachineOf(states.substr(0, last) + R"("Next":"End"},)");
}

/// One call, which all of its arguments quote.
std::string LongCall() {
  constexpr size_t kArguments = 65'000;  // as many as a template has holes
  std::string places;
  std::string arguments;
  for (size_t i = 0; i < kArguments; ++i) {
    places += "{}";
    arguments += fmt::format(",$.a{}", i);
  }
  const std::string call = "States.Format('" + places + "'" + arguments + ")";
  return MachineOf(R"("S0":{"Type":"Pass","Parameters":{"v.$":")" + call + R"("},"Next":"End"},)");
}

std::string Catchers() {
  std::string catchers;
  for (size_t i = 0; catchers.size() < kDefinitionBytes - 256; ++i)
    catchers +=
        fmt::format(R"({{"ErrorEquals":["E{}"],"ResultPath":"$.e{}","Next":"End"}},)", i, i);
  catchers.pop_back();
  return MachineOf(R"("S0":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Catch":[)" +
                   catchers + R"(],"Next":"End"},)");
}

std::vector<std::byte> Compiled(const std::string& text) {
  compiler::Diagnostics diagnostics;
  auto program = compiler::Compile(text, {}, &diagnostics);
  ASLX_CHECK(program.has_value());
  return *std::move(program);
}

void Compile(benchmark::State& state, const std::string& text) {
  for (auto _ : state)
    benchmark::DoNotOptimize(Compiled(text).data());
  state.counters["definition_bytes"] = static_cast<double>(text.size());
}

void Load(benchmark::State& state, const std::string& text) {
  const std::vector<std::byte> bytes = Compiled(text);
  for (auto _ : state)
    ASLX_CHECK(Program::Load(bytes).has_value());
  state.counters["program_bytes"] = static_cast<double>(bytes.size());
}

void Register(const std::string& name, const std::string& text) {
  benchmark::RegisterBenchmark(("compile/" + name).c_str(), Compile, text)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(("load/" + name).c_str(), Load, text)->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace aslx

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const auto& [size, bytes] : aslx::kSizes)
    aslx::Register(std::string("many_states/") + size, aslx::ManyStates(bytes));
  aslx::Register("wide_template", aslx::WideTemplate());
  aslx::Register("deep_template", aslx::DeepTemplate());
  aslx::Register("choice_one_variable", aslx::ChoiceRules(true));
  aslx::Register("choice_many_variables", aslx::ChoiceRules(false));
  aslx::Register("parallel_and_map", aslx::BranchStates());
  aslx::Register("long_call", aslx::LongCall());
  aslx::Register("catchers", aslx::Catchers());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
