// The blocking calls that a transaction is made of, each repeated and judged until its outcome is
// certain or cannot be.
//
// What it is not: when a transaction begins and ends (pipeline/flow), on which thread the calls run
// and what the worker sees of them (kafka_transaction.h).
// Who uses it: KafkaTransaction. Thread: any, one call a producer at a time.
// Memory: lists and metadata stay the caller's.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "pipeline/kafka/kafka_objects.h"
#include "pipeline/kafka/kafka_producer.h"

namespace aslx {

class Deadline {
 public:
  explicit Deadline(int64_t timeout_ms)
      : end_(std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms)) {}
  int left_ms() const {
    const auto left = end_ - std::chrono::steady_clock::now();
    const auto left_ms = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    return static_cast<int>(std::max<int64_t>(left_ms, 0));
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

/// What an error of a transactional call asks for.
enum class CallVerdict : uint8_t {
  kDone,
  kAgain,    // the same call again
  kAbort,    // the transaction has to be aborted
  kUnknown,  // this producer is finished, and what became of the transaction is not known
};
/// librdkafka's flags, and what they do not tell in 2.0.2.
CallVerdict Judge(const rd_kafka_error_t* error);

enum class TransactionEnd : uint8_t {
  kCommitted,
  kAborted,
  kUnknown,
};

struct TransactionOutcome {
  TransactionEnd end = TransactionEnd::kUnknown;
  std::string reason;  // empty for kCommitted
  /// More than one request to end it, or with its offsets, was sent, or one was not answered or was
  /// refused: the producer has to be made anew, or one that is still under way counts for a later
  /// transaction.
  bool request_under_way = false;
  /// kAborted, and every other one would be: a permission is missing.
  bool forbidden = false;
};

/// Fences earlier producers of the same transactional.id and ends what they left open, within
/// wait_ms; then begins the first transaction, which is local: the broker hears of it with its
/// first record.
Result<void> InitTransactions(KafkaProducer& producer, const std::string& transactional_id,
                              int64_t wait_ms);

/// Offsets, then the commit. Where that fails for certain the transaction is aborted. `group` is
/// null where this worker is no member.
TransactionOutcome CommitTransaction(KafkaProducer& producer,
                                     const rd_kafka_topic_partition_list_t& offsets,
                                     const rd_kafka_consumer_group_metadata_t* group,
                                     int64_t timeout_ms);
/// Aborted for certain as long as no commit of it was requested and nobody has fenced the producer.
/// `reason` is what the outcome then says.
TransactionOutcome AbortTransaction(KafkaProducer& producer, int64_t timeout_ms,
                                    std::string reason);

/// Local. False when the producer is finished: `reason` says why.
bool BeginTransaction(KafkaProducer& producer, std::string* reason);

}  // namespace aslx
