#include "pipeline/kafka/topic_reader.h"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"
#include "pipeline/kafka/startup_check.h"
#include "pipeline/kafka/topic_metadata.h"

namespace aslx {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a call may block; the whole wait is the settings'.
constexpr int kPollMs = 100;
constexpr int kMetadataMs = 10'000;

}  // namespace

Result<std::unique_ptr<TopicReader>> TopicReader::Open(const KafkaSettings& settings,
                                                       const std::string& topic) {
  Result<void> checked =
      CheckCluster(settings, {.group = {}, .source_topics = {topic}, .sink_topics = {}});
  if (!checked) return tl::unexpected<Error>(checked.error());
  std::unique_ptr<TopicReader> reader(new TopicReader(settings));
  reader->topic_ = topic;
  Result<void> made =
      reader->consumer_.Make(RD_KAFKA_CONSUMER, settings,
                             {{"group.id", "aslx-dlq"},
                              {"enable.auto.commit", "false"},
                              {"enable.auto.offset.store", "false"},
                              {"auto.offset.reset", "earliest"},
                              {"isolation.level", "read_committed"},
                              {"allow.auto.create.topics", "false"}},
                             [](rd_kafka_conf_t* conf) {
                               // Not to be overridden: Next waits for these.
                               rd_kafka_conf_set(conf, "enable.partition.eof", "true", nullptr, 0);
                             });
  if (!made) return tl::unexpected<Error>(made.error());
  rd_kafka_poll_set_consumer(reader->consumer_.get());
  if (Result<void> asked = reader->AskPartitions(); !asked)
    return tl::unexpected<Error>(asked.error());
  return reader;
}

TopicReader::~TopicReader() {
  if (message_ != nullptr) rd_kafka_message_destroy(message_);
}

Result<void> TopicReader::AskPartitions() {
  const TopicMetadata asked = AskTopic(consumer_.get(), topic_, kMetadataMs);
  partition_count_ = asked.partition_count;
  if (asked.error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Fail(KindOfError(asked.error),
              fmt::format("topic '{}': {}", topic_, rd_kafka_err2str(asked.error)));
}

Result<void> TopicReader::Start(std::span<const TopicPlace> places) {
  unread_.clear();
  auto* all = rd_kafka_topic_partition_list_new(partition_count_);
  for (int32_t partition = 0; partition < partition_count_; ++partition) {
    const auto named = std::ranges::find(places, partition, &TopicPlace::partition);
    if (!places.empty() && named == places.end()) continue;
    rd_kafka_topic_partition_list_add(all, topic_.c_str(), partition)->offset =
        places.empty() ? RD_KAFKA_OFFSET_BEGINNING : named->offset;
    unread_.insert(partition);
  }
  const rd_kafka_resp_err_t error = rd_kafka_assign(consumer_.get(), all);
  rd_kafka_topic_partition_list_destroy(all);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Fail(KindOfError(error), fmt::format("topic '{}': {}", topic_, rd_kafka_err2str(error)));
}

Result<bool> TopicReader::Next(TopicRecord* record) {
  const auto deadline = steady_clock::now() + milliseconds(std::max<int64_t>(settings_.wait_ms, 1));
  std::string complaint = "no answer";
  while (!unread_.empty()) {
    if (message_ != nullptr) rd_kafka_message_destroy(std::exchange(message_, nullptr));
    message_ = rd_kafka_consumer_poll(consumer_.get(), kPollMs);
    if (message_ == nullptr || message_->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (message_ != nullptr && message_->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        unread_.erase(message_->partition);
        continue;
      }
      // librdkafka asks for the coordinator of a group that is not used here.
      if (message_ != nullptr && message_->err != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
        complaint = rd_kafka_message_errstr(message_);
        if (KindOfError(message_->err) == ErrorKind::kConfiguration)
          return Fail(ErrorKind::kConfiguration, fmt::format("topic '{}': {}", topic_, complaint));
      }
      if (steady_clock::now() < deadline) continue;
      return Fail(ErrorKind::kUnavailable,
                  fmt::format("topic '{}': nothing was heard of {} partitions within {} ms "
                              "(cluster.wait_ms): {}",
                              topic_, unread_.size(), settings_.wait_ms, complaint));
    }
    // What was written after the end was met belongs to the next reading.
    if (!unread_.contains(message_->partition)) continue;
    Show(message_, record);
    return true;
  }
  return false;
}

void TopicReader::Show(const rd_kafka_message_t* message, TopicRecord* record) {
  record->place = {message->partition, message->offset};
  Record& shown = record->record;
  shown = {};
  shown.offset = message->offset;
  rd_kafka_timestamp_type_t type;
  shown.timestamp_ms = rd_kafka_message_timestamp(message, &type);
  shown.has_key = message->key != nullptr;
  if (shown.has_key) shown.key = {static_cast<const char*>(message->key), message->key_len};
  shown.is_tombstone = message->payload == nullptr;
  if (!shown.is_tombstone)
    shown.payload = {static_cast<const char*>(message->payload), message->len};
  record->headers.clear();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record->headers.push_back(
        {name, {static_cast<const char*>(value), value != nullptr ? size : 0}, value == nullptr});
  }
}

}  // namespace aslx
