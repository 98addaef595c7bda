// What makes a process not alive or not ready, and in which words it says so.
#include "pipeline/admin/health.h"

#include <memory>

#include <gtest/gtest.h>

namespace aslx {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

/// Two pipelines on two workers, all turning at second 100, with a cluster that is there.
class Health : public testing::Test {
 protected:
  Health() {
    const char* names[] = {"orders", "returns"};
    for (size_t i = 0; i < 2; ++i) {
      specs[i].name = names[i];
      PipelineStatus& pipeline = run.pipelines.emplace_back();
      pipeline.spec = &specs[i];
      for (uint32_t worker = 0; worker < 2; ++worker) {
        cores[i][worker] = std::make_unique<CoreStatus>(names[i], worker);
        cores[i][worker]->OnTurn(100 * kSecond);
        cores[i][worker]->ShowSource(true, {});
        pipeline.workers.push_back(cores[i][worker].get());
      }
    }
    run.phase = RunPhase::kRunning;
    cluster.answered = true;
    run.cluster = [this] { return cluster; };
  }

  void ExpectNotReady(const std::string& reason) {
    const HealthReasons reasons = WhyNotReady(run);
    ASSERT_EQ(reasons.size(), 1u) << testing::PrintToString(reasons);
    EXPECT_EQ(reasons[0], reason);
  }

  PipelineSpec specs[2];
  std::unique_ptr<CoreStatus> cores[2][2];
  ClusterStatus cluster;
  RunStatus run;
};

TEST_F(Health, IsWellWhenAllTurnAndRead) {
  EXPECT_EQ(WhyNotAlive(run, 101 * kSecond), HealthReasons{});
  EXPECT_EQ(WhyNotReady(run), HealthReasons{});
}

TEST_F(Health, NamesTheWorkerThatDoesNotTurn) {
  for (auto& pipeline : cores)
    pipeline[0]->OnTurn(130 * kSecond);
  EXPECT_EQ(WhyNotAlive(run, 130 * kSecond), HealthReasons{"worker 1 has not turned for 30 s"});
}

TEST_F(Health, TakesOnePipelineThatTurnsForTheWholeWorker) {
  cores[0][0]->OnTurn(130 * kSecond);
  cores[0][1]->OnTurn(130 * kSecond);
  EXPECT_EQ(WhyNotAlive(run, 130 * kSecond), HealthReasons{});
}

TEST_F(Health, IsAliveWhileItStartsAndWhenItHasEnded) {
  RunStatus starting;
  PipelineStatus& pipeline = starting.pipelines.emplace_back();
  CoreStatus core("p", 0);
  pipeline.spec = &specs[0];
  pipeline.workers = {&core};
  EXPECT_EQ(WhyNotAlive(starting, 1'000 * kSecond), HealthReasons{});
  EXPECT_EQ(WhyNotReady(starting), HealthReasons{"starting"});
  core.OnTurn(kSecond);
  core.OnFinished(nullptr);
  EXPECT_EQ(WhyNotAlive(starting, 1'000 * kSecond), HealthReasons{});
}

TEST_F(Health, IsNotReadyWhileItDrains) {
  run.phase = RunPhase::kDraining;
  ExpectNotReady("draining");
}

TEST_F(Health, IsNotReadyBeforeTheFirstAssignment) {
  cores[1][0]->ShowSource(false, {});
  ExpectNotReady("pipeline 'returns', worker 0: waits for its first assignment of partitions");
}

TEST_F(Health, IsNotReadyWhenARecordIsHeld) {
  cores[0][1]->flow.held.Set(2);
  cores[0][1]->OnHeld("orders-in", 3, 17, "Broker: Message size too large");
  ExpectNotReady(
      "pipeline 'orders', worker 1: 2 records can be neither processed nor dead-lettered and hold "
      "the commit point; the latest: orders-in[3] offset 17: Broker: Message size too large");
  cores[0][1]->flow.held.Set(0);
  EXPECT_EQ(WhyNotReady(run), HealthReasons{}) << "it went through after all";
}

TEST_F(Health, IsNotReadyWithoutTheCluster) {
  cluster.complaints = {"no broker answers: Local: Timed out"};
  ExpectNotReady("cluster: no broker answers: Local: Timed out");
  cluster = {};
  ExpectNotReady("cluster: not asked yet");
  run.cluster = nullptr;
  EXPECT_EQ(WhyNotReady(run), HealthReasons{}) << "files need none";
}

TEST_F(Health, SaysWhyAWorkerHasEnded) {
  const Error failure{ErrorKind::kUnknownOutcome, "a transaction timed out"};
  cores[0][0]->OnFinished(&failure);
  ExpectNotReady("pipeline 'orders', worker 0: has ended: a transaction timed out");
}

TEST_F(Health, IsReadyWhenAWorkerHasReadAllItsFiles) {
  cores[0][0]->OnFinished(nullptr);
  EXPECT_EQ(WhyNotReady(run), HealthReasons{});
}

TEST_F(Health, GivesAllReasonsAtOnce) {
  run.phase = RunPhase::kDraining;
  cluster.complaints = {"t[0] has no leader"};
  cores[0][0]->ShowSource(false, {});
  EXPECT_EQ(WhyNotReady(run).size(), 3u);
}

}  // namespace
}  // namespace aslx
