// Exactly once by hand: outputs and the offsets of what they came of in one transaction after the
// other, with calls that wait until the broker has answered.
//
// What it is not: pipeline/kafka, which ends a transaction beside the worker and survives one that
// is aborted; here that is the end of the program.
// Who uses it: forwarder.cc. Thread: one. Memory: an offset for each partition.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/e2e/client.h"

namespace aslx::bench {

class Transactions {
 public:
  /// What a producer needs beside what every one has.
  static Properties ProducerProperties(const std::string& id);

  /// Begins the first transaction. Offsets are those of `topic`, for the group of `consumer`.
  Transactions(rd_kafka_t* producer, rd_kafka_t* consumer, std::string topic);
  Transactions(const Transactions&) = delete;
  Transactions& operator=(const Transactions&) = delete;

  /// The output of this record is written in the transaction that is open.
  void Take(int32_t partition, int64_t offset);
  /// Ends the transaction and begins the next, unless it is empty.
  void Commit();

 private:
  rd_kafka_t* producer_;
  rd_kafka_t* consumer_;
  std::string topic_;
  std::vector<int64_t> next_;  // by partition; -1: nothing since the last commit
  bool empty_ = true;
};

}  // namespace aslx::bench
