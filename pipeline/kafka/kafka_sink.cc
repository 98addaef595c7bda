#include "pipeline/kafka/kafka_sink.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>

namespace aslx {
namespace {

constexpr uint64_t kBell = 1;
/// After a purge there is next to nothing to wait for.
constexpr int kFlushMs = 1'000;
/// Messages taken out of a delivery report at a time.
constexpr size_t kReportBatch = 1'024;

void* AsOpaque(DeliveryToken token) {
  return reinterpret_cast<void*>(static_cast<uintptr_t>(token));
}

Acknowledgement::Status StatusOf(rd_kafka_resp_err_t error) {
  switch (static_cast<int>(error)) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: return Acknowledgement::Status::kDelivered;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: return Acknowledgement::Status::kRefused;
    default: return Acknowledgement::Status::kFailed;
  }
}

}  // namespace

Result<void> KafkaSink::Start(const KafkaSettings& settings) {
  const KafkaSettings::Properties defaults = {
      {"acks", "all"},
      {"enable.idempotence", "true"},
      // Batches fill while the worker turns; 5 ms is what librdkafka waits by default for more.
      {"linger.ms", "5"},
      {"queue.buffering.max.messages", "1000000"},
      {"socket.nagle.disable", "true"},
  };
  Result<void> made =
      producer_.Make(RD_KAFKA_PRODUCER, settings, defaults, [](rd_kafka_conf_t* conf) {
        rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
      });
  if (!made) return made;
  queue_ = rd_kafka_queue_get_main(producer_.get());
  rd_kafka_queue_io_event_enable(queue_, waker_->fd(), &kBell, sizeof kBell);
  return {};
}

void KafkaSink::Warm(const std::vector<std::string>& topics, int64_t timeout_ms) {
  for (const std::string& name : topics) {
    TopicId topic = OpenTopic(name);
    if (topic == kNoTopic) continue;
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(producer_.get(), 0, topics_[topic], &metadata,
                          static_cast<int>(timeout_ms)) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_metadata_destroy(metadata);
    }
  }
}

TopicId KafkaSink::OpenTopic(std::string_view name) {
  auto found = std::find(topic_names_.begin(), topic_names_.end(), name);
  if (found != topic_names_.end()) return static_cast<TopicId>(found - topic_names_.begin());
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer_.get(), std::string(name).c_str(), nullptr);
  if (topic == nullptr) return kNoTopic;
  topics_.push_back(topic);
  topic_names_.emplace_back(name);
  return static_cast<TopicId>(topics_.size() - 1);
}

ProduceResult KafkaSink::TryProduce(const OutputRecord& output, DeliveryToken token) {
  rd_kafka_resp_err_t error = Produce(topics_[output.topic], output, token);
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return ProduceResult::kFull;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    refused_.push_back(
        {.token = token, .status = StatusOf(error), .reason = rd_kafka_err2str(error)});
    // Nothing rings for what never left this process.
    waker_->Ring();
  }
  return ProduceResult::kAccepted;
}

rd_kafka_resp_err_t KafkaSink::Produce(rd_kafka_topic_t* topic, const OutputRecord& output,
                                       DeliveryToken token) {
  void* payload = output.is_tombstone ? nullptr : const_cast<char*>(output.payload.data());
  size_t size = output.is_tombstone ? 0 : output.payload.size();
  const void* key = output.has_key ? output.key.data() : nullptr;
  if (output.headers.empty() && output.timestamp_ms < 0) {
    // Without headers and timestamp the plain call does, at half the cost.
    int failed = rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, 0, payload, size, key,
                                  output.key.size(), AsOpaque(token));
    return failed == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error();
  }
  rd_kafka_headers_t* headers = rd_kafka_headers_new(output.headers.size());
  for (const Header& header : output.headers) {
    rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.is_null ? nullptr : header.value.data(),
                        static_cast<ssize_t>(header.value.size()));
  }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"  // in librdkafka's macros
  // producev, never produceva: that one frees the headers twice.
  rd_kafka_resp_err_t error = rd_kafka_producev(
      producer_.get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
      RD_KAFKA_V_MSGFLAGS(0), RD_KAFKA_V_VALUE(payload, size),
      RD_KAFKA_V_KEY(key, output.key.size()),
      RD_KAFKA_V_TIMESTAMP(output.timestamp_ms < 0 ? 0 : output.timestamp_ms),
      RD_KAFKA_V_OPAQUE(AsOpaque(token)), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
#pragma GCC diagnostic pop
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(headers);
  return error;
}

void KafkaSink::OnErrorEvent(rd_kafka_event_t* event) {
  QueuedEvent queued;
  rd_kafka_resp_err_t error = rd_kafka_event_error(event);
  queued.event.kind = DeliveryEvent::Kind::kWarning;
  queued.reason =
      fmt::format("producer: {}: {}", rd_kafka_err2name(error), rd_kafka_event_error_string(event));
  if (error == RD_KAFKA_RESP_ERR__FATAL || rd_kafka_event_error_is_fatal(event) != 0) {
    char text[512];
    rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(producer_.get(), text, sizeof text);
    queued.event.kind = DeliveryEvent::Kind::kFatal;
    queued.event.failure = KindOfError(fatal);
    queued.reason = fmt::format("producer: {}: {}", rd_kafka_err2name(fatal), text);
  }
  events_->push_back(std::move(queued));
}

/// The next delivery report that has messages, with the one before kept for its reasons.
bool KafkaSink::NextReport() {
  while (rd_kafka_event_t* event = rd_kafka_queue_poll(queue_, 0)) {
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR) {
      report_ = event;
      report_left_ = rd_kafka_event_message_count(event);
      if (report_left_ > 0) return true;
      report_ = nullptr;
    } else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR) {
      OnErrorEvent(event);
    }
    rd_kafka_event_destroy(event);
  }
  return false;
}

size_t KafkaSink::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  if (queue_ == nullptr) return 0;
  if (report_before_ != nullptr) rd_kafka_event_destroy(report_before_);
  report_before_ = nullptr;
  size_t count = 0;
  while (count < acknowledgements.size() && !refused_.empty()) {
    acknowledgements[count++] = refused_.back();
    refused_.pop_back();
  }
  if (count == acknowledgements.size() || (report_left_ == 0 && !NextReport())) return count;
  size_t wanted = std::min({acknowledgements.size() - count, report_left_, kReportBatch});
  if (messages_.size() < wanted) messages_.resize(wanted);
  size_t got = rd_kafka_event_message_array(report_, messages_.data(), wanted);
  for (size_t i = 0; i < got; ++i) {
    const rd_kafka_message_t* message = messages_[i];
    Acknowledgement& to = acknowledgements[count++];
    to = {.token = static_cast<DeliveryToken>(reinterpret_cast<uintptr_t>(message->_private)),
          .status = StatusOf(message->err),
          .reason = {}};
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) to.reason = rd_kafka_err2str(message->err);
  }
  report_left_ -= got;
  if (got == 0 || report_left_ == 0) {
    report_left_ = 0;
    report_before_ = report_;
    report_ = nullptr;
  }
  return count;
}

void KafkaSink::Close() {
  if (!producer_ || queue_ == nullptr) return;
  if (report_ != nullptr) rd_kafka_event_destroy(report_);
  if (report_before_ != nullptr) rd_kafka_event_destroy(report_before_);
  report_ = report_before_ = nullptr;
  report_left_ = 0;
  // Payloads are not ours: nothing may refer to them once this returns.
  rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  for (rd_kafka_topic_t* topic : topics_)
    rd_kafka_topic_destroy(topic);
  topics_.clear();
  topic_names_.clear();
  rd_kafka_queue_destroy(queue_);
  queue_ = nullptr;
  producer_.CallWithin([](rd_kafka_t* instance) { rd_kafka_flush(instance, kFlushMs); });
}

}  // namespace aslx
