// Topics read on from their ends, without a group: what is written from now on.
//
// What it is not: a source of a pipeline (nothing is committed, nobody rebalances), or a
// TopicReader, which stops at the end.
// Who uses it: the load of `aslx bench`. Thread: one; Take blocks.
// Memory: records live until the next Take.
#pragma once

#include <memory>
#include <optional>
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
  size_t payload_bytes = 0;
  const rd_kafka_message_t* message = nullptr;

  /// The last header of this name; nothing where there is none, or none with a value.
  std::optional<std::string_view> Header(const char* name) const;
};

/// Invariant: what a read_committed consumer would see.
class TopicTail {
 public:
  static Result<std::unique_ptr<TopicTail>> Open(const KafkaSettings& settings,
                                                 const std::vector<std::string>& topics);
  ~TopicTail();
  TopicTail(const TopicTail&) = delete;
  TopicTail& operator=(const TopicTail&) = delete;

  /// What is here; where nothing is, what comes first within the time.
  std::span<const TailRecord> Take(int timeout_ms);
  /// What librdkafka complained of last since this was asked; empty: nothing.
  std::string TakeComplaint() { return std::exchange(complaint_, {}); }

 private:
  TopicTail() = default;
  Result<void> Assign(const std::vector<std::string>& topics, int64_t wait_ms);
  void Show(rd_kafka_message_t* message);
  void ReleaseTaken();

  KafkaHandle consumer_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_message_t*> messages_;
  std::vector<rd_kafka_message_t*> taken_;
  std::vector<TailRecord> records_;
  std::string complaint_;
};

}  // namespace aslx
