// The text of the metrics, and that README.md lists what there is.
#include "pipeline/admin/run_metrics.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/admin/metric_table.h"

namespace aslx {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunMetricsText : public testing::Test {
 protected:
  RunMetricsText() {
    spec.name = "orders";
    spec.window.records_max = 77;
    PipelineStatus& pipeline = run.pipelines.emplace_back();
    pipeline.spec = &spec;
    pipeline.workers = {&cores[0], &cores[1]};
    run.version = "1.2.3";
    run.librdkafka_version = "2.0.2";
  }

  PipelineSpec spec;
  CoreStatus cores[2] = {{"orders", 0}, {"orders", 1}};
  RunStatus run;
};

TEST_F(RunMetricsText, HasASampleForEachWorkerAndOutcome) {
  cores[0].flow.received.Add(5);
  cores[1].flow.timed_out.Add(2);
  cores[1].flow.arena_blocks.Set(3);
  const std::string text = MetricsText(run);
  for (const char* line : {
           "# TYPE aslx_events_received_total counter\n",
           "aslx_events_received_total{pipeline=\"orders\",worker=\"0\"} 5\n",
           "aslx_events_received_total{pipeline=\"orders\",worker=\"1\"} 0\n",
           "aslx_executions_total{pipeline=\"orders\",worker=\"1\",outcome=\"timed_out\"} 2\n",
           "aslx_in_flight_records_limit{pipeline=\"orders\",worker=\"0\"} 77\n",
           "aslx_arena_bytes{pipeline=\"orders\",worker=\"1\"} 49152\n",
           "aslx_build_info{version=\"1.2.3\",librdkafka=\"2.0.2\"} 1\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(RunMetricsText, AddsTheHistogramsOfAllWorkers) {
  cores[0].flow.latency.Record(150'000);
  cores[1].flow.latency.Record(150'000);
  cores[1].flow.latency.Record(2'000'000'000'000);
  const std::string text = MetricsText(run);
  for (const char* line : {
           "# TYPE aslx_event_latency_seconds histogram\n",
           "aslx_event_latency_seconds_count{pipeline=\"orders\"} 3\n",
           "aslx_event_latency_seconds_sum{pipeline=\"orders\"} 2000.0003\n",
           "aslx_event_latency_seconds_bucket{pipeline=\"orders\",le=\"0.0001\"} 0\n",
           "aslx_event_latency_seconds_bucket{pipeline=\"orders\",le=\"0.0002\"} 2\n",
           "aslx_event_latency_seconds_bucket{pipeline=\"orders\",le=\"1000\"} 2\n",
           "aslx_event_latency_seconds_bucket{pipeline=\"orders\",le=\"+Inf\"} 3\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(RunMetricsText, HasTheLagOfPartitionsWhoseEndIsKnown) {
  EXPECT_THAT(MetricsText(run), Not(HasSubstr("aslx_lag_records"))) << "there is no cluster";
  cores[1].ShowSource(true, {{"in", 0, 40}, {"in", 1, 7}, {"in", 2, -1}, {"in", 3, 9}});
  ClusterStatus cluster;
  cluster.ends = {{{"in", 0}, 100}, {{"in", 1}, 5}, {{"in", 2}, 5}, {{"other", 3}, 50}};
  run.cluster = [&] { return cluster; };
  const std::string text = MetricsText(run);
  const std::string lag =
      "aslx_lag_records{pipeline=\"orders\",worker=\"1\",topic=\"in\",partition=";
  EXPECT_THAT(text, HasSubstr(lag + "\"0\"} 60\n"));
  EXPECT_THAT(text, HasSubstr(lag + "\"1\"} 0\n")) << "the end is the older one of the two";
  EXPECT_THAT(text, Not(HasSubstr(lag + "\"2\"}"))) << "nothing was read or committed";
  EXPECT_THAT(text, Not(HasSubstr(lag + "\"3\"}"))) << "its end is not known";
}

TEST_F(RunMetricsText, EscapesNames) {
  CoreStatus quoted("a\"b\nc", 0);
  run.pipelines[0].workers = {&quoted};
  EXPECT_THAT(MetricsText(run), HasSubstr("pipeline=\"a\\\"b\\nc\""));
}

TEST_F(RunMetricsText, KnowsTheProcess) {
  const ProcessUsage usage = ReadProcessUsage();
  EXPECT_GT(usage.resident_bytes, 1e6);
  EXPECT_GT(usage.virtual_bytes, usage.resident_bytes);
  EXPECT_GE(usage.threads, 1);
  EXPECT_GE(usage.open_files, 3);
  EXPECT_GT(usage.open_files_max, usage.open_files);
  EXPECT_GT(usage.start_seconds, 1.6e9);
  EXPECT_THAT(MetricsText(run), HasSubstr("\nprocess_resident_memory_bytes "));
}

TEST(MetricTable, FollowsTheConventions) {
  std::set<std::string_view> names;
  for (const MetricRow& row : Metrics()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands there twice";
    EXPECT_TRUE(row.name.starts_with("aslx_") || row.name.starts_with("process_")) << row.name;
    EXPECT_EQ(row.name.ends_with("_total"), row.kind == MetricKind::kCounter) << row.name;
    EXPECT_EQ(row.kind == MetricKind::kHistogram, row.scope == MetricScope::kPipeline);
    EXPECT_EQ(row.histogram != nullptr, row.scope == MetricScope::kPipeline) << row.name;
    EXPECT_EQ(row.samples.empty(), row.scope != MetricScope::kWorker) << row.name;
    EXPECT_EQ(row.usage != nullptr, row.scope == MetricScope::kProcess) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
  }
}

TEST(MetricReference_InReadme, IsCurrent) {
  std::ifstream file(ASLX_ADMIN_README, std::ios::binary);
  const std::string readme(std::istreambuf_iterator<char>(file), {});
  constexpr std::string_view kMarker = "<!-- generated by aslx_metric_reference -->\n";
  const size_t at = readme.find(kMarker);
  ASSERT_NE(at, std::string::npos) << ASLX_ADMIN_README;
  EXPECT_EQ(readme.substr(at + kMarker.size()), MetricReference())
      << "run aslx_metric_reference and put its output behind the marker";
}

}  // namespace
}  // namespace aslx
