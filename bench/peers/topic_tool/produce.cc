// topic_tool produce: the events of a comparison, once for all that read them.
#include <charconv>

#include <fmt/format.h>

#include "bench/peers/topic_tool/commands.h"
#include "bench/peers/topic_tool/event.h"
#include "tests/kafka/faults/client.h"

namespace aslx::peers {
namespace {

constexpr int kWaitMs = 100;
constexpr int kFlushMs = 120'000;

void OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void* acknowledged) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
    faults::Die(fmt::format("an event was not written: {}", rd_kafka_err2str(message->err)));
  ++*static_cast<uint64_t*>(acknowledged);
}

void Write(rd_kafka_t* producer, rd_kafka_topic_t* topic, const Pool& pool, uint64_t number) {
  std::string_view text = pool.text(number);
  std::string_view key = pool.key(number);
  char digits[24];
  char* end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  for (;;) {
    // Headers go over to librdkafka with the message, and come back to us when it takes none.
    rd_kafka_headers_t* headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, kNumberHeader, -1, digits, end - digits);
    // The macros of rd_kafka_producev cast in the old style; these are the pairs that they make.
    rd_kafka_resp_err_t error =
        rd_kafka_producev(producer, RD_KAFKA_VTYPE_RKT, topic, RD_KAFKA_VTYPE_VALUE, text.data(),
                          text.size(), RD_KAFKA_VTYPE_KEY, key.data(), key.size(),
                          RD_KAFKA_VTYPE_TIMESTAMP, TimestampOf(number), RD_KAFKA_VTYPE_MSGFLAGS,
                          RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_HEADERS, headers, RD_KAFKA_VTYPE_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    rd_kafka_headers_destroy(headers);
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) faults::Die(rd_kafka_err2str(error));
    rd_kafka_poll(producer, kWaitMs);
  }
}

}  // namespace

int Produce(const ToolOptions& options) {
  const Pool pool = Pool::Load(options.pool);
  uint64_t acknowledged = 0;
  rd_kafka_t* producer = faults::MakeClient(RD_KAFKA_PRODUCER, options.brokers,
                                            {{"acks", "all"},
                                             {"enable.idempotence", "true"},
                                             // As Java, with which most topics are filled.
                                             {"partitioner", "murmur2_random"},
                                             {"compression.codec", options.compression},
                                             {"linger.ms", "50"}},
                                            [&](rd_kafka_conf_t* conf) {
                                              rd_kafka_conf_set_opaque(conf, &acknowledged);
                                              rd_kafka_conf_set_dr_msg_cb(conf, OnReport);
                                            });
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, options.topic.c_str(), nullptr);
  for (uint64_t number = 0; number < options.event_count; ++number) {
    Write(producer, topic, pool, number);
    rd_kafka_poll(producer, 0);
  }
  rd_kafka_flush(producer, kFlushMs);
  if (acknowledged != options.event_count)
    faults::Die(fmt::format("{} of {} events were written", acknowledged, options.event_count));
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
  return 0;
}

}  // namespace aslx::peers
