// The admin server beside a worker that turns: what is asked while it is written, and its end.
#include "pipeline/admin/admin_server.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <httplib.h>

namespace aslx {
namespace {

class AdminServerTest : public testing::Test {
 protected:
  AdminServerTest() {
    spec.name = "p";
    run.pipelines.push_back({&spec, {&core}});
    run.cluster = [] { return ClusterStatus{true, {}, {{{"in", 0}, 1'000'000'000}}}; };
    run.phase = RunPhase::kRunning;
  }

  PipelineSpec spec;
  CoreStatus core{"p", 0};
  RunStatus run;
  SystemClock clock;
};

TEST_F(AdminServerTest, AnswersWhileTheWorkerWrites) {
  core.OnTurn(clock.Now());
  core.ShowSource(true, {{"in", 0, 0}});  // ready before anybody asks
  auto server = AdminServer::Start({.host = "127.0.0.1"}, &run, &clock);
  ASSERT_TRUE(server.has_value()) << server.error().message;
  std::atomic<bool> asked{false};
  std::thread worker([&] {
    for (int64_t n = 0; !asked; ++n) {
      core.OnTurn(clock.Now());
      core.flow.received.Add();
      core.flow.latency.Record(n);
      core.ShowSource(true, {{"in", 0, n}});
      if (n % 100 == 0) core.OnHeld("in", 0, n, "too large");
    }
    const Error failure{ErrorKind::kUnavailable, "gone"};
    core.OnFinished(&failure);
  });
  std::vector<std::thread> askers;
  for (const char* path : {"/metrics", "/readyz", "/livez"}) {
    askers.emplace_back([&, path] {
      for (int i = 0; i < 20; ++i) {
        httplib::Client client((*server)->url());
        const httplib::Result answer = client.Get(path);
        ASSERT_TRUE(answer) << httplib::to_string(answer.error());
        EXPECT_EQ(answer->status, 200) << path << ": " << answer->body;
      }
    });
  }
  for (std::thread& asker : askers)
    asker.join();
  asked = true;
  worker.join();
  httplib::Client client((*server)->url());
  const httplib::Result answer = client.Get("/readyz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "pipeline 'p', worker 0: has ended: gone\n");
}

TEST_F(AdminServerTest, EndsAtOnceThoughItWasNeverAsked) {
  for (int i = 0; i < 20; ++i) {
    auto server = AdminServer::Start({.host = "127.0.0.1"}, &run, &clock);
    ASSERT_TRUE(server.has_value()) << server.error().message;
  }
}

TEST_F(AdminServerTest, RefusesAnAddressThatIsNotOurs) {
  auto server = AdminServer::Start({.host = "192.0.2.1", .port = 9464}, &run, &clock);
  ASSERT_FALSE(server.has_value());
  EXPECT_EQ(server.error().kind, ErrorKind::kConfiguration);
  EXPECT_NE(server.error().message.find("192.0.2.1:9464"), std::string::npos);
}

}  // namespace
}  // namespace aslx
