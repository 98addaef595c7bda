#include "pipeline/kafka/cluster_probe.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include <fmt/core.h>

namespace aslx {
namespace {

/// How often the cluster is asked: a scrape or a probe wants to know what was seconds ago.
constexpr std::chrono::milliseconds kInterval{2'000};
/// Of one question. A broker that is there answers within milliseconds.
constexpr int kTimeoutMs = 2'000;

using PartitionList =
    std::unique_ptr<rd_kafka_topic_partition_list_t, void (*)(rd_kafka_topic_partition_list_t*)>;

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ClusterProbe::~ClusterProbe() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  for (rd_kafka_topic_t* topic : topics_)
    rd_kafka_topic_destroy(topic);
}

Result<void> ClusterProbe::Start(const KafkaSettings& settings,
                                 const std::vector<std::string>& source_topics,
                                 const std::vector<std::string>& sink_topics) {
  Result<void> made = instance_.Make(RD_KAFKA_CONSUMER, settings,
                                     {{"group.id", "aslx-cluster-probe"},
                                      {"allow.auto.create.topics", "false"},
                                      {"log.connection.close", "false"}},
                                     nullptr);
  if (!made) return made;
  source_topics_ = source_topics;
  std::vector<std::string> names = source_topics;
  for (const std::string& name : sink_topics)
    if (!Contains(names, name)) names.push_back(name);
  // Metadata is asked for the topics that the instance knows.
  for (const std::string& name : names) {
    rd_kafka_topic_t* topic = rd_kafka_topic_new(instance_.get(), name.c_str(), nullptr);
    if (topic == nullptr)
      return Fail(ErrorKind::kConfiguration, fmt::format("topic '{}' cannot be named so", name));
    topics_.push_back(topic);
  }
  thread_ = std::thread([this] { Run(); });
  return {};
}

ClusterProbe::Sight ClusterProbe::Last() const {
  std::lock_guard lock(mutex_);
  return last_;
}

void ClusterProbe::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    Sight sight = Look();
    lock.lock();
    last_ = std::move(sight);
    stopping_changed_.wait_for(lock, kInterval, [this] { return stopping_; });
  }
}

ClusterProbe::Sight ClusterProbe::Look() {
  rd_kafka_poll(instance_.get(), 0);
  Sight sight;
  sight.answered = true;
  const PartitionList sources(rd_kafka_topic_partition_list_new(1),
                              rd_kafka_topic_partition_list_destroy);
  if (LookAtTopics(&sight, sources.get()) && sources->cnt > 0) LookAtEnds(sources.get(), &sight);
  return sight;
}

/// False when no broker answered. Partitions of sources that have a leader are added to `sources`.
bool ClusterProbe::LookAtTopics(Sight* sight, rd_kafka_topic_partition_list_t* sources) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(instance_.get(), 0, nullptr, &metadata, kTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    sight->complaints.push_back(fmt::format("no broker answers: {}", rd_kafka_err2str(error)));
    return false;
  }
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      sight->complaints.push_back(
          fmt::format("topic '{}': {}", topic.topic, rd_kafka_err2str(topic.err)));
    }
    for (int k = 0; k < topic.partition_cnt; ++k) {
      const rd_kafka_metadata_partition_t& partition = topic.partitions[k];
      if (partition.leader < 0) {
        sight->complaints.push_back(fmt::format("{}[{}] has no leader", topic.topic, partition.id));
      } else if (Contains(source_topics_, topic.topic)) {
        rd_kafka_topic_partition_list_add(sources, topic.topic, partition.id)->offset =
            RD_KAFKA_OFFSET_END;
      }
    }
  }
  rd_kafka_metadata_destroy(metadata);
  return true;
}

/// The protocol asks for the end of a partition as for the offset of a timestamp, with -1 for it.
void ClusterProbe::LookAtEnds(rd_kafka_topic_partition_list_t* sources, Sight* sight) {
  const rd_kafka_resp_err_t error =
      rd_kafka_offsets_for_times(instance_.get(), sources, kTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    sight->complaints.push_back(
        fmt::format("ends of partitions cannot be fetched: {}", rd_kafka_err2str(error)));
    return;
  }
  for (int i = 0; i < sources->cnt; ++i) {
    const rd_kafka_topic_partition_t& partition = sources->elems[i];
    if (partition.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      sight->ends[{partition.topic, partition.partition}] = partition.offset;
    } else {
      sight->complaints.push_back(fmt::format("end of {}[{}] cannot be fetched: {}",
                                              partition.topic, partition.partition,
                                              rd_kafka_err2str(partition.err)));
    }
  }
}

}  // namespace aslx
