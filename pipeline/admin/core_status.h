// What one pipeline on one worker shows: its numbers, where it stands, why it does not go on.
//
// What it is: written by the worker, read by scrapes of metrics, by probes of health and by main.
// What it is not: aware of HTTP (admin_server.h), or a judgement (health.h).
// Who uses it: pipeline/cli makes one for each pipeline and worker.
// Thread: as said at each group. Memory: owns its texts.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/admin/warning_log.h"
#include "pipeline/flow/flow_counters.h"
#include "pipeline/flow/flow_listener.h"

namespace aslx {

/// Where reading stands in a partition that the worker owns.
struct PartitionPosition {
  std::string topic;
  int32_t partition = 0;
  int64_t next_offset = -1;  // -1: nothing was read in this assignment
};

class CoreStatus final : public FlowListener {
 public:
  CoreStatus(const std::string& pipeline, uint32_t worker_index);

  // The worker's thread.
  void OnWarning(std::string_view what, std::string_view reason) override;
  void OnHeld(std::string_view topic, int32_t partition, int64_t offset,
              std::string_view reason) override;
  void OnFinished(const Error* failure) override;
  /// At the beginning of each Turn.
  void OnTurn(int64_t now_ns);
  /// `assigned`: the source has answered what there is to read at least once.
  void ShowSource(bool assigned, std::vector<PartitionPosition> positions);

  // Any thread.
  const std::string& pipeline() const { return pipeline_; }
  uint32_t worker_index() const { return worker_index_; }
  /// Of the latest Turn; 0: none yet.
  int64_t turned_ns() const { return turned_ns_.load(std::memory_order_relaxed); }
  bool assigned() const { return assigned_.load(std::memory_order_relaxed); }
  /// The flow has ended; its Delivery may still be closing.
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  /// Why it ended, once it has finished; nothing: all is well, or it still runs.
  std::optional<Error> failure() const;
  /// The record that was held last, in words.
  std::string held() const;
  std::vector<PartitionPosition> positions() const;

  FlowCounters flow;  // as flow_counters.h says
  Counter lag;        // records in the topics that were not read yet, as the consumer heard last

 private:
  std::string pipeline_;
  uint32_t worker_index_;
  WarningLog warnings_;
  std::atomic<int64_t> turned_ns_{0};
  std::atomic<bool> assigned_{false};
  // Released after failure_ was written.
  std::atomic<bool> finished_{false};
  mutable std::mutex mutex_;  // of the rest; taken twice a second by the worker
  std::optional<Error> failure_;
  std::string held_;
  std::vector<PartitionPosition> positions_;
};

}  // namespace aslx
