#include "pipeline/kafka/kafka_sink.h"

#include <algorithm>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"

namespace aslx {
namespace {

/// How long the topics' metadata may take at start.
constexpr int64_t kWarmMsMin = 100;
constexpr int64_t kWarmMsMax = 5'000;
/// Kafka's own limit.
constexpr size_t kTopicBytesMax = 249;
/// Messages taken out of a delivery report at a time.
constexpr size_t kReportBatch = 1'024;

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

/// Given up with its transaction: nothing was wrong with the record, and the end tells it.
bool IsPurge(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

}  // namespace

Result<void> KafkaSink::Start(const KafkaProducerOptions& options,
                              const std::vector<std::string>& topics) {
  waker_ = options.waker;
  Result<std::unique_ptr<KafkaProducer>> made = KafkaProducer::Make(options);
  if (!made) return tl::unexpected<Error>(made.error());
  producer_ = std::move(*made);
  if (!options.transactional_id.empty()) {
    transaction_ = std::make_unique<KafkaTransaction>(options, &producer_);
    if (Result<void> started = transaction_->Start(); !started) return started;
  }
  for (const std::string& topic : topics)
    OpenTopic(topic);
  producer_->Warm(std::clamp(options.settings.wait_ms, kWarmMsMin, kWarmMsMax));
  return {};
}

void KafkaSink::Serve() {
  // Its calls return only after every report was taken; what is in our hands comes first, too.
  if (transaction_ == nullptr || !transaction_->Ended() || !refused_.empty() || report_ != nullptr)
    return;
  if (producer_ != nullptr) producer_->OpenTopics(topics_);  // of a new one
  transaction_->TellEnd(events_);
}

TopicId KafkaSink::OpenTopic(std::string_view name) {
  auto found = std::find(topics_.begin(), topics_.end(), name);
  if (found == topics_.end()) {
    // All that librdkafka would refuse; without a producer it is opened with the next one.
    if (name.empty() || name.size() > kTopicBytesMax) return kNoTopic;
    topics_.emplace_back(name);
    found = topics_.end() - 1;
    if (producer_ != nullptr) producer_->OpenTopics(topics_);
  }
  return static_cast<TopicId>(found - topics_.begin());
}

ProduceResult KafkaSink::TryProduce(const OutputRecord& output, DeliveryToken token) {
  if (transaction_ != nullptr && !transaction_->open()) return ProduceResult::kFull;
  rd_kafka_resp_err_t error = producer_->Produce(output, token);
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return ProduceResult::kFull;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) Refuse(token, error);
  return ProduceResult::kAccepted;
}

ProduceResult KafkaSink::Flush() {
  if (producer_ == nullptr) return ProduceResult::kAccepted;
  const bool sent = producer_->Flush();
  for (const ProduceBatch::Refused& refused : producer_->TakeRefused())
    Refuse(refused.token, refused.error);
  return sent ? ProduceResult::kAccepted : ProduceResult::kFull;
}

void KafkaSink::Refuse(DeliveryToken token, rd_kafka_resp_err_t error) {
  if (transaction_ != nullptr) transaction_->Spoil();
  refused_.push_back(
      {.token = token, .status = StatusOf(error), .reason = rd_kafka_err2str(error)});
  // Nothing rings for what never left this process.
  waker_->Ring();
}

void KafkaSink::OnErrorEvent(rd_kafka_event_t* event) {
  rd_kafka_resp_err_t error = rd_kafka_event_error(event);
  if (error != RD_KAFKA_RESP_ERR__FATAL && rd_kafka_event_error_is_fatal(event) == 0) {
    events_->Warn(fmt::format("producer: {}: {}", rd_kafka_err2name(error),
                              rd_kafka_event_error_string(event)));
    return;
  }
  // A call under way says it itself, and knows more.
  if (transaction_ != nullptr && transaction_->ending()) return;
  char text[512];
  rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(producer_->get(), text, sizeof text);
  ErrorKind kind = transaction_ != nullptr ? ErrorKind::kUnknownOutcome : KindOfError(fatal);
  events_->Fail(kind, fmt::format("producer: {}: {}", rd_kafka_err2name(fatal), text));
}

/// The next delivery report that has messages.
bool KafkaSink::NextReport() {
  while (rd_kafka_event_t* event = producer_->NextEvent()) {
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

size_t KafkaSink::TakeReport(std::span<Acknowledgement> acknowledgements) {
  size_t wanted = std::min({acknowledgements.size(), report_left_, kReportBatch});
  if (messages_.size() < wanted) messages_.resize(wanted);
  size_t got = rd_kafka_event_message_array(report_, messages_.data(), wanted);
  size_t count = 0;
  for (size_t i = 0; i < got; ++i) {
    const rd_kafka_message_t* message = messages_[i];
    if (transaction_ != nullptr && IsPurge(message->err)) continue;
    Acknowledgement& to = acknowledgements[count++];
    to = {.token = TokenOf(*message), .status = StatusOf(message->err), .reason = {}};
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    to.reason = rd_kafka_err2str(message->err);  // a constant
    if (transaction_ != nullptr) transaction_->Spoil();
  }
  report_left_ -= got;
  if (got == 0 || report_left_ == 0) EndReport();
  return count;
}

void KafkaSink::EndReport() {
  if (report_ != nullptr) rd_kafka_event_destroy(report_);
  report_ = nullptr;
  report_left_ = 0;
}

size_t KafkaSink::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  size_t count = 0;
  while (count < acknowledgements.size() && !refused_.empty()) {
    acknowledgements[count++] = refused_.back();
    refused_.pop_back();
  }
  if (producer_ == nullptr || count == acknowledgements.size()) return count;
  while (report_ != nullptr || NextReport()) {
    if (const size_t taken = TakeReport(acknowledgements.subspan(count)); taken > 0)
      return count + taken;
  }
  return count;
}

void KafkaSink::Close() {
  EndReport();
  // Payloads are not ours: nothing may refer to them once this returns.
  if (transaction_ != nullptr) transaction_->Close();
  producer_.reset();
}

}  // namespace aslx
