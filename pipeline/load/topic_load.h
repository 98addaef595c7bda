// A load through Kafka: events are sent to a topic, outcomes read back from others.
//
// What it is not: aware of who forwards them.
// Who uses it: `aslx bench` with a cluster. Thread: main's; a sender and a reader of its own during
// a step, which share the tally as it says.
// Memory: the pool and the roster outlive it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/kafka/kafka_settings.h"
#include "pipeline/kafka/topic_sender.h"
#include "pipeline/kafka/topic_tail.h"
#include "pipeline/load/correlation.h"
#include "pipeline/load/event_pool.h"
#include "pipeline/load/load_driver.h"
#include "runtime/base/clock.h"

namespace aslx {

struct TopicLoadOptions {
  KafkaSettings settings;
  std::string source_topic;
  std::vector<std::string> output_topics;
  Correlation correlation = Correlation::kKey;
  int linger_ms = 0;
  const EventPool* pool = nullptr;
  Clock* clock = nullptr;
  ThreadRoster* roster = nullptr;
  /// Events of the subject that have ended without a record, since it began; null: nobody knows.
  std::function<uint64_t()> without_record;
};

class TopicLoad final : public LoadDriver {
 public:
  /// Reads the output topics from here on.
  static Result<std::unique_ptr<TopicLoad>> Open(TopicLoadOptions options);
  ~TopicLoad() override { Stop(); }

  void Begin(const LoadStep& step, int64_t begin_ns) override;
  Progress Look() const override;
  Result<void> End(StepResult* result) override;

 private:
  explicit TopicLoad(TopicLoadOptions options);

  void Start(std::thread* thread, void (TopicLoad::*body)());
  void Stop();
  void Send();
  uint64_t SendDue(int64_t now_ns, uint64_t count);
  bool SendOne(uint64_t number);
  void Pause(int64_t now_ns);
  uint64_t WithoutRecord() const;
  uint64_t InFlight() const;
  void Read();
  void LookForFailure(const TailRecord& record);

  TopicLoadOptions options_;
  std::unique_ptr<TopicSender> sender_;
  std::unique_ptr<TopicTail> tail_;

  LoadStep step_;
  std::optional<StepSchedule> schedule_;
  std::optional<SentTimes> times_;
  OutcomeTally tally_;
  uint64_t next_sequence_;
  uint64_t without_record_before_ = 0;
  std::optional<FailureReason> first_failure_;  // the reader's, main's when it has ended
  // The sender's, main's when it has ended.
  GeneratorUse use_;
  int64_t waiting_ns_ = 0;
  uint64_t in_flight_reached_ = 0;
  int64_t sent_all_ns_ = 0;
  uint64_t refused_before_ = 0;
  uint64_t settled_below_ = 0;  // closed loop: events before this number have ended
  // Relaxed: for progress, and to end the threads.
  std::atomic<uint64_t> sent_{0};
  std::atomic<bool> sent_all_{false};
  std::atomic<bool> stopping_{false};
  std::thread sender_thread_;
  std::thread reader_thread_;
};

}  // namespace aslx
