// JSON text in, an execution, JSON text out, one after the other: what the engine costs without
// Kafka.
//
// What it is not: a worker, which has events, timers and tasks as well; or how an execution is done
// (bench/inprocess/engine_way.cc). The variables of the environment are said in ../executions.py.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bench/inprocess/way.h"
#include "runtime/base/check.h"

namespace aslx::bench {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  ASLX_CHECK(value != nullptr);
  return value;
}

std::string FileOf(const char* variable) {
  std::ifstream file(Variable(variable));
  ASLX_CHECK(file.is_open());
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> EventsOf(uint64_t count) {
  std::ifstream file(Variable("EVENTS"));
  std::vector<std::string> events(count);
  for (std::string& event : events)
    ASLX_CHECK(static_cast<bool>(std::getline(file, event)));
  return events;
}

void Run() {
  const uint64_t count = std::strtoull(Variable("COUNT").c_str(), nullptr, 10);
  const uint64_t distinct = std::strtoull(Variable("DISTINCT").c_str(), nullptr, 10);
  const std::vector<std::string> events = EventsOf(distinct);
  const std::unique_ptr<Way> engine = MakeEngine(FileOf("DEFINITION"));
  std::string first_outputs;
  for (uint64_t number = 0; number < count; ++number) {
    if (number == count / 10 * 5 || number == count / 10 * 9) {
      std::printf("%" PRIu64 "\n", number);
      std::fflush(stdout);
    }
    const std::string_view output = engine->Run(events[number % distinct]);
    if (number < distinct) first_outputs.append(output).push_back('\n');
  }
  std::ofstream file(Variable("OUTPUTS"));
  file << first_outputs;
  ASLX_CHECK(file.flush().good());
}

}  // namespace
}  // namespace aslx::bench

int main() {
  aslx::bench::Run();
}
