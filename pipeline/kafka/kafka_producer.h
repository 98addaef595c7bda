// One producer of librdkafka: idempotent with acks=all, or transactional; its topics, and the queue
// of its reports.
//
// What it is not: when anything is written, or what becomes of a failure (kafka_sink.h), nor the
// course of a transaction (kafka_transaction.h).
// Who uses it: KafkaSink and KafkaTransaction; the latter makes it anew.
// Thread: Make and the end on any one, with the affinity that the instance's threads are to have;
// the rest the worker's. Memory: payloads are not copied, keys and headers are. Owns the instance.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/kafka/kafka_handle.h"
#include "pipeline/kafka/produce_batch.h"
#include "runtime/worker/waker.h"

namespace aslx {

struct KafkaProducerOptions {
  KafkaSettings settings;
  std::string transactional_id;  // empty: without transactions
  Waker* waker = nullptr;        // rung when a report waits
};

class KafkaProducer {
 public:
  static Result<std::unique_ptr<KafkaProducer>> Make(const KafkaProducerOptions& options);
  ~KafkaProducer() { Close(); }
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  /// Those that are not open yet; a topic's id is its place.
  void OpenTopics(const std::vector<std::string>& names);
  const std::vector<std::string>& topics() const { return topic_names_; }
  /// Asks for the open topics' metadata: the first record of a topic waits a second otherwise.
  void Warm(int64_t timeout_ms);

  /// RD_KAFKA_RESP_ERR__QUEUE_FULL: nothing was taken. What was taken is with librdkafka once Flush
  /// returns true; what it refuses only then is in TakeRefused.
  rd_kafka_resp_err_t Produce(const OutputRecord& output, DeliveryToken token);
  /// False when librdkafka's queue is full: the rest is taken with the next call.
  bool Flush() { return batch_.Send(&refused_); }
  std::vector<ProduceBatch::Refused> TakeRefused() { return std::exchange(refused_, {}); }
  /// Nobody wants what is not with librdkafka any more.
  void DropUnsent() {
    batch_.Clear();
    refused_.clear();
  }

  /// The next report or error; null when there is none. The caller destroys it.
  rd_kafka_event_t* NextEvent() { return rd_kafka_queue_poll(queue_, 0); }

  /// How often the end of a transaction was requested, and how often its offsets were sent. A
  /// second request means that the first may still be on its way, into a later transaction.
  struct EndRequests {
    uint32_t ends = 0;
    uint32_t offsets = 0;
    bool any_twice() const { return ends > 1 || offsets > 1; }
  };
  /// Since the last call.
  EndRequests TakeEndRequests();

  /// Gives up what is not yet delivered and destroys the instance, within kCloseLimitMs: afterwards
  /// no payload is referred to, unless it hangs. False when it did.
  bool Close();
  /// Refers to neither payloads nor the waker any more. It may outlive them then, in a call that
  /// hangs on another thread.
  void LetGo();

  rd_kafka_t* get() const { return handle_.get(); }

 private:
  /// What the interceptor counts into.
  struct RequestCounts {
    std::atomic<uint32_t> ends{0};
    std::atomic<uint32_t> offsets{0};
  };

  KafkaProducer() = default;
  static rd_kafka_resp_err_t OnNew(rd_kafka_t* instance, const rd_kafka_conf_t*, void* requests,
                                   char*, size_t);
  static rd_kafka_resp_err_t OnRequestSent(rd_kafka_t*, int, const char*, int32_t, int16_t api_key,
                                           int16_t, int32_t, size_t, void* counts);
  void ReleaseParts();

  std::unique_ptr<RequestCounts> requests_;
  KafkaHandle handle_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_topic_t*> topics_;
  std::vector<std::string> topic_names_;
  ProduceBatch batch_;
  std::vector<ProduceBatch::Refused> refused_;
};

}  // namespace aslx
