// Asks the cluster now and then whether it is there: who leads each partition, and where it ends.
//
// What it is: the process's own view, through a connection of its own, so that it never stands in a
// worker's way. What it is not: a member of a group; a check before the start (startup_check.h).
// Who uses it: pipeline/cli, for readiness and lag. Thread: Start and destruction main's; Last any.
// Memory: owns its connection and its thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "pipeline/kafka/kafka_handle.h"

namespace aslx {

class ClusterProbe {
 public:
  struct Sight {
    bool answered = false;  // asked at least once
    /// Why something cannot be read or written, in words; empty: all can.
    std::vector<std::string> complaints;
    /// First offset behind each partition of the sources, for readers of committed records.
    std::map<std::pair<std::string, int32_t>, int64_t> ends;
  };

  ClusterProbe() = default;
  ~ClusterProbe();
  ClusterProbe(const ClusterProbe&) = delete;
  ClusterProbe& operator=(const ClusterProbe&) = delete;

  Result<void> Start(const KafkaSettings& settings, const std::vector<std::string>& source_topics,
                     const std::vector<std::string>& sink_topics);
  Sight Last() const;

 private:
  void Run();
  Sight Look();
  bool LookAtTopics(Sight* sight, rd_kafka_topic_partition_list_t* sources);
  void LookAtEnds(rd_kafka_topic_partition_list_t* sources, Sight* sight);

  KafkaHandle instance_;
  std::vector<std::string> source_topics_;
  std::vector<rd_kafka_topic_t*> topics_;  // sources and sinks
  mutable std::mutex mutex_;
  std::condition_variable stopping_changed_;
  bool stopping_ = false;
  Sight last_;
  std::thread thread_;
};

}  // namespace aslx
