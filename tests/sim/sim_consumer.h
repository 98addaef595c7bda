// A worker's consumer: its membership of the group, the partitions that it has, their records, and,
// at least once, its commits.
//
// What it is not: the port (sim_delivery.h). Who uses it: SimDelivery.
// Memory: every record that was polled is a copy of its own until Release, which spoils it first.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "tests/sim/worker_watch.h"
#include "tests/sim/world.h"

namespace aslx::sim {

/// A DeliveryEvent with what it refers to.
struct QueuedEvent {
  DeliveryEvent event;
  std::vector<PartitionEvent> partitions;
  std::deque<std::string> texts;
  bool ends_transaction = false;
};

/// What the parts of one worker's delivery have in common.
struct DeliverySite {
  World* world = nullptr;
  ProcessState* process = nullptr;
  WorkerWatch* watch = nullptr;
  const int64_t* mono_ns = nullptr;  // of the Turn
  std::string name;                  // of the worker
  std::string instance;              // its static identity; also its transactional id
  std::function<void()> wake;
  std::deque<QueuedEvent> events;

  void Push(DeliveryEvent::Kind kind, uint64_t commit_id, std::string reason);
  void PushFatal(std::string reason);
};

class SimConsumer {
 public:
  explicit SimConsumer(DeliverySite* site);
  ~SimConsumer();
  SimConsumer(const SimConsumer&) = delete;
  SimConsumer& operator=(const SimConsumer&) = delete;

  size_t Poll(Assignment assignment, std::span<Record> records);
  size_t Headers(void* handle, std::span<Header> into) const;
  void Release(void* handle);
  void ReleasePartitions(std::span<const Assignment> partitions);
  void Commit(const CommitUnit& unit);
  void Close();

  /// The offsets of a commit by partition, those of dead epochs reported.
  std::map<int32_t, StoredOffset> Translate(const CommitUnit& unit);
  /// -1 when it is not this assignment's (any more).
  int32_t PartitionOf(Assignment assignment) {
    const Owned* const owned = Find(assignment);
    return owned != nullptr ? owned->partition : -1;
  }
  const std::string& member() const { return member_; }
  int generation() const { return generation_; }
  /// Empty for dynamic members.
  const std::string& static_instance() const { return static_instance_; }
  size_t held_count() const { return held_.size(); }

 private:
  enum class State : uint8_t { kOut, kJoining, kFetching, kStable, kGivingBack, kClosed };
  struct HeldRecord {
    std::string key;
    std::string payload;
    std::string origin;
  };
  struct Owned {
    int32_t partition = 0;
    Assignment assignment;
    uint32_t position = 0;  // in the log
    int64_t ready_ns = 0;   // the first fetch takes until then
  };

  void Join();
  void Assign(int generation, const std::vector<int32_t>& partitions);
  void FetchOffsets(int generation, const std::vector<int32_t>& partitions);
  void Heartbeat();
  void GiveBack(bool lost);
  void SendCommit(uint64_t id, std::map<int32_t, StoredOffset> offsets);
  Owned* Find(Assignment assignment);
  void Hand(const InputPlan& plan, Record* record);
  void TellEnd();

  DeliverySite* site_;
  World* world_;
  Lease lease_;
  State state_ = State::kOut;
  std::string member_;
  std::string static_instance_;
  uint32_t member_number_ = 0;
  uint64_t join_number_ = 0;
  int generation_ = -1;
  bool told_end_ = false;
  uint32_t epoch_ = 0;
  std::map<uint32_t, Owned> owned_;  // by slot
  std::unordered_set<HeldRecord*> held_;
};

}  // namespace aslx::sim
