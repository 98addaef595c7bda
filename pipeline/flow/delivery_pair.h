// A Delivery made of two: records come from one, outputs go to the other (Kafka to files, files to
// Kafka).
//
// What it is not: needed where both ends are of one kind. It cannot be exactly-once.
// Who uses it: pipeline/cli. Thread: the worker's. Memory: both outlive it.
#pragma once

#include "pipeline/flow/delivery.h"
#include "runtime/base/check.h"

namespace aslx {

class DeliveryPair final : public Delivery {
 public:
  DeliveryPair(Delivery* source, Delivery* sink) : source_(source), sink_(sink) {}

  bool NextEvent(DeliveryEvent* event) override {
    return source_->NextEvent(event) || sink_->NextEvent(event);
  }
  size_t Poll(Assignment assignment, std::span<Record> records) override {
    return source_->Poll(assignment, records);
  }
  size_t Headers(void* handle, std::span<Header> into) override {
    return source_->Headers(handle, into);
  }
  void Release(void* handle) override { source_->Release(handle); }
  void Prefetch(void* handle) override { source_->Prefetch(handle); }
  void ReleasePartitions(std::span<const Assignment> partitions) override {
    source_->ReleasePartitions(partitions);
  }
  TopicId OpenTopic(std::string_view name) override { return sink_->OpenTopic(name); }
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token) override {
    return sink_->TryProduce(output, token);
  }
  ProduceResult Flush() override { return sink_->Flush(); }
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override {
    return sink_->PollDeliveries(acknowledgements);
  }
  void Commit(const CommitUnit& unit) override { source_->Commit(unit); }
  void Abort(uint64_t) override { ASLX_CHECK(false); }
  void Close() override {
    sink_->Close();
    source_->Close();
  }

 private:
  Delivery* source_;
  Delivery* sink_;
};

}  // namespace aslx
