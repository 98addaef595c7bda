// Any bytes as a program file: refused, or run to an end. Bytes are changed behind the header and
// the checksum is made to fit again, so that it is the verifier that has to see what is wrong.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include <xxhash.h>

#include "runtime/base/check.h"
#include "runtime/program/format.h"
#include "runtime/program/program.h"
#include "runtime/vm/interpreter.h"
#include "runtime/vm/parking.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

/// Suspensions and helpings of fuel that one input may take: a loop is cut off here.
constexpr int kTurnsMax = 24;
constexpr std::string_view kInputs[] = {
    R"({"a":1,"n":-2.5e3,"s":"text","list":[1,"two",null,{"k":[]}],"items":[1,2],"o":{"b":{"c":7}}})",
    R"([{"id":1},{"id":2,"x":"\u00e9"}])", "null"};

/// Answers what is asked oldest first: the world of a machine, without one.
class FuzzHost final : public aslx::VmHost {
 public:
  void SubmitTask(const aslx::TaskRequest& request) override { tasks.push_back(request.token); }
  void CancelTask(aslx::SuspensionToken token) override { std::erase(tasks, token); }
  void StartTimer(aslx::SuspensionToken token, int64_t due_ns) override {
    timers.push_back({token, due_ns});
  }
  void CancelTimer(aslx::SuspensionToken token) override {
    std::erase_if(timers, [&](const Timer& timer) { return timer.token == token; });
  }

  struct Timer {
    aslx::SuspensionToken token;
    int64_t due_ns;
  };
  std::deque<aslx::SuspensionToken> tasks;
  std::deque<Timer> timers;
};

aslx::TaskOutcome Answer(int turn) {
  aslx::TaskOutcome outcome;
  outcome.succeeded = turn % 3 != 2;
  outcome.output = R"({"Payload":{"v":[1,2,{"w":"x"}]},"StatusCode":200})";
  outcome.error = "Custom";
  outcome.cause = "of the fuzzer";
  outcome.has_error = outcome.has_cause = turn % 2 == 0;
  return outcome;
}

/// Whatever the execution waits for happens.
void Wake(aslx::Execution& execution, FuzzHost& host, aslx::VmContext& context, int turn) {
  if (!host.tasks.empty()) {
    aslx::SuspensionToken token = host.tasks.front();
    host.tasks.pop_front();
    aslx::CompleteTask(execution, token, Answer(turn), context);
    return;
  }
  ASLX_CHECK(!host.timers.empty());
  FuzzHost::Timer timer = host.timers.front();
  host.timers.pop_front();
  if (timer.due_ns > context.now_ns) context.now_ns = timer.due_ns;
  aslx::FireTimer(execution, timer.token, context);
}

void RunToAnEnd(const aslx::Program& program, std::string_view input) {
  FuzzHost host;
  aslx::JsonReader reader;
  aslx::BlockPool pool;
  aslx::Random random(1);
  aslx::VmContext context{&host, &reader, &pool, &random, 1, 1'700'000'000'000'000'000};
  {
    aslx::Execution execution(&pool);
    ASLX_CHECK(aslx::Begin(execution, program, input, context).kind ==
               aslx::JsonError::Kind::kNone);
    bool ended = false;
    for (int turn = 0; turn < kTurnsMax && !ended; ++turn) {
      aslx::RunResult result = aslx::Run(execution, context);
      ended = result == aslx::RunResult::kEnded;
      if (result != aslx::RunResult::kSuspended) continue;
      if (turn % 2 == 1) aslx::Unpark(aslx::Park(execution, input, context), execution);
      Wake(execution, host, context, turn);
    }
    if (!ended) aslx::Abort(execution, context);
    aslx::Recycle(execution);
  }
  ASLX_CHECK(pool.taken_count() == 0);
}

void MakeHeaderFit(uint8_t* data, size_t size) {
  if (size < sizeof(aslx::FileHeader)) return;
  aslx::FileHeader header;
  std::memcpy(&header, data, sizeof(header));
  header.file_bytes = size;
  header.checksum = XXH3_64bits(data + sizeof(header), size - sizeof(header));
  std::memcpy(data, &header, sizeof(header));
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  constexpr size_t kHeaderBytes = sizeof(aslx::FileHeader);
  if (size <= kHeaderBytes || seed % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  size_t changed =
      LLVMFuzzerMutate(data + kHeaderBytes, size - kHeaderBytes, max_size - kHeaderBytes);
  MakeHeaderFit(data, kHeaderBytes + changed);
  return kHeaderBytes + changed;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  auto program = aslx::Program::Load(std::vector<std::byte>(bytes, bytes + size));
  if (!program) return 0;
  for (std::string_view input : kInputs)
    RunToAnEnd(**program, input);
  return 0;
}
