#include "pipeline/kafka/topic_feed.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include <fmt/core.h>

#include "pipeline/flow/dead_letter.h"
#include "pipeline/kafka/embedded_broker.h"

namespace aslx {
namespace {

// Both together stay below what one partition keeps, whichever partitions the records go to; an
// output is at most a little larger than its event, and records have some 100 bytes of their own.
constexpr uint64_t kUnreadBytesMax = kEmbeddedPartitionBytes / 5 * 4;
constexpr uint64_t kUncollectedBytesMax = kEmbeddedPartitionBytes / 8;
/// Records in a row for one partition, so that batches fill.
constexpr uint64_t kRun = 256;
/// How long the feeder looks away when it may not feed; it is paced by other threads' counts.
constexpr auto kPause = std::chrono::microseconds(200);
constexpr int kSamplesPerTopic = 2;
constexpr size_t kCollectBatch = 2'048;

/// Empty where the record has no such header.
std::string_view HeaderOf(const rd_kafka_message_t* message, const std::string& name) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  const bool found =
      rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
      rd_kafka_header_get_last(headers, name.c_str(), &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
  return found ? std::string_view(static_cast<const char*>(value), size) : std::string_view();
}

}  // namespace

TopicFeed::~TopicFeed() {
  Stop();
}

Result<void> TopicFeed::Start(std::istream* lines) {
  KafkaSettings settings;
  settings.brokers = options_.brokers;
  Result<void> made = producer_.Make(RD_KAFKA_PRODUCER, settings,
                                     {{"acks", "all"}, {"linger.ms", kEmbeddedLingerMs}}, {});
  if (!made) return made;
  made = consumer_.Make(
      RD_KAFKA_CONSUMER, settings,
      {{"group.id", "aslx-feed"},
       {"enable.auto.commit", "false"},
       {"auto.offset.reset", "earliest"},
       // More than is ever on its way, so that librdkafka never sleeps on a full prefetch.
       {"queued.min.messages", "1000000"},
       {"fetch.wait.max.ms", kEmbeddedFetchWaitMs}},
      {});
  if (!made) return made;
  rd_kafka_poll_set_consumer(consumer_.get());
  auto* all = rd_kafka_topic_partition_list_new(1);
  for (const std::string& topic : options_.sink_topics) {
    for (int partition = 0; partition < options_.partition_count; ++partition)
      rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset = 0;
  }
  rd_kafka_resp_err_t error = rd_kafka_assign(consumer_.get(), all);
  rd_kafka_topic_partition_list_destroy(all);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Fail(ErrorKind::kUnavailable, fmt::format("feed: {}", rd_kafka_err2str(error)));
  sample_counts_.assign(options_.sink_topics.size(), 0);
  collector_ = std::thread([this] { Collect(); });
  feeder_ = std::thread([this, lines] { Feed(*lines); });
  return {};
}

void TopicFeed::Stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (feeder_.joinable()) feeder_.join();
  if (collector_.joinable()) collector_.join();
}

TopicFeedCounts TopicFeed::counts() const {
  std::lock_guard lock(collected_mutex_);
  TopicFeedCounts counts = collected_;
  counts.fed = fed_.load(std::memory_order_relaxed);
  counts.all_fed = all_fed_.load(std::memory_order_relaxed);
  return counts;
}

std::vector<std::string> TopicFeed::samples() const {
  std::lock_guard lock(collected_mutex_);
  return samples_;
}

// --- The feeder
// ------------------------------------------------------------------------------------

bool TopicFeed::MayFeed(uint64_t bytes_fed) const {
  uint64_t fed = fed_.load(std::memory_order_relaxed);
  uint64_t received = std::min(options_.received_count(), fed);
  uint64_t unread_bytes = fed == 0 ? 0 : bytes_fed / fed * (fed - received);
  uint64_t written = options_.written_bytes();
  uint64_t collected = std::min(collected_bytes_.load(std::memory_order_relaxed), written);
  return unread_bytes < kUnreadBytesMax && written - collected < kUncollectedBytesMax;
}

void TopicFeed::Feed(std::istream& lines) {
  rd_kafka_topic_t* topic =
      rd_kafka_topic_new(producer_.get(), options_.source_topic.c_str(), nullptr);
  std::string line;
  uint64_t bytes = 0;
  while (!stopping_.load(std::memory_order_relaxed) && std::getline(lines, line)) {
    if (line.empty()) continue;
    uint64_t number = fed_.load(std::memory_order_relaxed);
    // Asked once a run: the answer moves by no more than the run in between.
    while (number % kRun == 0 && !MayFeed(bytes) && !stopping_.load(std::memory_order_relaxed)) {
      rd_kafka_poll(producer_.get(), 0);
      std::this_thread::sleep_for(kPause);
    }
    if (!Send(topic, line, number)) break;
    bytes += line.size();
    fed_.store(number + 1, std::memory_order_relaxed);
  }
  all_fed_.store(true, std::memory_order_relaxed);
  while (rd_kafka_outq_len(producer_.get()) > 0 && !stopping_.load(std::memory_order_relaxed))
    rd_kafka_poll(producer_.get(), 10);
  rd_kafka_topic_destroy(topic);
}

bool TopicFeed::Send(rd_kafka_topic_t* topic, const std::string& line, uint64_t number) {
  auto partition =
      static_cast<int32_t>(number / kRun % static_cast<uint64_t>(options_.partition_count));
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(line.data()),
                         line.size(), nullptr, 0, nullptr) == 0) {
      rd_kafka_poll(producer_.get(), 0);
      return true;
    }
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
    rd_kafka_poll(producer_.get(), 10);
  }
  return false;
}

// --- The collector
// ---------------------------------------------------------------------------------

void TopicFeed::Collect() {
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer_.get());
  std::vector<rd_kafka_message_t*> batch(kCollectBatch);
  while (!stopping_.load(std::memory_order_relaxed)) {
    ssize_t count = rd_kafka_consume_batch_queue(queue, 20, batch.data(), batch.size());
    std::lock_guard lock(collected_mutex_);
    for (ssize_t i = 0; i < count; ++i) {
      rd_kafka_message_t* message = batch[static_cast<size_t>(i)];
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) Take(message);
      rd_kafka_message_destroy(message);
    }
  }
  rd_kafka_queue_destroy(queue);
  rd_kafka_consumer_close(consumer_.get());
}

void TopicFeed::Take(const rd_kafka_message_t* message) {
  ++collected_.records;
  collected_bytes_.fetch_add(message->len, std::memory_order_relaxed);
  std::string_view topic = rd_kafka_topic_name(message->rkt);
  auto index = static_cast<size_t>(
      std::find(options_.sink_topics.begin(), options_.sink_topics.end(), topic) -
      options_.sink_topics.begin());
  if (index < sample_counts_.size() && sample_counts_[index] < kSamplesPerTopic) {
    ++sample_counts_[index];
    std::string sample =
        fmt::format("{}: {}", topic,
                    std::string_view(static_cast<const char*>(message->payload), message->len));
    if (topic == options_.dead_letter_topic) {
      const std::string_view cause = HeaderOf(message, std::string(dead_letter::kCause));
      sample += fmt::format(" ({}{}{})", HeaderOf(message, std::string(dead_letter::kError)),
                            cause.empty() ? "" : ": ", cause);
    }
    samples_.push_back(std::move(sample));
  }
  for (const std::string& name : options_.execution_id_headers) {
    const std::string_view execution_id = HeaderOf(message, name);
    if (execution_id.empty()) continue;
    if (seen_.insert(std::hash<std::string_view>()(execution_id)).second) {
      ++collected_.outcomes;
      if (topic == options_.dead_letter_topic) ++collected_.dead_letters;
    }
    return;
  }
}

}  // namespace aslx
