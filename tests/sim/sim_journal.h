// The journal of poison records of one process: a file that survives it, and a line a worker.
//
// What it is not: the mapped file of the product; what Flow makes of a journal is what is shown.
// Who uses it: Flow around every stretch of running; a process when it dies.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "pipeline/flow/poison_journal.h"
#include "tests/sim/worker_watch.h"
#include "tests/sim/world.h"

namespace aslx::sim {

/// What is left when a process dies; one an identity.
struct JournalFile {
  std::map<InputId, uint32_t> crash_counts;
};

class SimJournal final : public PoisonJournal {
 public:
  /// `mono_ns` is the monotonic time of the Turn.
  SimJournal(World* world, ProcessState* process, JournalFile* file, WorkerWatch* watch,
             const int64_t* mono_ns);

  std::span<const PoisonSuspect> Suspects() const override { return suspects_; }
  uint32_t TopicIndex(std::string_view topic) const override;
  void Enter(uint32_t topic_index, int32_t partition, int64_t offset, int64_t wall_ns) override;
  void Leave() override;
  void Forget(const PoisonSuspect& suspect) override;

  /// The record inside Run.
  const std::optional<InputId>& current() const { return current_; }
  /// The process has died: what is inside Run is blamed.
  void Blame();

 private:
  World* world_;
  ProcessState* process_;
  JournalFile* file_;
  WorkerWatch* watch_;
  const int64_t* mono_ns_;
  std::vector<PoisonSuspect> suspects_;  // as they were when the process began
  std::optional<InputId> current_;
};

}  // namespace aslx::sim
