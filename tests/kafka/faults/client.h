// librdkafka in the few forms that the event tool needs: a producer, and a reader of whole topics.
//
// What it is not: pipeline/kafka; nothing of the product is used here, so that what checks it
// shares none of its mistakes but librdkafka's own. Who uses it: produce.cc, watch.cc, audit.cc.
// Thread: the one that made it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

namespace aslx::faults {

using Properties = std::vector<std::pair<std::string, std::string>>;

/// Ends the process with a sentence: this tool cannot go on, and whoever started it sees that.
[[noreturn]] void Die(const std::string& why);

/// An instance with these properties; `configure` may set callbacks.
rd_kafka_t* MakeClient(rd_kafka_type_t type, const std::string& brokers,
                       const Properties& properties,
                       const std::function<void(rd_kafka_conf_t*)>& configure = {});

int32_t PartitionCountOf(rd_kafka_t* client, const std::string& topic);

/// Reads topics from their beginning, all partitions, without a group.
class TopicReader {
 public:
  TopicReader(const std::string& brokers, std::vector<std::string> topics, bool read_committed);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  using Visit = std::function<void(size_t topic, const rd_kafka_message_t& message)>;
  /// Shows what is there within the time, in order of offset for each partition.
  void Read(int timeout_ms, const Visit& visit);

  /// Whether every partition was read to the end that was seen last.
  bool at_end() const { return ends_left_ == 0; }
  /// Where the partition ended, once at_end().
  int64_t end(size_t topic, int32_t partition) const {
    return ends_[topic][static_cast<size_t>(partition)];
  }
  int32_t partition_count(size_t topic) const { return static_cast<int32_t>(ends_[topic].size()); }
  const std::string& topic(size_t index) const { return topics_[index]; }
  size_t topic_count() const { return topics_.size(); }

 private:
  size_t IndexOf(const rd_kafka_message_t& message) const;
  void AssignAgain(size_t topic, int32_t partition, const char* why);

  std::vector<std::string> topics_;
  std::vector<std::vector<int64_t>> ends_;   // -1: not yet reached
  std::vector<std::vector<int64_t>> nexts_;  // the least offset that may come
  int64_t ends_left_ = 0;
  int errors_in_a_row_ = 0;
  rd_kafka_t* consumer_ = nullptr;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_message_t*> batch_;
};

/// A header's value; empty when there is none.
std::string_view HeaderOf(const rd_kafka_message_t& message, const char* name);
inline std::string_view PayloadOf(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.payload), message.len};
}

}  // namespace aslx::faults
