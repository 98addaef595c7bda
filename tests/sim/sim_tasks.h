// The tasks that simulated machines call: they answer soon, late, badly or never, as the event
// says.
//
// Who uses it: the Worker of one Flow, as its TaskGateway.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include "runtime/worker/completion_queue.h"
#include "runtime/worker/task_gateway.h"
#include "tests/sim/sim_journal.h"

namespace aslx::sim {

class SimTasks final : public TaskGateway {
 public:
  SimTasks(World* world, ProcessState* process, const SimJournal* journal, WorkerWatch* watch,
           CompletionQueue* completions, std::function<void()> wake)
      : world_(world),
        process_(process),
        journal_(journal),
        watch_(watch),
        completions_(completions),
        wake_(std::move(wake)) {}

  void Submit(const TaskRequest& request) override;
  void Cancel(SuspensionToken token) override;

  /// After a Turn at this time nobody waits for an answer whose deadline is over.
  void CheckDeadlines(int64_t mono_ns);

 private:
  using Call = std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>;
  struct Waiting {
    InputId input;
    int64_t latest_ns = 0;    // whatever it shows of itself
    int64_t deadline_ns = 0;  // with its last sign of life
    bool beaten = false;      // since the last Turn
  };
  static Call CallOf(SuspensionToken token) {
    return {token.execution, token.generation, token.branch, token.serial};
  }
  void Beat(SuspensionToken token, int64_t until_ns);
  void Plan(SuspensionToken token, InputId input, int64_t delay_ns, const char* error);

  World* world_;
  ProcessState* process_;
  const SimJournal* journal_;
  WorkerWatch* watch_;
  CompletionQueue* completions_;
  std::function<void()> wake_;
  Lease lease_;
  std::map<Call, Waiting> waiting_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> attempts_;  // by execution
};

}  // namespace aslx::sim
