// The transactions of one worker, one after the other, as the worker sees them: ended by calls on a
// thread of their own, told as events.
//
// What it is not: the calls themselves (transaction_calls.h), nor when to commit or to abort
// (pipeline/flow).
// Who uses it: KafkaSink, exactly once. Thread: the worker's. Memory: replaces the sink's producer
// when it has to be made anew; the sink has none while that lasts.
#pragma once

#include <memory>
#include <string>

#include "pipeline/kafka/job_thread.h"
#include "pipeline/kafka/kafka_producer.h"
#include "pipeline/kafka/queued_event.h"
#include "pipeline/kafka/transaction_calls.h"

namespace aslx {

class KafkaTransaction {
 public:
  /// `producer` is where the sink keeps it, made and empty of records.
  KafkaTransaction(KafkaProducerOptions options, std::unique_ptr<KafkaProducer>* producer);
  ~KafkaTransaction();
  KafkaTransaction(const KafkaTransaction&) = delete;
  KafkaTransaction& operator=(const KafkaTransaction&) = delete;

  /// The only call that waits: within settings.wait_ms.
  Result<void> Start();

  /// Records may be produced: no end was asked for, or the last one was told.
  bool open() const { return open_; }
  bool ending() const { return stage_ != Stage::kIdle; }
  /// A record was not written: the transaction will not commit.
  void Spoil() { spoiled_ = true; }

  void Commit(uint64_t id, TopicPartitions offsets, GroupMetadata group);
  void Abort(uint64_t id);

  /// Takes what the thread brought; true once the end may be told.
  bool Ended();
  /// After Ended(), with nothing left to acknowledge: the end, and what stops this worker.
  void TellEnd(EventQueue* events);
  /// The end was handed out.
  void Reopen() { open_ = !finished_; }

  /// Aborts what is open, within kCloseLimitMs. What hangs is left behind, and the producer with
  /// it.
  void Close();

 private:
  /// What a job works on and brings; shared with a thread that may be left behind.
  struct Job;
  enum class Stage : uint8_t { kIdle, kEnding, kRenewing, kEnded };

  void StartEnd(std::shared_ptr<Job> job, int64_t timeout_ms);
  void StartRenewal();
  bool AbortOpen(const Deadline& deadline);
  bool WaitForJob(const Deadline& deadline);

  const KafkaProducerOptions options_;
  std::unique_ptr<KafkaProducer>* producer_;
  JobThread thread_;
  std::shared_ptr<Job> job_;
  Stage stage_ = Stage::kIdle;
  bool open_ = true;
  bool spoiled_ = false;
  bool closed_ = false;
  bool finished_ = false;  // nothing can be begun any more
  uint64_t commit_id_ = 0;
};

}  // namespace aslx
