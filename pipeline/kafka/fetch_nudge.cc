#include "pipeline/kafka/fetch_nudge.h"

namespace aslx {
namespace {

/// Nobody waits for the answer; it only bounds how long the thread is held up.
constexpr int kRequestTimeoutMs = 100;

}  // namespace

FetchNudge::FetchNudge(rd_kafka_t* consumer) : consumer_(consumer), thread_([this] { Run(); }) {}

FetchNudge::~FetchNudge() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wanted_changed_.notify_one();
  thread_.join();
}

void FetchNudge::Nudge(const std::string& topic, int32_t partition) {
  {
    std::lock_guard lock(mutex_);
    if (wanted_ && partition_ == partition && topic_ == topic) return;
    topic_ = topic;
    partition_ = partition;
    wanted_ = true;
  }
  wanted_changed_.notify_one();
}

void FetchNudge::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!wanted_) {
      wanted_changed_.wait(lock);
      continue;
    }
    wanted_ = false;
    std::string topic = topic_;
    int32_t partition = partition_;
    lock.unlock();
    int64_t low = 0;
    int64_t high = 0;
    rd_kafka_query_watermark_offsets(consumer_, topic.c_str(), partition, &low, &high,
                                     kRequestTimeoutMs);
    lock.lock();
  }
}

}  // namespace aslx
