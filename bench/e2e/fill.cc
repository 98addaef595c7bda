// Fills a topic: the lines of a file again and again, each with a key and the time of writing.
//
//   e2e_fill --brokers … --topic TOPIC --events FILE --count N [--compression lz4]
//
// Not measured. Keys are those of ten thousand devices, one after the other.
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/e2e/client.h"

namespace aslx::bench {
namespace {

constexpr uint64_t kDevices = 10'000;

void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) Die(rd_kafka_err2str(message->err));
}

std::vector<std::string> Lines(const std::string& path) {
  std::ifstream file(path);
  if (!file) Die("cannot read " + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  if (lines.empty()) Die(path + " has no line");
  return lines;
}

void Fill(rd_kafka_t* producer, const std::string& topic_name,
          const std::vector<std::string>& lines, uint64_t count) {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, topic_name.c_str(), nullptr);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string& line = lines[i % lines.size()];
    const std::string key = "sensor-" + std::to_string(i % kDevices);
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                            const_cast<char*>(line.data()), line.size(), key.data(), key.size(),
                            nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
        Die(rd_kafka_err2str(rd_kafka_last_error()));
      rd_kafka_poll(producer, 1);
    }
    rd_kafka_poll(producer, 0);
  }
  if (rd_kafka_flush(producer, 60'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
    Die("the broker did not take all events within a minute");
  rd_kafka_topic_destroy(topic);
}

}  // namespace
}  // namespace aslx::bench

int main(int argc, char** argv) {
  using namespace aslx::bench;
  std::string brokers, topic, events, compression = "none";
  uint64_t count = 0;
  CLI::App app("Fills a topic with the lines of a file.");
  app.add_option("--brokers", brokers)->required();
  app.add_option("--topic", topic)->required();
  app.add_option("--events", events)->required();
  app.add_option("--count", count)->required();
  app.add_option("--compression", compression);
  CLI11_PARSE(app, argc, argv);
  rd_kafka_t* producer =
      MakeClient(RD_KAFKA_PRODUCER,
                 {{"bootstrap.servers", brokers},
                  {"acks", "all"},
                  {"enable.idempotence", "true"},
                  {"partitioner", "murmur2_random"},  // as Java and aslx
                  {"linger.ms", "20"},
                  {"compression.type", compression}},
                 [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_dr_msg_cb(conf, &OnDelivery); });
  Fill(producer, topic, Lines(events), count);
  rd_kafka_destroy(producer);
  return 0;
}
