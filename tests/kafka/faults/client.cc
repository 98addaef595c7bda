#include "tests/kafka/faults/client.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace aslx::faults {
namespace {

constexpr size_t kBatch = 4'096;
constexpr int kMetadataTimeoutMs = 30'000;
/// A broker that was stopped and goes on takes itself for the leader for a moment.
constexpr int kErrorsInARowMax = 1'000;

}  // namespace

void Die(const std::string& why) {
  std::fprintf(stderr, "event_tool: %s\n", why.c_str());
  std::fflush(nullptr);
  std::_Exit(1);
}

rd_kafka_t* MakeClient(rd_kafka_type_t type, const std::string& brokers,
                       const Properties& properties,
                       const std::function<void(rd_kafka_conf_t*)>& configure) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char why[512];
  auto set = [&](const std::string& name, const std::string& value) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK)
      Die(why);
  };
  set("bootstrap.servers", brokers);
  set("client.id", "event-tool");
  set("log_level", "2");  // brokers come and go here
  for (const auto& [name, value] : properties)
    set(name, value);
  if (configure) configure(conf);
  rd_kafka_t* client = rd_kafka_new(type, conf, why, sizeof why);
  if (client == nullptr) Die(why);
  return client;
}

int32_t PartitionCountOf(rd_kafka_t* client, const std::string& topic) {
  rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, handle, &metadata, kMetadataTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1 ||
      metadata->topics[0].partition_cnt == 0) {
    Die(fmt::format("topic {}: no metadata: {}", topic, rd_kafka_err2str(error)));
  }
  int32_t count = metadata->topics[0].partition_cnt;
  rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(handle);
  return count;
}

TopicReader::TopicReader(const std::string& brokers, std::vector<std::string> topics,
                         bool read_committed)
    : topics_(std::move(topics)), batch_(kBatch) {
  consumer_ =
      MakeClient(RD_KAFKA_CONSUMER, brokers,
                 {{"group.id", "event-tool"},
                  {"enable.auto.commit", "false"},
                  {"enable.auto.offset.store", "false"},
                  // Offsets that are not there any more are an error here, not a place to begin.
                  {"auto.offset.reset", "error"},
                  {"enable.partition.eof", "true"},
                  {"isolation.level", read_committed ? "read_committed" : "read_uncommitted"},
                  {"queued.min.messages", "1000000"},
                  {"fetch.wait.max.ms", "50"},
                  {"reconnect.backoff.max.ms", "500"},
                  {"topic.metadata.refresh.interval.ms", "1000"}});
  rd_kafka_poll_set_consumer(consumer_);
  auto* all = rd_kafka_topic_partition_list_new(1);
  for (const std::string& topic : topics_) {
    int32_t count = PartitionCountOf(consumer_, topic);
    ends_.emplace_back(static_cast<size_t>(count), -1);
    nexts_.emplace_back(static_cast<size_t>(count), 0);
    ends_left_ += count;
    for (int32_t partition = 0; partition < count; ++partition)
      rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset = 0;
  }
  if (rd_kafka_assign(consumer_, all) != RD_KAFKA_RESP_ERR_NO_ERROR) Die("assign failed");
  rd_kafka_topic_partition_list_destroy(all);
  queue_ = rd_kafka_queue_get_consumer(consumer_);
}

TopicReader::~TopicReader() {
  rd_kafka_queue_destroy(queue_);
  rd_kafka_consumer_close(consumer_);
  rd_kafka_destroy(consumer_);
}

size_t TopicReader::IndexOf(const rd_kafka_message_t& message) const {
  std::string_view name = rd_kafka_topic_name(message.rkt);
  return static_cast<size_t>(std::find(topics_.begin(), topics_.end(), name) - topics_.begin());
}

/// A broker that does not know yet that it lost the partition has not got this offset; the new
/// leader has. After such an error librdkafka 2.0.2 takes a seek and does not fetch; a new
/// assignment it does.
void TopicReader::AssignAgain(size_t topic, int32_t partition, const char* why) {
  int64_t next = nexts_[topic][static_cast<size_t>(partition)];
  if (++errors_in_a_row_ > kErrorsInARowMax)
    Die(fmt::format("{}[{}], offset {}: {}", topics_[topic], partition, next, why));
  auto* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topics_[topic].c_str(), partition)->offset = next;
  for (auto* call : {rd_kafka_incremental_unassign, rd_kafka_incremental_assign}) {
    if (rd_kafka_error_t* error = call(consumer_, list); error != nullptr)
      Die(fmt::format("{}[{}]: {}", topics_[topic], partition, rd_kafka_error_string(error)));
  }
  rd_kafka_topic_partition_list_destroy(list);
}

void TopicReader::Read(int timeout_ms, const Visit& visit) {
  ssize_t count = rd_kafka_consume_batch_queue(queue_, timeout_ms, batch_.data(), batch_.size());
  for (ssize_t i = 0; i < count; ++i) {
    rd_kafka_message_t* message = batch_[static_cast<size_t>(i)];
    if (message->rkt == nullptr) {  // a broker that went away
      rd_kafka_message_destroy(message);
      continue;
    }
    size_t topic = IndexOf(*message);
    auto partition = static_cast<size_t>(message->partition);
    int64_t& end = ends_[topic][partition];
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (end < 0) --ends_left_;
      end = message->offset;
    } else if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
      AssignAgain(topic, message->partition, rd_kafka_message_errstr(message));
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      int64_t& next = nexts_[topic][partition];
      if (message->offset < next)
        Die(fmt::format("{}[{}]: offset {} after {}", topics_[topic], partition, message->offset,
                        next - 1));
      next = message->offset + 1;
      errors_in_a_row_ = 0;
      visit(topic, *message);
    }
    rd_kafka_message_destroy(message);
  }
}

std::string_view HeaderOf(const rd_kafka_message_t& message, const char* name) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const void* value = nullptr;
  size_t size = 0;
  if (rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  return {static_cast<const char*>(value), size};
}

}  // namespace aslx::faults
