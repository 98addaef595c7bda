// The cure of a stall: librdkafka before 2.2 sleeps up to a second when its prefetch queue has
// filled, and a request to the partition's broker wakes it.
//
// What it is not: used where `fetch.queue.backoff.ms` exists.
// Who uses it: KafkaSource, whenever a good part of the prefetch has been taken.
// Thread: Nudge the worker's; one thread of its own sends the requests. Memory: owns the thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <librdkafka/rdkafka.h>

namespace aslx {

class FetchNudge {
 public:
  explicit FetchNudge(rd_kafka_t* consumer);
  ~FetchNudge();
  FetchNudge(const FetchNudge&) = delete;
  FetchNudge& operator=(const FetchNudge&) = delete;

  /// Wakes the broker thread of this partition. While a request is under way the newest wins.
  void Nudge(const std::string& topic, int32_t partition);

 private:
  void Run();

  rd_kafka_t* consumer_;
  std::mutex mutex_;
  std::condition_variable wanted_changed_;
  bool stopping_ = false;
  bool wanted_ = false;
  std::string topic_;
  int32_t partition_ = 0;
  std::thread thread_;
};

}  // namespace aslx
