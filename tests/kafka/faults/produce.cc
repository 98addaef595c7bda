// event_tool produce: the known set of events.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "tests/kafka/faults/client.h"
#include "tests/kafka/faults/commands.h"
#include "tests/kafka/faults/event.h"

namespace aslx::faults {
namespace {

/// The limit that standard input gives: the last whole line of it, and everything once it has
/// ended.
class Limit {
 public:
  explicit Limit(uint64_t event_count) : event_count_(event_count) {}

  uint64_t Look(int timeout_ms) {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    while (!ended_ && poll(&input, 1, timeout_ms) > 0) {
      timeout_ms = 0;
      std::array<char, 4096> bytes;
      ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
      ended_ = got <= 0;
      for (ssize_t i = 0; i < got; ++i)
        Take(bytes[static_cast<size_t>(i)]);
    }
    return ended_ ? event_count_ : std::min(limit_, event_count_);
  }

 private:
  void Take(char byte) {
    if (byte != '\n') {
      line_ += byte;
      return;
    }
    std::from_chars(line_.data(), line_.data() + line_.size(), limit_);
    line_.clear();
  }

  uint64_t event_count_;
  uint64_t limit_ = 0;
  std::string line_;
  bool ended_ = false;
};

void OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void* acknowledged) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
    Die(fmt::format("an event was not written: {}", rd_kafka_err2str(message->err)));
  ++*static_cast<uint64_t*>(acknowledged);
}

/// Room for so many that are not yet acknowledged; then it waits.
constexpr uint64_t kUnacknowledgedMax = 50'000;

}  // namespace

int Produce(const ToolOptions& options) {
  uint64_t acknowledged = 0;
  rd_kafka_t* producer =
      MakeClient(RD_KAFKA_PRODUCER, options.brokers,
                 {{"acks", "all"},
                  {"enable.idempotence", "true"},
                  {"message.timeout.ms", "0"},  // brokers that are away come back
                  {"linger.ms", "5"},
                  {"reconnect.backoff.max.ms", "500"}},
                 [&](rd_kafka_conf_t* conf) {
                   rd_kafka_conf_set_opaque(conf, &acknowledged);
                   rd_kafka_conf_set_dr_msg_cb(conf, OnReport);
                 });
  int32_t partition_count = PartitionCountOf(producer, options.source);
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, options.source.c_str(), nullptr);
  Limit limit(options.event_count);
  std::array<char, kEventBytesMax> buffer;
  uint64_t number = 0;
  while (acknowledged < options.event_count) {
    bool waits = number == options.event_count || number - acknowledged >= kUnacknowledgedMax;
    if (waits) rd_kafka_poll(producer, 5);
    uint64_t end = limit.Look(0);
    if (!waits && number >= end) end = limit.Look(5);
    for (; number < end && number - acknowledged < kUnacknowledgedMax; ++number) {
      std::string_view event = WriteEvent(number, buffer.data());
      if (rd_kafka_produce(topic, PartitionOf(number, partition_count), RD_KAFKA_MSG_F_COPY,
                           buffer.data(), event.size(), nullptr, 0, nullptr) != 0) {
        break;  // its queue is full
      }
    }
    rd_kafka_poll(producer, 0);
  }
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
  return 0;
}

}  // namespace aslx::faults
