// The engine: every core builds, turns and destroys its own parts on its own thread; drain, abort
// and failure reach all of them.
#include "runtime/worker/engine.h"

#include <atomic>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

namespace aslx {
namespace {

struct Log {
  std::mutex mutex;
  std::set<std::thread::id> built, destroyed;
  std::atomic<int> drained{0};
  std::atomic<int> turns{0};
};

class Part final : public CoreTask {
 public:
  Part(Log* log, bool fails) : log_(log), fails_(fails) { Note(&log->built); }
  ~Part() override { Note(&log_->destroyed); }
  TurnStatus Turn(int64_t, int64_t) override {
    log_->turns.fetch_add(1);
    TurnStatus status;
    status.finished = drained_ || fails_;
    return status;
  }
  void Drain() override {
    drained_ = true;
    log_->drained.fetch_add(1);
  }
  const Error* failure() const override { return fails_ ? &error_ : nullptr; }

 private:
  void Note(std::set<std::thread::id>* threads) {
    const std::lock_guard lock(log_->mutex);
    threads->insert(std::this_thread::get_id());
  }
  Log* log_;
  bool fails_;
  bool drained_ = false;
  Error error_{ErrorKind::kUnknownOutcome, "the outcome is not known"};
};

Engine::Factory Parts(Log* log, int failing_core) {
  return [log, failing_core](const CoreContext& core) -> Result<Engine::CoreTasks> {
    Engine::CoreTasks tasks;
    tasks.push_back(std::make_unique<Part>(log, static_cast<int>(core.index) == failing_core));
    return tasks;
  };
}

TEST(Engine, DrainsEveryCoreOnItsOwnThread) {
  Log log;
  SystemClock clock;
  Engine engine({.worker_count = 3, .pin = true}, &clock);
  ASSERT_TRUE(engine.Start(Parts(&log, -1)).has_value());
  EXPECT_EQ(log.built.size(), 3u);
  EXPECT_TRUE(engine.running());
  engine.RequestDrain();
  EXPECT_TRUE(engine.Join().has_value());
  EXPECT_FALSE(engine.running());
  EXPECT_EQ(log.drained.load(), 3);
  EXPECT_EQ(log.built, log.destroyed);
}

TEST(Engine, DrainsTheOthersWhenOneFails) {
  Log log;
  SystemClock clock;
  Engine engine({.worker_count = 3, .pin = false}, &clock);
  ASSERT_TRUE(engine.Start(Parts(&log, 1)).has_value());
  const Result<void> outcome = engine.Join();
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(log.drained.load(), 2);
}

TEST(Engine, KeepsTheFailureThatTellsMost) {
  const Error first{ErrorKind::kUnavailable, "first"};
  const Error second{ErrorKind::kInternal, "second"};
  const Error unknown{ErrorKind::kUnknownOutcome, "unknown"};
  const Error unknown_too{ErrorKind::kUnknownOutcome, "unknown, too"};
  Result<void> outcome;
  const struct {
    const Error& failure;
    std::string_view kept;
  } steps[] = {{first, "first"},
               {second, "first"},
               {unknown, "unknown"},
               {unknown_too, "unknown"},
               {second, "unknown"}};
  for (const auto& step : steps) {
    KeepMostTelling(step.failure, &outcome);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().message, step.kept);
  }
}

TEST(Engine, EndsTheOthersWhenOneCannotBeBuilt) {
  Log log;
  SystemClock clock;
  Engine engine({.worker_count = 2, .pin = false}, &clock);
  const Result<void> outcome =
      engine.Start([&log](const CoreContext& core) -> Result<Engine::CoreTasks> {
        if (core.index == 1) return Fail(ErrorKind::kConfiguration, "no such topic");
        return Parts(&log, -1)(core);
      });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().message, "no such topic");
  EXPECT_FALSE(engine.running());
  EXPECT_EQ(log.drained.load(), 0);
  EXPECT_EQ(log.turns.load(), 0);
}

TEST(Engine, AbortsWithoutFinishing) {
  Log log;
  SystemClock clock;
  Engine engine({.worker_count = 2, .pin = false}, &clock);
  ASSERT_TRUE(engine.Start(Parts(&log, -1)).has_value());
  engine.RequestAbort();
  EXPECT_TRUE(engine.Join().has_value());
  EXPECT_EQ(log.drained.load(), 0);
}

TEST(Waker, EndsASleepThatBeginsAfterTheRing) {
  Waker waker;
  waker.PrepareSleep();
  waker.Wake();
  waker.Sleep(-1);  // would never return if the ring were lost
  waker.Ring();
  waker.Sleep(-1);
  SUCCEED();
}

}  // namespace
}  // namespace aslx
