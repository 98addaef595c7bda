#include "bench/e2e/transactions.h"

#include <utility>

namespace aslx::bench {
namespace {

constexpr int kWaitMs = 60'000;

void Check(rd_kafka_error_t* error, const char* what) {
  if (error != nullptr) Die(std::string(what) + ": " + rd_kafka_error_string(error));
}

}  // namespace

Properties Transactions::ProducerProperties(const std::string& id) {
  // A transaction's first requests meet the markers of the one before and are repeated: soon. Its
  // end tells what became of its records.
  return {{"transactional.id", id},
          {"transaction.timeout.ms", "10000"},
          {"retry.backoff.ms", "10"},
          {"delivery.report.only.error", "true"}};
}

Transactions::Transactions(rd_kafka_t* producer, rd_kafka_t* consumer, std::string topic)
    : producer_(producer), consumer_(consumer), topic_(std::move(topic)) {
  Check(rd_kafka_init_transactions(producer_, kWaitMs), "transactions");
  Check(rd_kafka_begin_transaction(producer_), "the first transaction");
}

void Transactions::Take(int32_t partition, int64_t offset) {
  const auto index = static_cast<size_t>(partition);
  if (index >= next_.size()) next_.resize(index + 1, -1);
  next_[index] = offset + 1;
  empty_ = false;
}

void Transactions::Commit() {
  if (std::exchange(empty_, true)) return;
  rd_kafka_topic_partition_list_t* offsets =
      rd_kafka_topic_partition_list_new(static_cast<int>(next_.size()));
  for (size_t i = 0; i < next_.size(); ++i) {
    if (next_[i] < 0) continue;
    rd_kafka_topic_partition_list_add(offsets, topic_.c_str(), static_cast<int32_t>(i))->offset =
        std::exchange(next_[i], -1);
  }
  rd_kafka_consumer_group_metadata_t* group = rd_kafka_consumer_group_metadata(consumer_);
  Check(rd_kafka_send_offsets_to_transaction(producer_, offsets, group, kWaitMs), "offsets");
  Check(rd_kafka_commit_transaction(producer_, kWaitMs), "the end of a transaction");
  Check(rd_kafka_begin_transaction(producer_), "the next transaction");
  rd_kafka_consumer_group_metadata_destroy(group);
  rd_kafka_topic_partition_list_destroy(offsets);
}

}  // namespace aslx::bench
