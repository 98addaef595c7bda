// A worker's producer: records on their way to the topics and, exactly once, its transactions.
//
// What it is not: the port (sim_delivery.h), or the coordinator (transactions.h).
// Who uses it: SimDelivery. Memory: refers to the records that it was given until they are
// acknowledged or their transaction has ended, and checks that they stay as they were.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/sim_consumer.h"

namespace aslx::sim {

class SimProducer {
 public:
  SimProducer(DeliverySite* site, const SimConsumer* consumer);
  SimProducer(const SimProducer&) = delete;
  SimProducer& operator=(const SimProducer&) = delete;

  /// Exactly once: what Init has answered.
  void SetEpoch(uint32_t epoch) { epoch_ = epoch; }

  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token);
  /// What was taken is on its way from here on; kFull: of some topic it is not yet.
  ProduceResult Flush();
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements);

  /// The open transaction ends with these offsets.
  void Commit(uint64_t id, std::map<int32_t, StoredOffset> offsets);
  void Abort(uint64_t id);
  /// Before the event that ends it is handed out, everything else has been.
  bool may_hand_out_end() const { return acknowledged_.empty() && acknowledging_ == 0; }
  void HandOutEnd();

  /// Is a record of this partition in the open transaction?
  bool HasRecordOf(int32_t partition) const;

  /// What of the queue is on its way to the brokers still gets there; the rest is forgotten.
  void Abandon();
  void Close();

 private:
  enum class Fate : uint8_t { kQueued, kWritten, kFailed };
  struct Sent {
    OutputRecord output;
    uint64_t hash = 0;
    OutputFacts facts;
    Fate fate = Fate::kQueued;
  };
  struct End {
    uint64_t id = 0;
    bool commit = false;
    bool sent = false;  // to the coordinator
    std::map<int32_t, StoredOffset> offsets;
    std::string member;
    std::string instance;
    int generation = 0;
  };

  bool exactly_once() const { return world_->scenario.exactly_once(); }
  void PlanWriting(TopicId topic, int64_t delay_ns);
  void WriteSome(TopicId topic);
  /// False: it has to wait.
  bool Write(DeliveryToken token, Sent& sent);
  bool Append(const OutputFacts& facts);
  void Acknowledge(DeliveryToken token, Acknowledgement::Status status);
  uint64_t HashOf(const OutputRecord& output) const;
  /// Those that it takes over, and its own.
  std::vector<Header> HeadersOf(const OutputRecord& output) const;
  void CheckUnchanged(DeliveryToken token, const Sent& sent);
  size_t queued_count() const;
  /// Taken, and not on its way: it waits for the next Flush.
  bool LeftBehind(TopicId topic) const { return !queues_[topic].empty() && !writing_[topic]; }
  void GoOnEnding();
  void SendOffsets();
  void PlanEnd(bool commit);
  void SendEnd(bool commit, bool lost, bool unknown);
  void AnswerEnd(bool committed, std::string reason);
  void Die(std::string why);

  DeliverySite* site_;
  World* world_;
  const SimConsumer* consumer_;
  Lease lease_;
  uint32_t epoch_ = 0;
  std::map<DeliveryToken, Sent> sent_;
  std::vector<std::deque<DeliveryToken>> queues_;  // by topic
  std::vector<bool> writing_;
  std::vector<Acknowledgement> acknowledged_;
  uint32_t acknowledging_ = 0;  // on their way here
  bool doomed_ = false;         // a record of the transaction was not written
  bool dead_ = false;
  std::optional<End> end_;
};

}  // namespace aslx::sim
