#include "runtime/worker/worker.h"

#include <utility>

#include "runtime/base/check.h"

namespace aslx {
namespace {

// Completions taken in one go, and timers: about a millisecond of work, so that a flood of them
// does not keep the worker from its records, and half of the slots that the table keeps.
constexpr size_t kCompletionsPerTurn = 1'024;
constexpr size_t kTimersPerTurn = 1'024;
// How often Settle looks for answers that were given at once: a chain of in-process tasks goes on
// without being parked between them, and one that never ends does not hold the Turn.
constexpr int kSettleRounds = 4;

}  // namespace

Worker::Worker(const WorkerOptions& options, CompletionQueue* completions, TaskGateway* gateway,
               ExecutionListener* listener)
    : options_(options),
      gateway_(gateway),
      listener_(listener),
      random_(options.seed),
      table_(&pool_, options.executions_max),
      completions_(completions) {
  ASLX_CHECK(completions != nullptr && gateway != nullptr && listener != nullptr);
  reader_.Reserve(limits::kPayloadBytesMax);
  context_.host = this;
  context_.reader = &reader_;
  context_.pool = &pool_;
  context_.random = &random_;
}

Worker::~Worker() {
  AbortAll();
}

void Worker::SetTime(int64_t now_ns, int64_t wall_ns) {
  context_.now_ns = now_ns;
  context_.wall_ns = wall_ns;
}

StartResult Worker::Start(const ExecutionStart& start) {
  StartResult result;
  ExecutionSlot* const slot = table_.Take();
  if (slot == nullptr) return result;
  Execution& execution = slot->execution;
  execution.info = start.info;
  execution.id = start.id;
  execution.sink = start.sink;
  execution.user = start.user;
  slot->borrows_input = true;
  listener_->BeforeRun(start.user);
  result.error = Begin(execution, *start.program, start.input, context_);
  if (result.error.kind != JsonError::Kind::kNone) {
    listener_->AfterRun();
    Free(*slot);
    result.status = StartResult::Status::kRefused;
    return result;
  }
  if (start.record != nullptr) {
    execution.record = CopyMetadata(*start.record, execution.arena);
  }
  result.handle = {execution.table_slot, execution.generation};
  result.status = RunSlot(*slot) ? StartResult::Status::kEnded : StartResult::Status::kRunning;
  return result;
}

void Worker::Turn() {
  TakeCompletions();
  FireTimers();
  RunReady();
}

void Worker::Settle() {
  for (int round = 0; round < kSettleRounds && !completions_->empty(); ++round) {
    TakeCompletions();
    RunReady();
  }
  for (const ExecutionHandle handle : settle_) {
    if (!table_.Knows(handle)) continue;
    ExecutionSlot& slot = table_.At(handle.slot);
    slot.in_settle_list = false;
    if (slot.in_ready_list) continue;  // goes on at once; settled when it waits again
    const bool borrows = std::exchange(slot.borrows_input, false);
    table_.Park(&slot,
                borrows ? listener_->OnDetached(slot.execution.user) : slot.execution.source_text,
                context_);
  }
  settle_.clear();
}

bool Worker::Abort(ExecutionHandle handle) {
  if (!table_.Knows(handle)) return false;
  ExecutionSlot& slot = table_.Wake(handle.slot);
  aslx::Abort(slot.execution, context_);
  Free(slot);
  return true;
}

void Worker::AbortAll() {
  while (ready_count_ > 0) {
    ExecutionSlot& slot = PopReady();
    if (slot.execution.status == ExecutionStatus::kIdle) table_.Give(&slot);
  }
  for (uint32_t index = 0; index < table_.entry_count(); ++index) {
    if (!table_.used(index)) continue;
    ExecutionSlot& slot = table_.Wake(index);
    aslx::Abort(slot.execution, context_);
    Free(slot);
  }
  settle_.clear();
}

ExecutionSlot* Worker::Wake(ExecutionHandle handle) {
  if (!table_.Knows(handle)) return nullptr;
  ExecutionSlot& slot = table_.Wake(handle.slot);
  SettleLater(slot);
  return &slot;
}

void Worker::SettleLater(ExecutionSlot& slot) {
  if (std::exchange(slot.in_settle_list, true)) return;
  settle_.push_back({slot.execution.table_slot, slot.execution.generation});
}

void Worker::SubmitTask(const TaskRequest& request) {
  ++tasks_in_flight_;
  gateway_->Submit(request);
}

void Worker::CancelTask(SuspensionToken token) {
  --tasks_in_flight_;
  gateway_->Cancel(token);
}

void Worker::StartTimer(SuspensionToken token, int64_t due_ns) {
  TimerId& timer = TimerOf(table_.At(token.execution).execution, token.branch);
  ASLX_CHECK(timer == kNoTimer);
  timer = timers_.Start(due_ns, {token.execution, token.branch, token.serial});
}

void Worker::CancelTimer(SuspensionToken token) {
  TimerId& timer = TimerOf(table_.At(token.execution).execution, token.branch);
  if (timer != kNoTimer) timers_.Cancel(std::exchange(timer, kNoTimer));
}

bool Worker::RunSlot(ExecutionSlot& slot) {
  const RunResult result = Run(slot.execution, context_);
  listener_->AfterRun();
  switch (result) {
    case RunResult::kEnded: Finish(slot); return true;
    case RunResult::kSuspended:
      StartDeadline(slot);
      SettleLater(slot);
      return false;
    case RunResult::kOutOfFuel:
      StartDeadline(slot);
      PushReady(slot);
      return false;
  }
  return false;
}

void Worker::Finish(ExecutionSlot& slot) {
  listener_->OnEnded(slot.execution.user, slot.execution);
  Free(slot);
}

void Worker::Free(ExecutionSlot& slot) {
  TimerId& timer = slot.execution.deadline_timer;
  if (timer != kNoTimer) timers_.Cancel(std::exchange(timer, kNoTimer));
  Recycle(slot.execution);
  slot.in_settle_list = false;
  slot.borrows_input = false;
  if (slot.in_ready_list) {
    table_.Outdate(&slot);  // RunReady gives it back when it comes by
  } else {
    table_.Give(&slot);
  }
}

void Worker::PushReady(ExecutionSlot& slot) {
  if (std::exchange(slot.in_ready_list, true)) return;
  slot.next_ready = UINT32_MAX;
  const uint32_t index = slot.execution.table_slot;
  if (ready_last_ == UINT32_MAX) {
    ready_first_ = index;
  } else {
    table_.At(ready_last_).next_ready = index;
  }
  ready_last_ = index;
  ++ready_count_;
}

ExecutionSlot& Worker::PopReady() {
  ExecutionSlot& slot = table_.At(ready_first_);
  ready_first_ = slot.next_ready;
  if (ready_first_ == UINT32_MAX) ready_last_ = UINT32_MAX;
  --ready_count_;
  slot.in_ready_list = false;
  return slot;
}

void Worker::StartDeadline(ExecutionSlot& slot) {
  Execution& execution = slot.execution;
  if (execution.deadline_timer != kNoTimer) return;
  execution.deadline_timer = timers_.Start(execution.deadline_ns, {execution.table_slot, 0, 0});
}

void Worker::TakeCompletions() {
  completions_->Drain(kCompletionsPerTurn, [this](Completion& completion) {
    const SuspensionToken token = completion.token();
    ExecutionSlot* const slot = Wake({token.execution, token.generation});
    if (slot == nullptr) {
      ++late_count_;
      return;
    }
    if (completion.heartbeat()) {
      if (!Heartbeat(slot->execution, token, context_)) ++late_count_;
      return;
    }
    if (completion.outcome().submission) {
      if (!ReportSubmission(slot->execution, token, completion.outcome(), context_)) ++late_count_;
      return;
    }
    if (!CompleteTask(slot->execution, token, completion.outcome(), context_)) {
      ++late_count_;
      return;
    }
    --tasks_in_flight_;
    PushReady(*slot);
  });
}

void Worker::FireTimers() {
  fired_.clear();
  fired_tokens_.clear();
  timers_.Advance(context_.now_ns, kTimersPerTurn, &fired_);
  // A handler may cancel a timer that has fired with it: nobody knows its id any more, and the
  // token is refused.
  for (const auto& [id, owner] : fired_) {
    Execution& execution = table_.Wake(owner.execution).execution;
    TimerId& timer =
        owner.serial == 0 ? execution.deadline_timer : TimerOf(execution, owner.branch);
    ASLX_CHECK(timer == id);
    timer = kNoTimer;
    fired_tokens_.push_back({owner.execution, execution.generation, owner.branch, owner.serial});
  }
  for (const SuspensionToken& token : fired_tokens_) {
    ExecutionSlot* const slot = Wake({token.execution, token.generation});
    // One that an answer of this Turn has failed is in the ready list to be finished.
    if (slot == nullptr || slot->execution.status != ExecutionStatus::kRunning) continue;
    if (token.serial == 0) {
      TimeOut(slot->execution, context_);
      Finish(*slot);
    } else if (FireTimer(slot->execution, token, context_)) {
      PushReady(*slot);
    } else {
      ++late_count_;
    }
  }
}

void Worker::RunReady() {
  // Only what is ready now: whoever runs out of fuel waits for the next Turn.
  for (uint32_t count = ready_count_; count > 0; --count) {
    ExecutionSlot& slot = PopReady();
    // Aborted or timed out while in the list.
    if (slot.execution.status == ExecutionStatus::kIdle) {
      table_.Give(&slot);
      continue;
    }
    listener_->BeforeRun(slot.execution.user);
    RunSlot(slot);
  }
}

}  // namespace aslx
