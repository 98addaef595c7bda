#include "pipeline/kafka/topic_tail.h"

#include <chrono>
#include <thread>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"
#include "pipeline/kafka/kafka_objects.h"
#include "pipeline/kafka/topic_metadata.h"

namespace aslx {
namespace {

constexpr size_t kBatch = 1'024;
constexpr int kAskMs = 10'000;
/// How often a leader that does not know yet that it is one is asked.
constexpr auto kLook = std::chrono::milliseconds(50);

bool MayPass(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
}

/// The end of a partition: of a topic that was made a moment ago, too.
rd_kafka_resp_err_t AskEnd(rd_kafka_t* consumer, const std::string& topic, int partition,
                           int64_t wait_ms, int64_t* end) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
  while (true) {
    int64_t begin = 0;
    const rd_kafka_resp_err_t error =
        rd_kafka_query_watermark_offsets(consumer, topic.c_str(), partition, &begin, end, kAskMs);
    if (!MayPass(error) || std::chrono::steady_clock::now() >= deadline) return error;
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace

std::optional<std::string_view> TailRecord::Header(const char* name) const {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      value == nullptr) {
    return std::nullopt;
  }
  return std::string_view(static_cast<const char*>(value), size);
}

Result<std::unique_ptr<TopicTail>> TopicTail::Open(const KafkaSettings& settings,
                                                   const std::vector<std::string>& topics) {
  std::unique_ptr<TopicTail> tail(new TopicTail());
  Result<void> made = tail->consumer_.Make(
      RD_KAFKA_CONSUMER, settings,
      {{"group.id", "aslx-bench-tail"},
       {"enable.auto.commit", "false"},
       {"enable.auto.offset.store", "false"},
       {"auto.offset.reset", "error"},
       {"isolation.level", "read_committed"},
       {"allow.auto.create.topics", "false"},
       // More than is ever on its way: 2.0.2 sleeps up to a second when its prefetch is full.
       {"queued.min.messages", "10000000"},
       {"queued.max.messages.kbytes", "2097151"}},
      {});
  if (!made) return tl::unexpected<Error>(made.error());
  rd_kafka_poll_set_consumer(tail->consumer_.get());
  if (Result<void> assigned = tail->Assign(topics, settings.wait_ms); !assigned)
    return tl::unexpected<Error>(assigned.error());
  tail->queue_ = rd_kafka_queue_get_consumer(tail->consumer_.get());
  tail->messages_.resize(kBatch);
  return tail;
}

/// From the ends as they are now, which are asked for here: nothing that is written afterwards is
/// missed while the consumer gets going.
Result<void> TopicTail::Assign(const std::vector<std::string>& topics, int64_t wait_ms) {
  TopicPartitions all(rd_kafka_topic_partition_list_new(1));
  for (const std::string& name : topics) {
    const TopicMetadata asked = AskTopic(consumer_.get(), name, kAskMs);
    rd_kafka_resp_err_t error = asked.error;
    for (int partition = 0;
         partition < asked.partition_count && error == RD_KAFKA_RESP_ERR_NO_ERROR; ++partition) {
      int64_t end = 0;
      error = AskEnd(consumer_.get(), name, partition, wait_ms, &end);
      rd_kafka_topic_partition_list_add(all.get(), name.c_str(), partition)->offset = end;
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
      return Fail(KindOfError(error), fmt::format("topic '{}': {}", name, rd_kafka_err2str(error)));
  }
  const rd_kafka_resp_err_t error = rd_kafka_assign(consumer_.get(), all.get());
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Fail(KindOfError(error), fmt::format("reading outcomes: {}", rd_kafka_err2str(error)));
}

TopicTail::~TopicTail() {
  ReleaseTaken();
  if (queue_ != nullptr) rd_kafka_queue_destroy(queue_);
  if (consumer_)
    (void)consumer_.CallWithin([](rd_kafka_t* instance) { rd_kafka_consumer_close(instance); });
}

void TopicTail::ReleaseTaken() {
  for (rd_kafka_message_t* message : taken_)
    rd_kafka_message_destroy(message);
  taken_.clear();
  records_.clear();
}

std::span<const TailRecord> TopicTail::Take(int timeout_ms) {
  ReleaseTaken();
  // A batch waits until it is full or its time is over: only the first record is waited for.
  if (rd_kafka_message_t* first = rd_kafka_consumer_poll(consumer_.get(), timeout_ms)) Show(first);
  const ssize_t count = rd_kafka_consume_batch_queue(queue_, 0, messages_.data(), messages_.size());
  for (ssize_t i = 0; i < count; ++i)
    Show(messages_[static_cast<size_t>(i)]);
  return records_;
}

void TopicTail::Show(rd_kafka_message_t* message) {
  taken_.push_back(message);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    // librdkafka asks for the coordinator of a group that is not used here.
    if (message->err != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
      complaint_ = rd_kafka_message_errstr(message);
    return;
  }
  TailRecord record;
  if (message->key != nullptr)
    record.key = {static_cast<const char*>(message->key), message->key_len};
  record.payload_bytes = message->len;
  record.message = message;
  records_.push_back(record);
}

}  // namespace aslx
