#include "runtime/worker/engine.h"

#include <algorithm>
#include <utility>

#include <pthread.h>
#include <sched.h>

#include "runtime/base/check.h"
#include "runtime/base/log.h"
#include "runtime/worker/cpu_quota.h"

namespace aslx {
namespace {

// A core that has nothing to do looks up this often, so that a bell that was missed costs a tenth
// of a second and not the work.
constexpr int64_t kIdleNsMax = 100'000'000;

std::vector<int> Processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int i = 0; i < CPU_SETSIZE; ++i) {
      if (CPU_ISSET(i, &set)) processors.push_back(i);
    }
  }
  if (processors.empty()) processors.push_back(0);
  return processors;
}

void PinTo(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
    Log(LogLevel::kWarning, "a worker could not be pinned to processor " +
                                std::to_string(processor) + "; it runs wherever it is put");
  }
}

}  // namespace

void KeepMostTelling(const Error& failure, Result<void>* outcome) {
  const bool tells_more = failure.kind == ErrorKind::kUnknownOutcome && !outcome->has_value() &&
                          outcome->error().kind != failure.kind;
  if (outcome->has_value() || tells_more) *outcome = tl::unexpected<Error>(failure);
}

uint32_t AvailableCores() {
  const auto processors = static_cast<uint32_t>(Processors().size());
  const uint32_t quota = CpuQuota();
  return quota > 0 ? std::min(quota, processors) : processors;
}

Engine::Engine(const EngineOptions& options, Clock* clock)
    : options_(options), clock_(clock), processors_(Processors()) {
  const size_t count = options.worker_count == 0 ? AvailableCores() : options.worker_count;
  for (size_t i = 0; i < count; ++i)
    cores_.push_back(std::make_unique<Core>());
}

Engine::~Engine() {
  RequestAbort();
  for (const auto& core : cores_) {
    if (core->thread.joinable()) core->thread.join();
  }
}

Result<void> Engine::Start(const Factory& factory) {
  running_count_.store(worker_count(), std::memory_order_release);
  for (uint32_t index = 0; index < worker_count(); ++index) {
    Core& core = *cores_[index];
    // The factory is copied: this call may return before the thread is done with it.
    core.thread = std::thread([this, &core, index, factory] { RunCore(core, index, factory); });
  }
  return AllBuilt() ? Result<void>() : Join();
}

bool Engine::AllBuilt() const {
  for (uint32_t built = 0; built < worker_count();
       built = built_count_.load(std::memory_order_acquire)) {
    built_count_.wait(built, std::memory_order_acquire);
  }
  return std::ranges::all_of(cores_, [](const auto& core) { return core->built; });
}

Result<void> Engine::Join() {
  Result<void> outcome;
  for (const auto& core : cores_) {
    if (core->thread.joinable()) core->thread.join();
    if (!core->outcome.has_value()) KeepMostTelling(core->outcome.error(), &outcome);
  }
  return outcome;
}

void Engine::RequestDrain() {
  Raise(Request::kDrain);
}
void Engine::RequestAbort() {
  Raise(Request::kAbort);
}

void Engine::Raise(Request request) {
  Request now = request_.load(std::memory_order_relaxed);
  while (now < request &&
         !request_.compare_exchange_weak(now, request, std::memory_order_relaxed)) {
  }
  for (const auto& core : cores_)
    core->waker.Ring();
}

void Engine::RunCore(Core& core, uint32_t index, const Factory& factory) {
  if (options_.pin) PinTo(processors_[index % processors_.size()]);
  {
    Result<CoreTasks> tasks = factory(CoreContext{index, worker_count(), &core.waker});
    core.built = tasks.has_value();
    if (!tasks) core.outcome = tl::unexpected<Error>(tasks.error());
    built_count_.fetch_add(1, std::memory_order_release);
    built_count_.notify_all();
    // A start that fails, or is ended from outside, leaves nothing half done.
    if (AllBuilt()) TurnUntilDone(core, *tasks);
  }
  running_count_.fetch_sub(1, std::memory_order_release);
}

void Engine::TurnUntilDone(Core& core, CoreTasks& tasks) {
  bool draining = false;
  bool going_to_sleep = false;  // the last Turn found nothing: one more, with the bell switched on
  while (!tasks.empty()) {
    const Request request = request_.load(std::memory_order_relaxed);
    if (request == Request::kAbort) return;
    if (request == Request::kDrain && !draining) {
      draining = true;
      for (const auto& task : tasks)
        task->Drain();
    }
    const int64_t now_ns = clock_->Now();
    const int64_t wall_ns = clock_->Wall();
    bool busy = false;
    int64_t due_ns = now_ns + kIdleNsMax;
    if (going_to_sleep) core.waker.PrepareSleep();
    for (auto& task : tasks) {
      const TurnStatus status = task->Turn(now_ns, wall_ns);
      busy = busy || status.busy || status.finished;
      due_ns = std::min(due_ns, status.next_due_ns);
      if (!status.finished) continue;
      if (const Error* failure = task->failure()) {
        KeepMostTelling(*failure, &core.outcome);
        RequestDrain();
      }
      task.reset();
    }
    std::erase(tasks, nullptr);
    if (busy || due_ns <= now_ns) {
      core.waker.CancelSleep();
      going_to_sleep = false;
      continue;
    }
    if (!std::exchange(going_to_sleep, !going_to_sleep)) continue;
    core.waker.Sleep(static_cast<int>((due_ns - now_ns + 999'999) / 1'000'000));
  }
}

}  // namespace aslx
