// A pipeline that never runs dry: one partition of given events without end, and a sink that
// acknowledges everything at once, or, exactly once, commits it at once.
//
// What it is for: counting and timing what one record costs, with neither a broker nor a fault.
// Who uses it: alloc_test, bench/inprocess/record_path.cc. Thread: one. Memory: the events outlive
// it.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "pipeline/flow/flow.h"
#include "pipeline/journal/poison_file.h"

namespace aslx {

class EndlessDelivery final : public Delivery {
 public:
  EndlessDelivery(std::span<const std::string_view> events, Guarantee guarantee);

  bool NextEvent(DeliveryEvent* event) override;
  size_t Poll(Assignment, std::span<Record> records) override;
  size_t Headers(void*, std::span<Header> into) override;
  bool passes_headers() const override { return true; }
  void Release(void*) override {}
  void ReleasePartitions(std::span<const Assignment>) override {}
  TopicId OpenTopic(std::string_view) override { return 0; }
  ProduceResult TryProduce(const OutputRecord&, DeliveryToken token) override;
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override;
  void Commit(const CommitUnit& unit) override { commit_id_ = unit.id; }
  void Abort(uint64_t) override;
  void Close() override {}

 private:
  std::span<const std::string_view> events_;
  const Guarantee guarantee_;
  PartitionEvent partition_;
  bool assigned_ = false;
  uint64_t commit_id_ = 0;
  int64_t next_offset_ = 0;
  std::array<DeliveryToken, 4'096> sent_;  // at least once: to be acknowledged
  size_t sent_count_ = 0;
};

/// A task of its machine is never answered.
class EndlessFlow {
 public:
  EndlessFlow(std::shared_ptr<const Program> program, std::span<const std::string_view> events,
              Ordering ordering, Guarantee guarantee);
  EndlessFlow(const EndlessFlow&) = delete;
  EndlessFlow& operator=(const EndlessFlow&) = delete;

  /// Each is a tenth of a millisecond after the one before.
  void Turn(int count);
  const FlowCounters& counters() const { return counters_; }

 private:
  class NoTasks final : public TaskGateway {
   public:
    void Submit(const TaskRequest&) override {}
    void Cancel(SuspensionToken) override {}
  };

  PipelineSpec spec_;
  EndlessDelivery delivery_;
  NoTasks tasks_;
  CompletionQueue completions_{nullptr};
  FlowCounters counters_;
  std::unique_ptr<PoisonFile> poison_;
  std::unique_ptr<Flow> flow_;
  int64_t now_ns_ = 0;
};

}  // namespace aslx
