// Records written one by one, and waited for in the end: idempotent, acks=all.
//
// What it is not: the sink of a pipeline (kafka_sink.h), which never blocks. Who uses it: `aslx dlq
// replay`. Thread: one; Write and Finish block. Memory: what Write is given is copied.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/result.h"

namespace aslx {

class TopicWriter {
 public:
  static Result<std::unique_ptr<TopicWriter>> Open(const KafkaSettings& settings);
  TopicWriter(const TopicWriter&) = delete;
  TopicWriter& operator=(const TopicWriter&) = delete;

  /// `partition` below 0: by the key. `output.topic` is not looked at. What becomes of it, Finish
  /// says.
  void Write(const std::string& topic, int32_t partition, const OutputRecord& output);
  /// Waits until every record was acknowledged or given up.
  void Finish();

  uint64_t acknowledged_count() const { return acknowledged_count_; }
  uint64_t failed_count() const { return failed_count_; }
  /// Why the first of those that failed did.
  const Error& first_failure() const { return first_failure_; }

 private:
  TopicWriter() = default;
  static void Report(rd_kafka_t*, const rd_kafka_message_t* message, void* writer);
  void Note(rd_kafka_resp_err_t error, const std::string& topic);

  KafkaHandle producer_;
  uint64_t acknowledged_count_ = 0;
  uint64_t failed_count_ = 0;
  Error first_failure_;
};

}  // namespace aslx
