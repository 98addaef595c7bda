// JSON text in, an execution, JSON text out, one after the other: what the engine costs without
// Kafka.
//
// What it is not: a worker, which has events, timers and tasks as well. An execution is begun, run,
// written and recycled as a worker does it. The variables of the environment are said in
// ../executions.py.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "runtime/base/check.h"
#include "runtime/program/program.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/interpreter.h"

namespace aslx::bench {
namespace {

class NoHost final : public VmHost {
 public:
  void SubmitTask(const TaskRequest&) override { ASLX_CHECK(false); }
  void CancelTask(SuspensionToken) override {}
  void StartTimer(SuspensionToken, int64_t) override { ASLX_CHECK(false); }
  void CancelTimer(SuspensionToken) override {}
};

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
  compiler::Diagnostics diagnostics;
  auto bytes = compiler::Compile(FileOf("DEFINITION"), {}, &diagnostics);
  ASLX_CHECK(bytes.has_value());
  const auto program = Program::Load(std::move(*bytes));
  ASLX_CHECK(program.has_value());
  NoHost host;
  JsonReader reader;
  BlockPool pool;
  Random random(1);
  VmContext context{&host, &reader, &pool, &random, 1, 1};
  Execution execution(&pool);
  char output[512];
  std::string first_outputs;
  for (uint64_t number = 0; number < count; ++number) {
    if (number == count / 10 * 5 || number == count / 10 * 9) {
      std::printf("%" PRIu64 "\n", number);
      std::fflush(stdout);
    }
    const JsonError error = Begin(execution, **program, events[number % distinct], context);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    const RunResult result = aslx::Run(execution, context);
    ASLX_CHECK(result == RunResult::kEnded && execution.status == ExecutionStatus::kSucceeded);
    const size_t size = WriteJson(execution.output, output, sizeof output);
    ASLX_CHECK(size < sizeof output);
    if (number < distinct) first_outputs.append(output, size).push_back('\n');
    Recycle(execution);
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
