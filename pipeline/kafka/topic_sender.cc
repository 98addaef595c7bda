#include "pipeline/kafka/topic_sender.h"

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"

namespace aslx {
namespace {

constexpr int kWarmMs = 10'000;

}  // namespace

Result<std::unique_ptr<TopicSender>> TopicSender::Open(const KafkaSettings& settings,
                                                       const std::string& topic, int linger_ms) {
  std::unique_ptr<TopicSender> sender(new TopicSender());
  Result<void> made = sender->producer_.Make(RD_KAFKA_PRODUCER, settings,
                                             {{"acks", "all"},
                                              {"enable.idempotence", "true"},
                                              {"linger.ms", std::to_string(linger_ms)},
                                              {"queue.buffering.max.messages", "1000000"},
                                              {"queue.buffering.max.kbytes", "1048576"},
                                              {"socket.nagle.disable", "true"},
                                              {"delivery.report.only.error", "true"},
                                              {"allow.auto.create.topics", "false"}},
                                             [&sender](rd_kafka_conf_t* conf) {
                                               rd_kafka_conf_set_opaque(conf, sender.get());
                                               rd_kafka_conf_set_dr_msg_cb(conf, &Report);
                                             });
  if (!made) return tl::unexpected<Error>(made.error());
  sender->topic_ = rd_kafka_topic_new(sender->producer_.get(), topic.c_str(), nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(sender->producer_.get(), 0, sender->topic_, &metadata, kWarmMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Fail(KindOfError(error), fmt::format("topic '{}': {}", topic, rd_kafka_err2str(error)));
  rd_kafka_metadata_destroy(metadata);
  return sender;
}

TopicSender::~TopicSender() {
  if (topic_ != nullptr) rd_kafka_topic_destroy(topic_);
}

bool TopicSender::TrySend(std::string_view payload, std::optional<std::string_view> key,
                          const Header* header) {
  void* const bytes = const_cast<char*>(payload.data());
  const void* const key_bytes = key ? key->data() : nullptr;
  const size_t key_size = key ? key->size() : 0;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (header == nullptr) {
    if (rd_kafka_produce(topic_, RD_KAFKA_PARTITION_UA, 0, bytes, payload.size(), key_bytes,
                         key_size, nullptr) != 0)
      error = rd_kafka_last_error();
  } else {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, header->name.data(), static_cast<ssize_t>(header->name.size()),
                        header->value.data(), static_cast<ssize_t>(header->value.size()));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"  // in librdkafka's macros
    error = rd_kafka_producev(
        producer_.get(), RD_KAFKA_V_RKT(topic_), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_MSGFLAGS(0), RD_KAFKA_V_VALUE(bytes, payload.size()),
        RD_KAFKA_V_KEY(key_bytes, key_size), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
#pragma GCC diagnostic pop
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(headers);
  }
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) Note(error);
  return true;
}

void TopicSender::Serve(int timeout_ms) {
  rd_kafka_poll(producer_.get(), timeout_ms);
}

int TopicSender::unacknowledged_count() const {
  return rd_kafka_outq_len(producer_.get());
}

void TopicSender::Report(rd_kafka_t*, const rd_kafka_message_t* message, void* sender) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
    static_cast<TopicSender*>(sender)->Note(message->err);
}

void TopicSender::Note(rd_kafka_resp_err_t error) {
  if (refused_count_++ == 0) first_refusal_ = rd_kafka_err2str(error);
}

}  // namespace aslx
