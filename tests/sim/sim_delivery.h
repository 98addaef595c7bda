// The Delivery port over the simulated brokers.
//
// What it is: the calls of the port, and the order in which events come out of it. What it is not:
// policy, as any Delivery. Who uses it: the Flow of one simulated worker.
#pragma once

#include "pipeline/flow/delivery.h"
#include "tests/sim/sim_consumer.h"
#include "tests/sim/sim_producer.h"

namespace aslx::sim {

class SimDelivery final : public Delivery {
 public:
  explicit SimDelivery(DeliverySite* site)
      : site_(site), consumer_(site), producer_(site, &consumer_) {}

  bool NextEvent(DeliveryEvent* event) override;
  size_t Poll(Assignment assignment, std::span<Record> records) override;
  size_t Headers(void* handle, std::span<Header> into) override;
  bool passes_headers() const override { return true; }
  void Release(void* handle) override;
  void ReleasePartitions(std::span<const Assignment> partitions) override;
  TopicId OpenTopic(std::string_view name) override;
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token) override;
  ProduceResult Flush() override;
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override;
  void Commit(const CommitUnit& unit) override;
  void Abort(uint64_t id) override;
  void Close() override;

  void SetEpoch(uint32_t epoch) { producer_.SetEpoch(epoch); }
  /// The process dies: what is on its way may still arrive.
  void Abandon() { producer_.Abandon(); }
  bool commit_under_way() const { return commit_under_way_.has_value(); }
  size_t held_count() const { return consumer_.held_count(); }

 private:
  bool exactly_once() const { return site_->world->scenario.exactly_once(); }

  DeliverySite* site_;
  SimConsumer consumer_;
  SimProducer producer_;
  QueuedEvent current_;  // what the last event refers to
  std::optional<uint64_t> commit_under_way_;
};

}  // namespace aslx::sim
