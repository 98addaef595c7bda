// One core's executions: starts them, runs them, keeps their time, and hands their outcomes on.
//
// What it is: the deterministic part: what a Turn does follows from the calls made, the completions
// in the queue, the time given and the seed. What it is not: a thread (engine.h) or a pipeline. Who
// uses it: pipeline/flow; `aslx exec` and the simulator with a simulated clock. Thread: one. Other
// threads reach it through completions() only. Memory: owns the blocks, slots and timers of its
// executions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/random.h"
#include "runtime/value/json_reader.h"
#include "runtime/vm/interpreter.h"
#include "runtime/worker/completion_queue.h"
#include "runtime/worker/execution_table.h"
#include "runtime/worker/task_gateway.h"
#include "runtime/worker/timer_wheel.h"

namespace aslx {

/// Told what becomes of executions. Calls come from inside Start, Turn and Settle; Start must not
/// be called from them.
class ExecutionListener {
 public:
  virtual ~ExecutionListener() = default;
  /// It succeeded, failed or timed out. Output and fault are to be read now: they are gone
  /// afterwards.
  virtual void OnEnded(uint64_t user, Execution& execution) = 0;
  /// It waits, maybe for minutes. Returns where the text of its input is from now on: in a place of
  /// its own, since nothing refers any longer to where it was.
  virtual std::string_view OnDetached(uint64_t user) = 0;
  /// Around every stretch of running; what a crash in between is blamed on.
  virtual void BeforeRun(uint64_t /*user*/) {}
  virtual void AfterRun() {}
};

struct WorkerOptions {
  uint32_t executions_max = limits::kExecutionsPerWorkerMax;
  /// Tasks under way above which nothing new is started; a running execution may go over it.
  uint32_t tasks_max = limits::kTasksPerWorkerMax;
  uint64_t seed = 0;
};

/// The input is the caller's until OnEnded, but for OnDetached; `info` until OnEnded, and the
/// record during Start.
struct ExecutionStart {
  const Program* program = nullptr;
  std::string_view input;
  const ExecutionInfo* info = &kNoExecutionInfo;
  ExecutionId id;
  const RecordMetadata* record = nullptr;  // null: there is none, or nobody looks
  EventSink* sink = nullptr;
  uint64_t user = 0;
};

struct StartResult {
  enum class Status : uint8_t {
    kEnded,    // OnEnded was called
    kRunning,  // it waits, or is in the ready list
    kRefused,  // the input is not JSON; `error` says why. Nobody else is told
    kFull,     // no slot is free: nothing happened
  };
  Status status = Status::kFull;
  JsonError error;
  ExecutionHandle handle;  // kRunning
};

class Worker final : private VmHost {
 public:
  /// The queue is where the gateway's answers arrive; all three outlive the worker.
  Worker(const WorkerOptions& options, CompletionQueue* completions, TaskGateway* gateway,
         ExecutionListener* listener);
  ~Worker() override;

  /// The time of all that follows until the next call, read once a Turn.
  void SetTime(int64_t now_ns, int64_t wall_ns);

  StartResult Start(const ExecutionStart& start);

  /// Takes completions, fires timers, and lets what is ready run for one fuel slice each.
  void Turn();
  /// At the end of a Turn: resumes what was answered at once, then parks every execution that still
  /// waits.
  void Settle();

  /// Ends it without an outcome: nobody is told. False when it has ended before.
  bool Abort(ExecutionHandle handle);
  void AbortAll();

  /// How many executions may be started now.
  uint32_t capacity() const {
    if (tasks_in_flight_ >= options_.tasks_max) return 0;
    return table_.executions_max() - table_.used_count();
  }
  uint32_t execution_count() const { return table_.used_count(); }
  uint32_t tasks_in_flight() const { return tasks_in_flight_; }
  size_t timer_count() const { return timers_.pending_count(); }
  /// Answers and timers that nobody waited for any more.
  uint64_t late_count() const { return late_count_; }
  /// Errors of states that a Retrier took.
  uint64_t retry_count() const { return context_.retry_count; }
  /// There is something to do at this very instant.
  bool busy() const { return ready_first_ != UINT32_MAX || !completions_->empty(); }
  /// When the next timer is due (or a little before); INT64_MAX without one.
  int64_t NextDueNs() const { return timers_.NextNs(); }

  BlockPool& pool() { return pool_; }
  Random& random() { return random_; }

 private:
  void SubmitTask(const TaskRequest& request) override;
  void CancelTask(SuspensionToken token) override;
  void StartTimer(SuspensionToken token, int64_t due_ns) override;
  void CancelTimer(SuspensionToken token) override;

  /// The slot of an execution in use, which is settled later. Null: it is over.
  ExecutionSlot* Wake(ExecutionHandle handle);
  void SettleLater(ExecutionSlot& slot);
  /// One fuel slice, after BeforeRun. True when it ended and its slot is free again.
  bool RunSlot(ExecutionSlot& slot);
  void Finish(ExecutionSlot& slot);
  void Free(ExecutionSlot& slot);
  void PushReady(ExecutionSlot& slot);
  ExecutionSlot& PopReady();
  void StartDeadline(ExecutionSlot& slot);
  void TakeCompletions();
  void FireTimers();
  void RunReady();

  WorkerOptions options_;
  TaskGateway* gateway_;
  ExecutionListener* listener_;
  BlockPool pool_;
  JsonReader reader_;
  Random random_;
  VmContext context_;
  ExecutionTable table_;
  TimerWheel timers_;
  CompletionQueue* completions_;
  std::vector<TimerWheel::Fired> fired_;
  std::vector<SuspensionToken> fired_tokens_;
  uint32_t ready_first_ = UINT32_MAX;
  uint32_t ready_last_ = UINT32_MAX;
  uint32_t ready_count_ = 0;
  std::vector<ExecutionHandle> settle_;
  uint32_t tasks_in_flight_ = 0;
  uint64_t late_count_ = 0;
};

}  // namespace aslx
