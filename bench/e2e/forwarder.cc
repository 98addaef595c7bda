// A forwarder as one would write it by hand: consumer group, librdkafka, simdjson, producer.
//
//   e2e_forwarder --transform bytes|dom|on-demand --from TOPIC --to TOPIC --group GROUP …
//
// It gives what a pipeline of aslx gives at least once: acks=all with idempotence, an offset is
// committed once everything below it is acknowledged, key and timestamp are kept, headers pass, and
// what is no reading goes to a topic for dead letters; with --exactly-once outputs and offsets are
// in transactions (transactions.h), and with --unstamped they have neither headers nor the event's
// timestamp. And it uses what is known to be quick:
// batches from the consumer's queue, one copy into librdkafka's own message, no per-record state
// but a mark, and a nudge for a fetcher that would sleep.
// What it is not: general. A partition that goes, or an output that is refused, ends it.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/e2e/client.h"
#include "bench/e2e/iot_by_hand.h"
#include "bench/e2e/monotonic.h"
#include "bench/e2e/offset_tracker.h"
#include "bench/e2e/transactions.h"
#include "pipeline/kafka/fetch_nudge.h"

namespace aslx::bench {
namespace {

constexpr int kBatch = 512;
constexpr uint32_t kPrefetch = 10'000;
constexpr int kFetchBytes = 256 * 1024;
// As often as aslx does.
constexpr int64_t kCommitIntervalNs = 1'000'000'000;
constexpr int64_t kTransactionNs = 100'000'000;

std::atomic<bool> stop{false};

struct Options {
  std::string brokers, from, to, dead_letters, group, transform = "dom";
  bool exactly_once = false;
  bool unstamped = false;
  std::vector<std::string> consumer, producer;
};

/// What a delivery report needs to know fits into its pointer.
void* Pack(int32_t partition, int64_t offset) {
  return reinterpret_cast<void*>(static_cast<uintptr_t>(partition) << 48 |
                                 static_cast<uintptr_t>(offset));
}

class Forwarder {
 public:
  explicit Forwarder(const Options& options);
  void Run();

 private:
  static void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* forwarder);
  static void OnRebalance(rd_kafka_t* consumer, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t* partitions, void*);
  void Take(rd_kafka_message_t* message);
  void Produce(rd_kafka_topic_t* topic, const rd_kafka_message_t& from, std::string_view payload);
  rd_kafka_resp_err_t ProduceStamped(rd_kafka_topic_t* topic, const rd_kafka_message_t& from,
                                     std::string_view payload);
  void Commit(bool wait);

  const Options options_;
  std::unique_ptr<IotByHand> by_hand_;  // null: bytes only
  rd_kafka_t* producer_ = nullptr;
  rd_kafka_t* consumer_ = nullptr;
  rd_kafka_topic_t* to_ = nullptr;
  rd_kafka_topic_t* dead_letters_ = nullptr;
  std::unique_ptr<Transactions> transactions_;  // null: at least once
  std::vector<OffsetTracker> trackers_;         // by partition; at least once
  std::vector<int64_t> committed_;
  std::unique_ptr<FetchNudge> nudge_;
  uint32_t taken_since_nudge_ = 0;
};

Forwarder::Forwarder(const Options& options) : options_(options) {
  if (options.transform != "bytes") {
    by_hand_ = std::make_unique<IotByHand>(options.transform == "dom" ? IotParser::kDom
                                                                      : IotParser::kOnDemand);
  }
  Properties producer = {
      {"bootstrap.servers", options.brokers}, {"acks", "all"},    {"enable.idempotence", "true"},
      {"partitioner", "murmur2_random"},      {"linger.ms", "5"}, {"socket.nagle.disable", "true"}};
  Properties consumer = {{"bootstrap.servers", options.brokers},
                         {"group.id", options.group},
                         {"enable.auto.commit", "false"},
                         {"enable.auto.offset.store", "false"},
                         {"auto.offset.reset", "earliest"},
                         {"queued.min.messages", std::to_string(kPrefetch)},
                         {"fetch.message.max.bytes", std::to_string(kFetchBytes)},
                         {"socket.nagle.disable", "true"}};
  if (options.exactly_once) {
    for (auto& property : Transactions::ProducerProperties(options.group))
      producer.push_back(property);
  }
  for (auto& property : ParseProperties(options.producer))
    producer.push_back(property);
  for (auto& property : ParseProperties(options.consumer))
    consumer.push_back(property);
  producer_ = MakeClient(RD_KAFKA_PRODUCER, producer, [this](rd_kafka_conf_t* conf) {
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_dr_msg_cb(conf, &OnDelivery);
  });
  to_ = rd_kafka_topic_new(producer_, options.to.c_str(), nullptr);
  dead_letters_ = rd_kafka_topic_new(producer_, options.dead_letters.c_str(), nullptr);
  consumer_ = MakeClient(RD_KAFKA_CONSUMER, consumer, [](rd_kafka_conf_t* conf) {
    rd_kafka_conf_set_rebalance_cb(conf, &OnRebalance);
  });
  rd_kafka_poll_set_consumer(consumer_);
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, options.from.c_str(), RD_KAFKA_PARTITION_UA);
  if (rd_kafka_subscribe(consumer_, topics) != RD_KAFKA_RESP_ERR_NO_ERROR)
    Die("cannot subscribe to " + options.from);
  rd_kafka_topic_partition_list_destroy(topics);
  nudge_ = std::make_unique<FetchNudge>(consumer_);
  if (options.exactly_once)
    transactions_ = std::make_unique<Transactions>(producer_, consumer_, options.from);
}

void Forwarder::OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* forwarder) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
    Die(std::string("an output was not written: ") + rd_kafka_err2str(message->err));
  const auto packed = reinterpret_cast<uintptr_t>(message->_private);
  static_cast<Forwarder*>(forwarder)->trackers_[packed >> 48].Acknowledge(
      static_cast<int64_t>(packed & ((uintptr_t{1} << 48) - 1)));
}

void Forwarder::OnRebalance(rd_kafka_t* consumer, rd_kafka_resp_err_t what,
                            rd_kafka_topic_partition_list_t* partitions, void*) {
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    rd_kafka_assign(consumer, partitions);
  } else if (stop) {
    rd_kafka_assign(consumer, nullptr);
  } else {
    Die("a partition was taken away");
  }
}

void Forwarder::Run() {
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer_);
  std::vector<rd_kafka_message_t*> batch(kBatch);
  const int64_t interval_ns = transactions_ != nullptr ? kTransactionNs : kCommitIntervalNs;
  int64_t next_commit_ns = NowNs() + interval_ns;
  while (!stop) {
    rd_kafka_poll(producer_, 0);
    ssize_t count = rd_kafka_consume_batch_queue(queue, 0, batch.data(), batch.size());
    if (count <= 0) {
      // A batch would wait until it is full; for the first record one waits alone.
      batch[0] = rd_kafka_consume_queue(queue, 1);
      count = batch[0] != nullptr ? 1 : 0;
    }
    for (ssize_t i = 0; i < count; ++i)
      Take(batch[static_cast<size_t>(i)]);
    if (NowNs() < next_commit_ns) continue;
    Commit(false);
    next_commit_ns = NowNs() + interval_ns;
  }
  rd_kafka_flush(producer_, 10'000);
  Commit(true);
  nudge_.reset();
  rd_kafka_queue_destroy(queue);
  rd_kafka_consumer_close(consumer_);
  rd_kafka_destroy(consumer_);
  rd_kafka_topic_destroy(to_);
  rd_kafka_topic_destroy(dead_letters_);
  rd_kafka_destroy(producer_);
}

void Forwarder::Take(rd_kafka_message_t* message) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) Die(rd_kafka_message_errstr(message));
  const auto partition = static_cast<size_t>(message->partition);
  if (transactions_ != nullptr) {
    transactions_->Take(message->partition, message->offset);
  } else {
    if (partition >= trackers_.size()) {
      trackers_.resize(partition + 1);
      committed_.resize(partition + 1, -1);
    }
    trackers_[partition].Begin(message->offset);
  }
  const std::string_view event(static_cast<const char*>(message->payload), message->len);
  const std::string_view output = by_hand_ != nullptr ? by_hand_->Transform(event) : event;
  if (output.empty()) {
    Produce(dead_letters_, *message, event);
  } else {
    Produce(to_, *message, output);
  }
  if (++taken_since_nudge_ >= kPrefetch / 4) {
    taken_since_nudge_ = 0;
    nudge_->Nudge(options_.from, message->partition);
  }
  rd_kafka_message_destroy(message);
}

void Forwarder::Produce(rd_kafka_topic_t* topic, const rd_kafka_message_t& from,
                        std::string_view payload) {
  const auto produce = [&] {
    if (!options_.unstamped) return ProduceStamped(topic, from, payload);
    const int failed = rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                                        const_cast<char*>(payload.data()), payload.size(), from.key,
                                        from.key_len, Pack(from.partition, from.offset));
    return failed == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error();
  };
  rd_kafka_resp_err_t error = produce();
  while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    rd_kafka_poll(producer_, 1);
    error = produce();
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) Die(rd_kafka_err2str(error));
}

rd_kafka_resp_err_t Forwarder::ProduceStamped(rd_kafka_topic_t* topic,
                                              const rd_kafka_message_t& from,
                                              std::string_view payload) {
  rd_kafka_timestamp_type_t type{};
  const int64_t timestamp = rd_kafka_message_timestamp(&from, &type);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&from, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
    headers = rd_kafka_headers_copy(headers);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"  // in librdkafka's macros
  const auto produce = [&](auto... more) {
    return rd_kafka_producev(
        producer_, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE(const_cast<char*>(payload.data()), payload.size()),
        RD_KAFKA_V_KEY(from.key, from.key_len), RD_KAFKA_V_TIMESTAMP(timestamp),
        RD_KAFKA_V_OPAQUE(Pack(from.partition, from.offset)), more..., RD_KAFKA_V_END);
  };
#pragma GCC diagnostic pop
  if (headers == nullptr) return produce();
  const rd_kafka_resp_err_t error = produce(RD_KAFKA_VTYPE_HEADERS, headers);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(headers);
  return error;
}

void Forwarder::Commit(bool wait) {
  if (transactions_ != nullptr) return transactions_->Commit();
  rd_kafka_topic_partition_list_t* offsets =
      rd_kafka_topic_partition_list_new(static_cast<int>(trackers_.size()));
  for (size_t i = 0; i < trackers_.size(); ++i) {
    if (trackers_[i].low() <= committed_[i]) continue;
    committed_[i] = trackers_[i].low();
    rd_kafka_topic_partition_list_add(offsets, options_.from.c_str(), static_cast<int32_t>(i))
        ->offset = committed_[i];
  }
  if (offsets->cnt > 0 &&
      rd_kafka_commit(consumer_, offsets, wait ? 0 : 1) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    Die("a commit failed");
  }
  rd_kafka_topic_partition_list_destroy(offsets);
}

}  // namespace
}  // namespace aslx::bench

int main(int argc, char** argv) {
  using namespace aslx::bench;
  Options options;
  CLI::App app("A forwarder written by hand.");
  app.add_option("--brokers", options.brokers)->required();
  app.add_option("--from", options.from)->required();
  app.add_option("--to", options.to)->required();
  app.add_option("--dead-letters", options.dead_letters)->required();
  app.add_option("--group", options.group)->required();
  app.add_option("--transform", options.transform)
      ->check(CLI::IsMember({"bytes", "dom", "on-demand"}));
  app.add_flag("--exactly-once", options.exactly_once);
  app.add_flag("--unstamped", options.unstamped);
  app.add_option("--consumer", options.consumer, "NAME=VALUE of librdkafka");
  app.add_option("--producer", options.producer, "NAME=VALUE of librdkafka");
  CLI11_PARSE(app, argc, argv);
  const auto on_signal = [](int) { stop = true; };
  std::signal(SIGTERM, on_signal);
  std::signal(SIGINT, on_signal);
  Forwarder(options).Run();
  return 0;
}
