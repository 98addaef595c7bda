// Topics read on from their ends, without a group: what is written from now on.
//
// What it is not: a source of a pipeline (nothing is committed, nobody rebalances), or a
// TopicReader, which stops at the end.
// Who uses it: the load of `aslx bench`. Thread: one; Take blocks.
// Memory: records live until the next Take.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/result.h"

namespace aslx {

/// What whoever tells records apart looks at.
struct TailRecord {
  std::string_view key;
  std::string_view header;  // the one that was asked for; empty where there is none
  size_t payload_bytes = 0;
};

/// Invariant: what a read_committed consumer would see.
class TopicTail {
 public:
  /// `header`: the name of the one to show; empty: none is looked at.
  static Result<std::unique_ptr<TopicTail>> Open(const KafkaSettings& settings,
                                                 const std::vector<std::string>& topics,
                                                 std::string header);
  ~TopicTail();
  TopicTail(const TopicTail&) = delete;
  TopicTail& operator=(const TopicTail&) = delete;

  /// What is here; where nothing is, what comes first within the time.
  std::span<const TailRecord> Take(int timeout_ms);
  /// What librdkafka complained of last since this was asked; empty: nothing.
  std::string TakeComplaint() { return std::exchange(complaint_, {}); }

 private:
  explicit TopicTail(std::string header) : header_(std::move(header)) {}
  Result<void> Assign(const std::vector<std::string>& topics, int64_t wait_ms);
  void Show(rd_kafka_message_t* message);
  void ReleaseTaken();

  const std::string header_;
  KafkaHandle consumer_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_message_t*> messages_;
  std::vector<rd_kafka_message_t*> taken_;
  std::vector<TailRecord> records_;
  std::string complaint_;
};

}  // namespace aslx
