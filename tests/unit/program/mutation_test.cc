// Damaged programs: every byte of a sample changed in a few ways, then bytes at random, always with
// a checksum that fits. Whatever the verifier lets through is run and must come to an end.
//
// The fuzzer in tests/fuzz goes on from here with coverage; this one runs under every compiler.
#include <cstdlib>
#include <deque>

#include <gtest/gtest.h>

#include "runtime/base/random.h"
#include "runtime/program/program.h"
#include "runtime/vm/interpreter.h"
#include "runtime/vm/parking.h"
#include "tests/unit/program/sample_program.h"

namespace aslx {
namespace {

/// Answers and fires whatever is asked for, oldest first.
class EagerHost final : public VmHost {
 public:
  void SubmitTask(const TaskRequest& request) override { tasks.push_back(request.token); }
  void CancelTask(SuspensionToken token) override { std::erase(tasks, token); }
  void StartTimer(SuspensionToken token, int64_t) override { timers.push_back(token); }
  void CancelTimer(SuspensionToken token) override { std::erase(timers, token); }

  void Wake(Execution& execution, VmContext& context) {
    bool is_task = !tasks.empty();
    std::deque<SuspensionToken>& waiting = is_task ? tasks : timers;
    ASSERT_FALSE(waiting.empty()) << "suspended, but waits for nothing";
    SuspensionToken token = waiting.front();
    waiting.pop_front();
    TaskOutcome outcome;
    outcome.succeeded = execution.last_event_id % 2 == 0;
    outcome.output = R"({"kind":"order","amount":7})";
    if (is_task)
      CompleteTask(execution, token, outcome, context);
    else
      FireTimer(execution, token, context);
  }

  std::deque<SuspensionToken> tasks;
  std::deque<SuspensionToken> timers;
};

/// Loads the bytes, with their checksum put right, and runs what is accepted on a few inputs.
class Runner {
 public:
  void Try(std::vector<std::byte> bytes) {
    FixChecksum(&bytes);
    ++tried_count;
    Result<std::shared_ptr<const Program>> program = Program::Load(std::move(bytes));
    if (!program) return;
    ++accepted_count;
    for (const char* input :
         {R"({"order":{"kind":"order"},"items":[{"amount":101,"kind":"a"},{"amount":200}]})",
          R"({"amount":5,"order":{"kind":[]}})", R"({"amount":500,"items":{}})", "[1]"})
      Run(**program, input);
  }

  int tried_count = 0;
  int accepted_count = 0;

 private:
  void Run(const Program& program, std::string_view input) {
    constexpr int kTurnsMax = 12;
    EagerHost host;
    VmContext context{&host, &reader_, &pool_, &random_, 1, 1'700'000'000'000'000'000};
    Execution execution(&pool_);
    ASSERT_EQ(Begin(execution, program, input, context).kind, JsonError::Kind::kNone);
    RunResult result = RunResult::kSuspended;
    for (int turn = 0; turn < kTurnsMax && result != RunResult::kEnded; ++turn) {
      result = aslx::Run(execution, context);
      if (result != RunResult::kSuspended) continue;
      if (turn % 2 == 0) Unpark(Park(execution, input, context), execution);
      host.Wake(execution, context);
    }
    if (result != RunResult::kEnded) Abort(execution, context);
    Recycle(execution);
  }

  JsonReader reader_;
  BlockPool pool_;
  Random random_{1};
};

TEST(MutationTest, EveryByte_ChangedInAFewWays) {
  const std::vector<std::byte> sample = SampleProgram().Finish(0);
  Runner runner;
  for (size_t at = sizeof(FileHeader); at < sample.size(); ++at) {
    auto was = std::to_integer<uint8_t>(sample[at]);
    for (int to : {was ^ 1, was ^ 0x80, was + 1, 0, 0xFF}) {
      auto changed = static_cast<uint8_t>(to);
      if (changed == was) continue;
      std::vector<std::byte> bytes = sample;
      bytes[at] = std::byte{changed};
      SCOPED_TRACE(testing::Message() << "byte " << at << " set to " << int{changed});
      runner.Try(std::move(bytes));
      ASSERT_FALSE(HasFatalFailure());
    }
  }
  // Texts may be changed freely, and an unused field here and there.
  EXPECT_GT(runner.accepted_count, 100);
  EXPECT_LT(runner.accepted_count, runner.tried_count / 2);
}

TEST(MutationTest, BytesAtRandom) {
  const char* seed_text = std::getenv("ASLX_SEED");
  const uint64_t seed = seed_text == nullptr ? 1 : std::strtoull(seed_text, nullptr, 10);
  SCOPED_TRACE(testing::Message() << "ASLX_SEED=" << seed);
  Random random(seed);
  Runner runner;
  const std::vector<std::byte> samples[] = {SampleProgram().Finish(0), SmallestProgram().Finish(0)};
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes = samples[round % 2];
    const uint64_t changes = 1 + random.Below(4);
    for (uint64_t i = 0; i < changes; ++i) {
      size_t at = sizeof(FileHeader) + random.Below(bytes.size() - sizeof(FileHeader));
      // Another byte of the file is often a plausible one.
      bytes[at] = random.Below(2) == 0 ? std::byte{static_cast<uint8_t>(random.Next())}
                                       : bytes[random.Below(bytes.size())];
    }
    SCOPED_TRACE(testing::Message() << "round " << round);
    runner.Try(std::move(bytes));
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(runner.accepted_count, 100);
}

}  // namespace
}  // namespace aslx
