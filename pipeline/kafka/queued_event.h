// A DeliveryEvent that owns what it refers to, between the part that made it and flow.
//
// What it is not: the port's event (pipeline/flow/delivery.h).
// Who uses it: KafkaDelivery keeps the queue, KafkaSource and KafkaSink fill it.
// Thread: the worker's. Memory: owns its texts; a deque's elements do not move.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/flow/delivery.h"

namespace aslx {

struct QueuedEvent {
  DeliveryEvent event;
  std::string reason;
  std::vector<PartitionEvent> partitions;
  std::deque<std::string> texts;  // topics and metadata of the partitions
};

class EventQueue {
 public:
  bool empty() const { return events_.empty(); }

  void Push(QueuedEvent event) { events_.push_back(std::move(event)); }
  void Warn(std::string reason) { Add(DeliveryEvent::Kind::kWarning, std::move(reason)); }
  void Fail(ErrorKind failure, std::string reason) {
    Add(DeliveryEvent::Kind::kFatal, std::move(reason)).failure = failure;
  }
  /// A failed commit says why.
  void EndCommit(uint64_t id, bool durable, std::string reason) {
    const auto kind =
        durable ? DeliveryEvent::Kind::kCommitted : DeliveryEvent::Kind::kCommitFailed;
    Add(kind, std::move(reason)).commit_id = id;
  }

  QueuedEvent Pop() {
    QueuedEvent first = std::move(events_.front());
    events_.pop_front();
    return first;
  }

 private:
  DeliveryEvent& Add(DeliveryEvent::Kind kind, std::string reason) {
    QueuedEvent& queued = events_.emplace_back();
    queued.event.kind = kind;
    queued.reason = std::move(reason);
    return queued.event;
  }

  std::deque<QueuedEvent> events_;
};

}  // namespace aslx
