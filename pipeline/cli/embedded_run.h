// `aslx run --embedded-broker`: the broker, and with `--feed` what goes in and comes out.
//
// What it is not: for real topics.
// Thread: main's. Memory: owns the broker and the feed.
#pragma once

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/cli/pipeline_core.h"
#include "pipeline/kafka/embedded_broker.h"
#include "pipeline/kafka/topic_feed.h"

namespace aslx {

class EmbeddedRun {
 public:
  EmbeddedRun() = default;
  EmbeddedRun(const EmbeddedRun&) = delete;
  EmbeddedRun& operator=(const EmbeddedRun&) = delete;

  /// Starts the broker with every topic that the pipelines name, and says what it is.
  Result<void> Start(const RunConfig& config, uint32_t worker_count);
  std::string brokers() const { return broker_.brokers(); }

  /// Feeds `path` (NDJSON, or - for standard input) to the first pipeline that reads topics.
  Result<void> StartFeed(const std::string& path, const std::vector<PipelinePlan>& plans);
  bool feeding() const { return feed_ != nullptr; }
  /// Every event that was fed has its outcome, or nothing has come for long.
  bool FeedDone(int64_t now_ns);
  /// A few results, then `feed: in N, out N, failed N, lost N, N events/s`, with `dropped N` behind
  /// `out` where a route or the dead letters dropped some. False when one is lost.
  bool ReportFeed();

 private:
  EmbeddedBroker broker_;
  int partition_count_ = 1;
  const PipelinePlan* plan_ = nullptr;
  std::ifstream file_;
  std::unique_ptr<TopicFeed> feed_;
  int64_t begin_ns_ = 0;
  int64_t changed_ns_ = 0;  // when an outcome came last
  uint64_t settled_ = 0;
};

}  // namespace aslx
