#include "pipeline/kafka/topic_writer.h"

#include <algorithm>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"

namespace aslx {
namespace {

constexpr int kPollMs = 100;
/// librdkafka gives a record up after the settings' wait, but not before it could be tried twice.
constexpr int64_t kGiveUpMsMin = 10'000;

}  // namespace

Result<std::unique_ptr<TopicWriter>> TopicWriter::Open(const KafkaSettings& settings) {
  std::unique_ptr<TopicWriter> writer(new TopicWriter());
  const std::string give_up_ms = std::to_string(std::max(settings.wait_ms, kGiveUpMsMin));
  Result<void> made = writer->producer_.Make(RD_KAFKA_PRODUCER, settings,
                                             {{"acks", "all"},
                                              {"enable.idempotence", "true"},
                                              {"message.timeout.ms", give_up_ms},
                                              {"allow.auto.create.topics", "false"}},
                                             [&writer](rd_kafka_conf_t* conf) {
                                               rd_kafka_conf_set_opaque(conf, writer.get());
                                               rd_kafka_conf_set_dr_msg_cb(conf, &Report);
                                             });
  if (!made) return tl::unexpected<Error>(made.error());
  return writer;
}

void TopicWriter::Write(const std::string& topic, int32_t partition, const OutputRecord& output) {
  void* const payload = output.is_tombstone ? nullptr : const_cast<char*>(output.payload.data());
  const void* const key = output.has_key ? output.key.data() : nullptr;
  rd_kafka_headers_t* headers = rd_kafka_headers_new(output.headers.size());
  for (const Header& header : output.headers) {
    rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.is_null ? nullptr : header.value.data(),
                        static_cast<ssize_t>(header.value.size()));
  }
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  do {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"  // in librdkafka's macros
    error = rd_kafka_producev(
        producer_.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
        RD_KAFKA_V_PARTITION(partition < 0 ? RD_KAFKA_PARTITION_UA : partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(payload, output.payload.size()),
        RD_KAFKA_V_KEY(key, output.key.size()),
        RD_KAFKA_V_TIMESTAMP(std::max<int64_t>(output.timestamp_ms, 0)),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
#pragma GCC diagnostic pop
    rd_kafka_poll(producer_.get(), error == RD_KAFKA_RESP_ERR__QUEUE_FULL ? kPollMs : 0);
  } while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  rd_kafka_headers_destroy(headers);
  Note(error, topic);
}

void TopicWriter::Finish() {
  while (rd_kafka_outq_len(producer_.get()) > 0)
    rd_kafka_poll(producer_.get(), kPollMs);
}

void TopicWriter::Report(rd_kafka_t*, const rd_kafka_message_t* message, void* writer) {
  static_cast<TopicWriter*>(writer)->Note(message->err, rd_kafka_topic_name(message->rkt));
}

void TopicWriter::Note(rd_kafka_resp_err_t error, const std::string& topic) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++acknowledged_count_;
    return;
  }
  if (failed_count_++ == 0) {
    first_failure_ = {KindOfError(error),
                      fmt::format("topic '{}': {}", topic, rd_kafka_err2str(error))};
  }
}

}  // namespace aslx
