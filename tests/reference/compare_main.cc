// Holds the engine against the reference evaluator on random machines.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/reference/difference.h"
#include "tests/reference/engine.h"
#include "tests/reference/evaluate.h"
#include "tests/reference/generate.h"

namespace {

using namespace aslx::reference;

constexpr char kHelp[] =
    "usage: aslx_compare [--seeds N] [--from S] [--show N]\n"
    "       aslx_compare --seed S [--print]\n"
    "       aslx_compare --statistics [--seeds N] [--from S]\n"
    "Runs N random machines (1000), seeds S (1) and up, on both evaluators. Shows the first\n"
    "disagreements (20). --print shows the machine of a seed and both reports; --statistics "
    "counts\n"
    "what the machines do, by the reference alone. Exit status: 0 when all agree, 1 otherwise.\n";

struct Options {
  uint64_t seeds = 1000;
  uint64_t from = 1;
  uint64_t show = 20;
  bool print = false;
  bool statistics = false;
};

Json RunOnReference(const Specimen& specimen, uint64_t seed) {
  return RunExecution({.definition = specimen.definition,
                       .input = specimen.input,
                       .mock = specimen.mock,
                       .context = specimen.context,
                       .seed = seed});
}

void Print(const char* title, const std::string& text) {
  std::printf("--- %s\n%s\n", title, text.c_str());
}

// Empty when both agree on the machine of the seed.
std::string CompareSeed(uint64_t seed, bool print) {
  const Specimen specimen = Generate(seed);
  if (print) {
    Print("definition", WriteJson(specimen.definition));
    Print("input", WriteJson(specimen.input));
    Print("mock", WriteJson(specimen.mock));
    Print("context", WriteJson(specimen.context));
  }
  const Json reference = RunOnReference(specimen, seed);
  if (print) Print("reference", WriteJson(reference));
  const auto engine = RunOnEngine(specimen);
  if (!engine.has_value()) return "refused: " + engine.error();
  if (print) Print("engine", *engine);
  std::string why;
  const std::optional<Json> report = ParseJson(*engine, &why);
  if (!report.has_value()) return "the engine's report is no JSON: " + why;
  return Difference(reference, *report);
}

int Compare(const Options& options) {
  uint64_t disagreements = 0;
  for (uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
    const std::string why = CompareSeed(seed, options.print);
    if (why.empty()) continue;
    ++disagreements;
    if (disagreements <= options.show) {
      std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), why.c_str());
    }
  }
  std::printf("comparison: %llu machines, %llu disagreements, seeds %llu..%llu\n",
              static_cast<unsigned long long>(options.seeds),
              static_cast<unsigned long long>(disagreements),
              static_cast<unsigned long long>(options.from),
              static_cast<unsigned long long>(options.from + options.seeds - 1));
  return disagreements == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int CountEvents(const Options& options) {
  std::map<std::string, uint64_t> counts;
  for (uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
    const Json report = RunOnReference(Generate(seed), seed);
    const Json* error = report.Find("error");
    ++counts["status " + report.Find("status")->text() +
             (error != nullptr ? " " + error->text() : "")];
    for (const Json& event : report.Find("events")->items())
      ++counts[event.Find("type")->text()];
  }
  for (const auto& [what, count] : counts) {
    std::printf("%10llu %s\n", static_cast<unsigned long long>(count), what.c_str());
  }
  return EXIT_SUCCESS;
}

bool ReadNumber(const char* text, uint64_t* number) {
  char* end = nullptr;
  *number = std::strtoull(text, &end, 10);
  return end != text && *end == '\0';
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kExitUsage = 2;
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--help") {
      std::fputs(kHelp, stdout);
      return EXIT_SUCCESS;
    }
    if (word == "--print" || word == "--statistics") {
      (word == "--print" ? options.print : options.statistics) = true;
      continue;
    }
    uint64_t number = 0;
    if (i + 1 == argc || !ReadNumber(argv[++i], &number)) {
      std::fputs(kHelp, stderr);
      return kExitUsage;
    }
    if (word == "--seeds") options.seeds = number;
    if (word == "--from" || word == "--seed") options.from = number;
    if (word == "--seed") options.seeds = 1;
    if (word == "--show") options.show = number;
  }
  return options.statistics ? CountEvents(options) : Compare(options);
}
