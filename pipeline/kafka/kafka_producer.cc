#include "pipeline/kafka/kafka_producer.h"

#include "pipeline/kafka/kafka_objects.h"
#include "runtime/base/check.h"

namespace aslx {
namespace {

constexpr uint64_t kBell = 1;
// Kafka's numbers of the requests that a late copy of does harm.
constexpr int16_t kEndTxnKey = 26;
constexpr int16_t kTxnOffsetCommitKey = 28;
/// Of the transaction's time-out, so much for a record: what cannot be written ends as an abort of
/// ours before the broker gives the transaction up, which would be the end of this process.
constexpr int64_t kRecordTimeoutPercent = 80;

KafkaSettings::Properties DefaultsOf(const KafkaProducerOptions& options) {
  KafkaSettings::Properties defaults = {
      {"acks", "all"},
      {"enable.idempotence", "true"},
      // Batches fill while the worker turns; 5 ms is what librdkafka waits by default for more.
      {"linger.ms", "5"},
      {"queue.buffering.max.messages", "1000000"},
      {"socket.nagle.disable", "true"},
  };
  if (options.transactional_id.empty()) {
    // Never: what librdkafka gives up is produced again behind what was queued after it. Topics
    // that are not there are refused all the same, when their metadata says so.
    defaults.emplace_back("message.timeout.ms", "0");
    return defaults;
  }
  const int64_t timeout_ms = options.settings.transaction_timeout_ms;
  const int64_t record_timeout_ms = timeout_ms * kRecordTimeoutPercent / 100;
  defaults.emplace_back("transactional.id", options.transactional_id);
  defaults.emplace_back("transaction.timeout.ms", std::to_string(timeout_ms));
  defaults.emplace_back("message.timeout.ms", std::to_string(record_timeout_ms));
  // A transaction's first requests meet the markers of the one before; at librdkafka's 100 ms a
  // commit that follows at once took 115 ms, at 10 ms 25.
  defaults.emplace_back("retry.backoff.ms", "10");
  // The end of the transaction acknowledges what it wrote.
  defaults.emplace_back("delivery.report.only.error", "true");
  return defaults;
}

/// Null without any: an empty list would cost as much as one with a header. What is passed on
/// changes hands, and librdkafka reads it from the message anew when it is asked for again.
KafkaHeaders HeadersOf(const OutputRecord& output) {
  rd_kafka_headers_t* passed = nullptr;
  if (output.headers_of != nullptr)
    rd_kafka_message_detach_headers(static_cast<rd_kafka_message_t*>(output.headers_of), &passed);
  KafkaHeaders headers(passed);
  if (headers == nullptr && !output.headers.empty())
    headers.reset(rd_kafka_headers_new(output.headers.size()));
  for (const Header& header : output.headers) {
    rd_kafka_header_add(headers.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.is_null ? nullptr : header.value.data(),
                        static_cast<ssize_t>(header.value.size()));
  }
  return headers;
}

}  // namespace

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::Make(const KafkaProducerOptions& options) {
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer);
  producer->requests_ = std::make_unique<RequestCounts>();
  Result<void> made = producer->handle_.Make(
      RD_KAFKA_PRODUCER, options.settings, DefaultsOf(options), [&](rd_kafka_conf_t* conf) {
        rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
        rd_kafka_conf_interceptor_add_on_new(conf, "aslx", &OnNew, producer->requests_.get());
      });
  if (!made) return tl::unexpected<Error>(made.error());
  producer->queue_ = rd_kafka_queue_get_main(producer->get());
  rd_kafka_queue_io_event_enable(producer->queue_, options.waker->fd(), &kBell, sizeof kBell);
  return producer;
}

rd_kafka_resp_err_t KafkaProducer::OnNew(rd_kafka_t* instance, const rd_kafka_conf_t*, void* counts,
                                         char*, size_t) {
  return rd_kafka_interceptor_add_on_request_sent(instance, "aslx", &OnRequestSent, counts);
}

rd_kafka_resp_err_t KafkaProducer::OnRequestSent(rd_kafka_t*, int, const char*, int32_t,
                                                 int16_t api_key, int16_t, int32_t, size_t,
                                                 void* counts) {
  // Relaxed: the counts are read after the call that these requests belong to has returned, and
  // librdkafka's locks order the two.
  auto* const requests = static_cast<RequestCounts*>(counts);
  if (api_key == kEndTxnKey) requests->ends.fetch_add(1, std::memory_order_relaxed);
  if (api_key == kTxnOffsetCommitKey) requests->offsets.fetch_add(1, std::memory_order_relaxed);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

KafkaProducer::EndRequests KafkaProducer::TakeEndRequests() {
  return {requests_->ends.exchange(0, std::memory_order_relaxed),
          requests_->offsets.exchange(0, std::memory_order_relaxed)};
}

void KafkaProducer::OpenTopics(const std::vector<std::string>& names) {
  for (size_t id = topics_.size(); id < names.size(); ++id) {
    topics_.push_back(rd_kafka_topic_new(get(), names[id].c_str(), nullptr));
    ASLX_CHECK(topics_.back() != nullptr);
    topic_names_.push_back(names[id]);
  }
}

void KafkaProducer::Warm(int64_t timeout_ms) {
  for (rd_kafka_topic_t* topic : topics_) {
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(get(), 0, topic, &metadata, static_cast<int>(timeout_ms)) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_metadata_destroy(metadata);
    }
  }
}

rd_kafka_resp_err_t KafkaProducer::Produce(const OutputRecord& output, DeliveryToken token) {
  rd_kafka_topic_t* topic = topics_[output.topic];
  KafkaHeaders headers = HeadersOf(output);
  const bool batched = headers == nullptr && output.timestamp_ms < 0;
  // A topic's records stay in order.
  const bool batch_first =
      batched ? batch_.full() || batch_.topic() != topic : batch_.topic() == topic;
  if (batch_first && !Flush()) return RD_KAFKA_RESP_ERR__QUEUE_FULL;
  if (batched) {
    batch_.Add(topic, output, token);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  void* payload = PayloadOf(output);
  size_t size = output.is_tombstone ? 0 : output.payload.size();
  const void* key = output.has_key ? output.key.data() : nullptr;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"  // in librdkafka's macros
  // producev, never produceva: that one frees the headers twice.
  const auto produce = [&](auto... more) {
    return rd_kafka_producev(
        get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_VALUE(payload, size),
        RD_KAFKA_V_KEY(key, output.key.size()),
        RD_KAFKA_V_TIMESTAMP(output.timestamp_ms < 0 ? 0 : output.timestamp_ms),
        RD_KAFKA_V_OPAQUE(AsOpaque(token)), more..., RD_KAFKA_V_END);
  };
#pragma GCC diagnostic pop
  if (headers == nullptr) return produce();
  const rd_kafka_resp_err_t error = produce(RD_KAFKA_VTYPE_HEADERS, headers.get());
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) (void)headers.release();
  return error;
}

void KafkaProducer::ReleaseParts() {
  for (rd_kafka_topic_t* topic : topics_)
    rd_kafka_topic_destroy(topic);
  topics_.clear();
  topic_names_.clear();
  if (queue_ != nullptr) rd_kafka_queue_destroy(queue_);
  queue_ = nullptr;
}

bool KafkaProducer::Close() {
  if (!handle_) return true;
  ReleaseParts();
  // Destroying does not wait for deliveries, and what it leaves no longer refers to payloads.
  if (handle_.Destroy()) return true;
  (void)requests_.release();
  return false;
}

void KafkaProducer::LetGo() {
  rd_kafka_queue_io_event_enable(queue_, -1, nullptr, 0);
  rd_kafka_purge(
      get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

}  // namespace aslx
