// The worker: what becomes of executions that run through, wait, call, fail, spin and take too
// long; that late answers are refused; that memory, timers and slots come back.
#include "runtime/worker/worker.h"

#include <map>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "runtime/base/clock.h"
#include "runtime/value/json_writer.h"
#include "tests/unit/worker/choosing_program.h"

namespace aslx {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

class World final : public ExecutionListener, public TaskGateway {
 public:
  explicit World(WorkerOptions options = {})
      : completions(nullptr),
        program(ChoosingProgram()),
        worker(options, &completions, this, this) {
    Turn();
  }
  ~World() override {
    worker.AbortAll();
    EXPECT_EQ(worker.pool().taken_count(), 0u) << "blocks are missing from the pool";
    EXPECT_EQ(worker.timer_count(), 0u);
    EXPECT_EQ(worker.tasks_in_flight(), 0u);
  }

  StartResult Start(uint64_t user, const char* event) {
    inputs[user] = event;
    ExecutionStart start;
    start.program = program.get();
    start.input = inputs[user];
    start.user = user;
    return worker.Start(start);
  }
  void Turn() {
    worker.SetTime(clock.Now(), clock.Wall());
    worker.Turn();
    worker.Settle();
  }
  void Pass(int64_t ns) {
    clock.Advance(ns);
    Turn();
  }
  void Answer(SuspensionToken token, const std::string& output) {
    TaskOutcome outcome;
    outcome.succeeded = true;
    outcome.output = output;
    completions.Push(Completion::Answer(token, outcome));
  }

  void OnEnded(uint64_t user, Execution& execution) override {
    ends[user] = execution.status == ExecutionStatus::kSucceeded
                     ? JsonString(execution.output)
                     : std::string(execution.fault.name_view());
    states[user] = execution.status == ExecutionStatus::kSucceeded ? execution.final_state
                                                                   : execution.failed_state;
  }
  std::string_view OnDetached(uint64_t user) override {
    detached.push_back(user);
    moved[user] = inputs[user];
    inputs[user].assign(inputs[user].size(), '#');  // nobody may look at it any more
    return moved[user];
  }
  void Submit(const TaskRequest& request) override {
    calls.push_back(request.token);
    if (!answer_at_once.empty()) Answer(request.token, answer_at_once);
  }
  void Cancel(SuspensionToken token) override { cancelled.push_back(token); }

  SimClock clock{1'700'000'000 * kSecond};
  CompletionQueue completions;
  std::shared_ptr<const Program> program;
  std::map<uint64_t, std::string> inputs, moved, ends, states;
  std::vector<uint64_t> detached;
  std::vector<SuspensionToken> calls, cancelled;
  std::string answer_at_once;
  Worker worker;
};

TEST(Worker, RunsThroughInStart) {
  World world;
  EXPECT_EQ(world.Start(1, R"({"a":1})").status, StartResult::Status::kEnded);
  EXPECT_EQ(world.ends[1], R"({"a":1})");
  EXPECT_EQ(world.states[1], "Done");
  EXPECT_EQ(world.Start(2, R"({"do":"fail"})").status, StartResult::Status::kEnded);
  EXPECT_EQ(world.ends[2], "Broken");
  EXPECT_EQ(world.states[2], "Failing");
  EXPECT_TRUE(world.detached.empty());
  EXPECT_EQ(world.worker.execution_count(), 0u);
}

TEST(Worker, RefusesWhatIsNotJson) {
  World world;
  for (const char* event : {"", "{", "{} {}", "\xFF"}) {
    const StartResult result = world.Start(1, event);
    EXPECT_EQ(result.status, StartResult::Status::kRefused) << event;
    EXPECT_STRNE(result.error.message, "") << event;
  }
  EXPECT_TRUE(world.ends.empty());
  EXPECT_EQ(world.worker.execution_count(), 0u);
}

TEST(Worker, WaitsWithoutItsInput) {
  World world;
  EXPECT_EQ(world.Start(1, R"({"do":"wait","seconds":5})").status, StartResult::Status::kRunning);
  EXPECT_TRUE(world.detached.empty()) << "not before the Turn is over";
  world.Turn();
  EXPECT_EQ(world.detached, std::vector<uint64_t>{1});
  EXPECT_EQ(world.worker.pool().taken_count(), 0u) << "a pooled block is for running";
  world.Pass(5 * kSecond - 2'000'000);
  EXPECT_TRUE(world.ends.empty());
  EXPECT_LE(world.worker.NextDueNs(), 5 * kSecond);
  world.Pass(2'000'000);
  EXPECT_EQ(world.ends[1], R"({"do":"wait","seconds":5})");
  EXPECT_EQ(world.worker.NextDueNs(), INT64_MAX);
}

TEST(Worker, GoesOnAtOnceWhenTheAnswerIsThere) {
  World world;
  world.answer_at_once = "42";
  world.Start(1, R"({"do":"task"})");
  world.worker.Settle();
  EXPECT_EQ(world.ends[1], "42");
  EXPECT_TRUE(world.detached.empty()) << "it never had to be moved";
}

TEST(Worker, RefusesLateAnswers) {
  World world;
  world.Start(1, R"({"do":"task"})");
  world.Turn();
  const SuspensionToken token = world.calls[0];
  world.Pass(5 * kSecond);
  world.completions.Push(Completion::Heartbeat(token));
  world.Turn();
  world.Pass(8 * kSecond);
  EXPECT_TRUE(world.ends.empty()) << "the sign of life keeps it";
  world.Pass(8 * kSecond);
  EXPECT_EQ(world.ends[1], "States.Timeout") << "none for ten seconds";
  EXPECT_EQ(world.cancelled.size(), 1u);
  world.Answer(token, "1");
  world.Turn();
  EXPECT_EQ(world.worker.late_count(), 1u);
  EXPECT_EQ(world.Start(2, R"({"do":"task"})").handle.slot, token.execution)
      << "the slot is reused";
  world.Answer(token, "1");
  world.Turn();
  EXPECT_EQ(world.worker.late_count(), 2u) << "but its generation is another";
  EXPECT_FALSE(world.ends.contains(2));
}

TEST(Worker, EndsWhatTakesTooLong) {
  World world;
  world.Start(1, R"({"do":"wait","seconds":3000})");
  world.Turn();
  world.Pass(60 * kSecond - 2'000'000);
  EXPECT_TRUE(world.ends.empty());
  world.Pass(2'000'000);
  EXPECT_EQ(world.ends[1], "States.Timeout");
}

TEST(Worker, LetsNobodyHoldTheCore) {
  World world;
  EXPECT_EQ(world.Start(1, R"({"do":"spin"})").status, StartResult::Status::kRunning);
  EXPECT_EQ(world.Start(2, R"({"do":"spin"})").status, StartResult::Status::kRunning);
  EXPECT_EQ(world.Start(3, R"({})").status, StartResult::Status::kEnded);
  EXPECT_TRUE(world.worker.busy());
  for (int i = 0; i < 10; ++i)
    world.Turn();
  EXPECT_TRUE(world.ends.contains(3));
  EXPECT_FALSE(world.ends.contains(1));
  world.Pass(60 * kSecond);
  world.Turn();
  EXPECT_EQ(world.ends[1], "States.Timeout");
  EXPECT_EQ(world.ends[2], "States.Timeout");
  EXPECT_FALSE(world.worker.busy());
  EXPECT_EQ(world.worker.execution_count(), 0u);
}

// Slots are for what runs: the table keeps two thousand, and makes more while more run at once.
TEST(Worker, RunsMoreAtOnceThanItKeepsSlotsFor) {
  World world;
  constexpr uint64_t kCount = 5'000;
  for (int round = 0; round < 2; ++round) {
    std::vector<ExecutionHandle> handles;
    for (uint64_t user = 0; user < kCount; ++user)
      handles.push_back(world.Start(user, R"({"do":"spin"})").handle);
    EXPECT_EQ(world.worker.execution_count(), kCount);
    for (const ExecutionHandle handle : handles)
      ASSERT_TRUE(world.worker.Abort(handle));
    world.Turn();
    EXPECT_FALSE(world.worker.busy());
    EXPECT_EQ(world.worker.execution_count(), 0u);
    EXPECT_EQ(world.worker.pool().taken_count(), 0u);
    EXPECT_EQ(world.worker.timer_count(), 0u);
  }
}

// What waited until the same instant is woken a part at a time, so that its memory is that of a
// part.
TEST(Worker, WakesWhatIsDueAtOnceInParts) {
  World world;
  constexpr uint64_t kCount = 5'000;
  constexpr uint64_t kPart = 1'024;
  for (uint64_t user = 0; user < kCount; ++user) {
    world.Start(user, R"({"do":"wait","seconds":7})");
    if (user % 100 == 0) world.Turn();
  }
  world.Turn();
  EXPECT_EQ(world.worker.execution_count(), kCount);
  EXPECT_EQ(world.worker.pool().taken_count(), 0u);
  EXPECT_EQ(world.worker.timer_count(), 2 * kCount);
  world.Pass(7 * kSecond);
  for (uint64_t ended = kPart; ended < kCount; ended += kPart) {
    ASSERT_EQ(world.ends.size(), ended);
    ASSERT_EQ(world.ends.rbegin()->first, ended - 1) << "the order of their starts";
    ASSERT_LE(world.worker.NextDueNs(), world.clock.Now()) << "the rest is due";
    world.Turn();
  }
  ASSERT_EQ(world.ends.size(), kCount);
  for (const auto& [user, end] : world.ends)
    ASSERT_EQ(end, R"({"do":"wait","seconds":7})") << user;
  EXPECT_EQ(world.worker.execution_count(), 0u);
  EXPECT_EQ(world.worker.timer_count(), 0u);
}

TEST(Worker, StartsNothingAboveItsLimits) {
  World world({.executions_max = 2, .tasks_max = 1, .seed = 0});
  EXPECT_EQ(world.worker.capacity(), 2u);
  world.Start(1, R"({"do":"task"})");
  EXPECT_EQ(world.worker.capacity(), 0u) << "as many tasks as allowed";
  world.Start(2, R"({"do":"wait","seconds":1})");
  EXPECT_EQ(world.Start(3, "{}").status, StartResult::Status::kFull);
  world.Turn();
  world.Answer(world.calls[0], "1");
  world.Turn();
  EXPECT_EQ(world.worker.capacity(), 1u);
  EXPECT_EQ(world.Start(3, "{}").status, StartResult::Status::kEnded);
}

TEST(Worker, AbortsWithoutAnOutcome) {
  World world;
  const ExecutionHandle waiting = world.Start(1, R"({"do":"task"})").handle;
  const ExecutionHandle spinning = world.Start(2, R"({"do":"spin"})").handle;
  world.Turn();
  EXPECT_TRUE(world.worker.Abort(waiting));
  EXPECT_FALSE(world.worker.Abort(waiting));
  EXPECT_TRUE(world.worker.Abort(spinning));
  EXPECT_EQ(world.cancelled, std::vector<SuspensionToken>{world.calls[0]});
  world.Turn();
  EXPECT_TRUE(world.ends.empty());
  EXPECT_EQ(world.worker.execution_count(), 0u);
}

// Answers pushed by other threads all arrive, each once.
TEST(Worker, TakesAnswersOfOtherThreads) {
  World world;
  constexpr uint64_t kCalls = 400;
  for (uint64_t user = 0; user < kCalls; ++user)
    world.Start(user, R"({"do":"task"})");
  world.Turn();
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&world, t] {
      for (size_t i = t; i < kCalls; i += 4)
        world.Answer(world.calls[i], std::to_string(i));
    });
  }
  while (world.ends.size() < kCalls)
    world.Turn();
  for (std::thread& thread : threads)
    thread.join();
  for (uint64_t user = 0; user < kCalls; ++user)
    EXPECT_EQ(world.ends[user], std::to_string(user));
}

// The same calls in the same order lead to the same bytes, whatever happens in between.
TEST(Worker, IsTheSameForTheSameSeed) {
  const auto run = [](uint64_t seed) {
    World world({.executions_max = 100, .tasks_max = 100, .seed = seed});
    Random random(seed);
    std::string story;
    for (uint64_t user = 0; user < 300; ++user) {
      const char* events[] = {R"({"do":"task"})", R"({"do":"wait","seconds":2})", "{}",
                              R"({"do":"fail"})"};
      world.Start(user, events[random.Below(4)]);
      if (!world.calls.empty() && random.Below(2) == 0) {
        world.Answer(world.calls[random.Below(world.calls.size())], "7");
      }
      world.Pass(static_cast<int64_t>(random.Below(kSecond)));
      story += std::to_string(world.ends.size()) + " " +
               std::to_string(world.worker.timer_count()) + " " +
               std::to_string(world.worker.late_count()) + "\n";
    }
    for (const auto& [user, end] : world.ends)
      story += std::to_string(user) + " " + end + "\n";
    return story;
  };
  for (const uint64_t seed : {1u, 2u, 3u})
    EXPECT_EQ(run(seed), run(seed)) << "seed " << seed;
  EXPECT_NE(run(1), run(2));
}

}  // namespace
}  // namespace aslx
