#include "pipeline/load/memory_load.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace aslx {
namespace {

/// How often main looks whether the workers have followed.
constexpr auto kLook = std::chrono::microseconds(200);

}  // namespace

MemoryLoad::MemoryLoad(const EventPool* pool, Correlation correlation, Clock* clock,
                       uint32_t workers, std::function<bool()> alive)
    : pool_(pool), correlation_(correlation), clock_(clock), alive_(std::move(alive)) {
  for (uint32_t index = 0; index < workers; ++index) {
    links_.push_back(std::make_unique<MemoryLink>());
    links_.back()->index = index;
    links_.back()->senders = workers;
  }
}

std::unique_ptr<Delivery> MemoryLoad::MakeDelivery(const CoreContext& context,
                                                   const FlowCounters* counters) {
  MemoryLink* const link = links_[context.index].get();
  link->waker = context.waker;
  return std::make_unique<MemoryDelivery>(
      MemoryDelivery::Parts{link, pool_, correlation_, counters, clock_, context.waker});
}

Result<void> MemoryLoad::Post() {
  for (const auto& link : links_) {
    link->posted.fetch_add(1, std::memory_order_release);
    link->waker->Wake();
  }
  for (const auto& link : links_) {
    const uint32_t posted = link->posted.load(std::memory_order_relaxed);
    while (link->taken.load(std::memory_order_acquire) != posted) {
      if (!alive_()) return Fail(ErrorKind::kInternal, "a worker ended before the load did");
      std::this_thread::sleep_for(kLook);
    }
  }
  return {};
}

void MemoryLoad::Begin(const LoadStep& step, int64_t begin_ns) {
  for (const auto& link : links_) {
    link->step = step;
    link->begin_ns = begin_ns;
  }
  // A worker that has ended is found by whoever watches the step.
  (void)Post();
}

LoadDriver::Progress MemoryLoad::Look() const {
  Progress all;
  all.sent_all = true;
  for (const auto& link : links_) {
    all.sent += link->sent.load(std::memory_order_relaxed);
    all.answered += link->tally.answered_count();
    all.last_ns = std::max(all.last_ns, link->tally.last_ns());
    all.sent_all = all.sent_all && link->sent_all.load(std::memory_order_relaxed);
  }
  return all;
}

Result<void> MemoryLoad::End(StepResult* result) {
  if (Result<void> posted = Post(); !posted) return posted;
  uint64_t arrived_in_time = 0;
  for (const auto& link : links_) {
    const OutcomeTally& tally = link->tally;
    result->sent += link->sent.load(std::memory_order_relaxed);
    result->answered += tally.answered_count();
    result->repeated += tally.repeated_count();
    result->foreign += tally.foreign_count();
    result->latency.Add(tally.latency());
    result->in_flight_reached += link->in_flight_reached;
    if (!result->first_failure) result->first_failure = link->first_failure;
    arrived_in_time += tally.arrived_in_time_count();
    if (result->timeline.size() < tally.timeline().size())
      result->timeline.resize(tally.timeline().size());
    for (size_t i = 0; i < tally.timeline().size(); ++i)
      result->timeline[i].Add(tally.timeline()[i]);
  }
  result->measured = result->latency.count();
  result->arrived_in_time = arrived_in_time;
  return {};
}

}  // namespace aslx
