// Where reading goes on after a broker has said that the next offset is not in its log.
//
// What it is: patient. A broker that was cut off and comes back answers for a while as the leader
// that it no longer is, and does not have what the new one took: its word alone proves no loss.
// What it is not: the new assignment (kafka_source_assignment.cc).
// Who uses it: KafkaSource. Thread: the worker's; one of its own asks, started by the first
// question. Memory: owns the thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_objects.h"
#include "runtime/worker/waker.h"

namespace aslx {

struct ResumePoint {
  enum class Finding : uint8_t {
    kThere,      // the leader has the offset, or could not be asked: read on as if nothing was
    kRemoved,    // the log begins above it
    kTruncated,  // the log ends below it, and went on to
  };
  Assignment assignment;
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;  // the next one to read, or one of librdkafka's logical ones
  Finding finding = Finding::kThere;
  int64_t resume_at = 0;
};

class ResumePoints {
 public:
  /// A log counts as truncated once its leader has said so for `patience`.
  ResumePoints(rd_kafka_t* consumer, std::chrono::milliseconds patience, Waker* waker)
      : consumer_(consumer), patience_(patience), waker_(waker) {}
  ~ResumePoints();
  ResumePoints(const ResumePoints&) = delete;
  ResumePoints& operator=(const ResumePoints&) = delete;

  /// The answer comes later, with a ring.
  void Ask(const Assignment& assignment, const std::string& topic, int32_t partition,
           int64_t offset);
  std::optional<ResumePoint> Take();

 private:
  struct Question {
    ResumePoint point;
    std::chrono::steady_clock::time_point asked_at;
  };
  void Run();
  bool Settle(Question* question);

  rd_kafka_t* consumer_;
  const std::chrono::milliseconds patience_;
  Waker* waker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<Question> questions_;
  std::vector<ResumePoint> answers_;
  std::thread thread_;
};

}  // namespace aslx
