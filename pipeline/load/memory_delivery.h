// The Delivery port on events in memory: the pipeline of a worker runs over it as over Kafka, and
// nothing but the pipeline is measured.
//
// What it is not: a copy of anything. A record points to its event in the pool; an outcome is
// looked at for its sequence number and acknowledged in the next Turn. There is no thread between
// the events and the worker: what is due is handed out when flow polls, and a timer ends the
// worker's sleep when the next event is due.
// Who uses it: MemoryLoad makes one for each worker.
// Thread: the worker's; MemoryLink as said there. Memory: the link, the pool, the counters and the
// clock outlive it.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/flow_counters.h"
#include "pipeline/load/correlation.h"
#include "pipeline/load/event_pool.h"
#include "pipeline/load/outcome_tally.h"
#include "pipeline/load/step_result.h"
#include "pipeline/load/step_schedule.h"
#include "runtime/base/clock.h"
#include "runtime/worker/waker.h"

namespace aslx {

/// What main and one worker tell each other. Main writes the step, then `posted`: odd to begin it,
/// even to end it; the worker follows and says so in `taken`. Between `taken` of an end and the
/// next `posted` the tally is main's.
struct alignas(64) MemoryLink {
  LoadStep step;
  int64_t begin_ns = 0;
  uint32_t index = 0;
  uint32_t senders = 1;
  OutcomeTally tally;
  // Whose these are: as of the tally.
  std::optional<FailureReason> first_failure;
  uint64_t in_flight_reached = 0;
  Waker* waker = nullptr;  // null until the worker has built its delivery
  std::atomic<uint32_t> posted{0};
  std::atomic<uint32_t> taken{0};
  // Relaxed: for progress.
  std::atomic<uint64_t> sent{0};
  std::atomic<bool> sent_all{false};
};

/// Ends the sleep of a worker at an instant; one that is null never does.
class Alarm {
 public:
  explicit Alarm(Waker* waker);
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// INT64_MAX: never. Costs a system call where that is news.
  void Set(int64_t ns);
  /// It may have rung: the next Set counts again.
  void ClearIfPast(int64_t now_ns);
  bool armed() const { return at_ns_ != INT64_MAX; }

 private:
  void Arm(int64_t ns);

  Waker* waker_;
  int fd_ = -1;
  int64_t at_ns_ = INT64_MAX;
};

class MemoryDelivery final : public Delivery {
 public:
  struct Parts {
    MemoryLink* link = nullptr;
    const EventPool* pool = nullptr;
    Correlation correlation = Correlation::kKey;
    const FlowCounters* counters = nullptr;  // of the flow that polls it
    Clock* clock = nullptr;
    Waker* waker = nullptr;  // null: nobody sleeps
  };
  explicit MemoryDelivery(const Parts& parts);

  bool NextEvent(DeliveryEvent* event) override;
  size_t Poll(Assignment assignment, std::span<Record> records) override;
  size_t Headers(void* handle, std::span<Header> into) override;
  void Release(void* handle) override;
  void ReleasePartitions(std::span<const Assignment>) override {}
  TopicId OpenTopic(std::string_view name) override;
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token) override;
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override;
  void Commit(const CommitUnit& unit) override { commit_id_ = unit.id; }
  /// Never called: memory knows no transactions, and `aslx bench` refuses to ask for them.
  void Abort(uint64_t id) override;
  void Close() override {}

 private:
  /// A record that is with flow: where its number is written.
  struct Slot {
    SequenceText text{};
    std::string_view digits;
  };

  void FollowMain();
  void BeginStep();
  std::optional<uint64_t> SequenceOf(const OutputRecord& output) const;
  void LookForFailure(const OutputRecord& output);
  Slot* TakeSlot();

  MemoryLink* link_;
  const EventPool* pool_;
  const Correlation correlation_;
  const FlowCounters* counters_;
  Clock* clock_;
  Alarm alarm_;
  PartitionEvent partition_;
  bool assigned_ = false;
  uint64_t commit_id_ = 0;  // not yet told; 0: none
  std::vector<std::string> topics_;

  std::optional<StepSchedule> schedule_;  // of the step that runs
  std::optional<SentTimes> times_;        // closed loop
  uint64_t next_sequence_ = 0;
  uint64_t sent_ = 0;
  uint64_t settled_below_ = 0;  // closed loop: events of the step before this number have ended
  uint64_t dropped_before_ = 0;
  std::deque<Slot> slots_;
  std::vector<Slot*> spare_;
  std::vector<std::pair<DeliveryToken, std::optional<uint64_t>>> produced_;
  size_t acknowledged_count_ = 0;  // of the produced ones
};

}  // namespace aslx
