#include "pipeline/kafka/committed_offsets.h"

#include <chrono>
#include <utility>

#include "pipeline/kafka/kafka_errors.h"
#include "pipeline/kafka/topic_metadata.h"

namespace aslx {
namespace {

/// One request's time: the end waits no longer for the thread.
constexpr int kRequestMs = 2'000;
/// Between two requests while a transaction is open.
constexpr std::chrono::milliseconds kAgainAfter{50};
/// Before a question is asked for a second time: each comes with a warning.
constexpr std::chrono::milliseconds kPause{500};

/// What may pass by itself: above all an offset that an open transaction is about to change.
rd_kafka_resp_err_t PassingError(rd_kafka_resp_err_t error,
                                 const rd_kafka_topic_partition_list_t& partitions) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return KindOfError(error) == ErrorKind::kUnavailable ? error : RD_KAFKA_RESP_ERR_NO_ERROR;
  for (int i = 0; i < partitions.cnt; ++i) {
    const rd_kafka_resp_err_t one = partitions.elems[i].err;
    if (one != RD_KAFKA_RESP_ERR_NO_ERROR && KindOfError(one) == ErrorKind::kUnavailable)
      return one;
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

CommittedOffsets::CommittedOffsets(rd_kafka_t* consumer, std::vector<std::string> topics,
                                   Start start, int64_t limit_ms, Waker* waker)
    : consumer_(consumer),
      topics_(std::move(topics)),
      start_(start),
      limit_ms_(limit_ms),
      waker_(waker),
      thread_([this] { Run(); }) {}

CommittedOffsets::~CommittedOffsets() {
  Forget();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void CommittedOffsets::Ask(const rd_kafka_topic_partition_list_t* partitions) {
  Put(partitions, false);
}

void CommittedOffsets::AskAgain(const rd_kafka_topic_partition_list_t* partitions) {
  Put(partitions, true);
}

void CommittedOffsets::Put(const rd_kafka_topic_partition_list_t* partitions, bool again) {
  {
    std::lock_guard lock(mutex_);
    ++question_;
    answer_.reset();
    asked_.reset(rd_kafka_topic_partition_list_copy(partitions));
    again_ = again;
  }
  changed_.notify_one();
}

void CommittedOffsets::Forget() {
  std::lock_guard lock(mutex_);
  ++question_;
  asked_.reset();
  answer_.reset();
  changed_.notify_one();
}

std::optional<CommittedOffsets::Answer> CommittedOffsets::Take() {
  std::lock_guard lock(mutex_);
  return std::exchange(answer_, std::nullopt);
}

void CommittedOffsets::Run() {
  std::unique_lock lock(mutex_);
  if (start_ == Start::kLatest) CountPartitions(lock);
  while (!stopping_) {
    if (asked_ == nullptr) {
      changed_.wait(lock);
      continue;
    }
    const uint64_t question = question_;
    if (std::exchange(again_, false))
      changed_.wait_for(lock, kPause, [&] { return question != question_; });
    if (question != question_) continue;
    Answer answer = Fetch(std::move(asked_), lock);
    if (question != question_) continue;
    answer_ = std::move(answer);
    waker_->Ring();
  }
}

/// Those of each topic when this process began, however long the brokers are asked.
void CommittedOffsets::CountPartitions(std::unique_lock<std::mutex>& lock) {
  for (const std::string& topic : topics_) {
    while (!stopping_ && !partition_counts_.contains(topic)) {
      lock.unlock();
      const int32_t count = AskTopic(consumer_, topic, kRequestMs).partition_count;
      lock.lock();
      if (count > 0) {
        partition_counts_.emplace(topic, count);
      } else {
        changed_.wait_for(lock, kAgainAfter, [this] { return stopping_; });
      }
    }
  }
}

CommittedOffsets::Answer CommittedOffsets::Fetch(TopicPartitions partitions,
                                                 std::unique_lock<std::mutex>& lock) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms_);
  const uint64_t question = question_;
  for (;;) {
    lock.unlock();
    const rd_kafka_resp_err_t error = rd_kafka_committed(consumer_, partitions.get(), kRequestMs);
    TopicPartitions starts;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) starts = FindStarts(partitions.get(), question);
    lock.lock();
    const rd_kafka_resp_err_t passing = PassingError(error, *partitions);
    if (passing == RD_KAFKA_RESP_ERR_NO_ERROR)
      return {std::move(partitions), std::move(starts), error};
    if (std::chrono::steady_clock::now() >= end) return {std::move(partitions), nullptr, passing};
    changed_.wait_for(lock, kAgainAfter, [&] { return question != question_; });
    if (question != question_) return {};
  }
}

/// A leader that does not say is an error of its partition.
TopicPartitions CommittedOffsets::FindStarts(rd_kafka_topic_partition_list_t* partitions,
                                             uint64_t question) {
  TopicPartitions starts;
  for (int i = 0; start_ == Start::kLatest && i < partitions->cnt && IsAsked(question); ++i) {
    rd_kafka_topic_partition_t& one = partitions->elems[i];
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR || one.offset >= 0) continue;
    int64_t begin = 0;
    int64_t end = 0;
    one.err = rd_kafka_query_watermark_offsets(consumer_, one.topic, one.partition, &begin, &end,
                                               kRequestMs);
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) break;
    const auto known = partition_counts_.find(one.topic);
    const bool is_new = known != partition_counts_.end() && one.partition >= known->second;
    if (starts == nullptr) starts.reset(rd_kafka_topic_partition_list_new(partitions->cnt));
    rd_kafka_topic_partition_list_add(starts.get(), one.topic, one.partition)->offset =
        is_new ? begin : end;
  }
  return starts;
}

bool CommittedOffsets::IsAsked(uint64_t question) {
  std::lock_guard lock(mutex_);
  return question == question_;
}

}  // namespace aslx
