#include "pipeline/load/memory_delivery.h"

#include <algorithm>

#include <sys/timerfd.h>
#include <unistd.h>

#include "pipeline/flow/dead_letter.h"
#include "runtime/base/check.h"

namespace aslx {

Alarm::Alarm(Waker* waker) : waker_(waker) {
  if (waker_ == nullptr) return;
  fd_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  ASLX_CHECK(fd_ >= 0);
  waker_->Watch(fd_);
}

Alarm::~Alarm() {
  if (fd_ < 0) return;
  waker_->Unwatch(fd_);
  close(fd_);
}

void Alarm::Set(int64_t ns) {
  if (ns != at_ns_) Arm(ns);
}

void Alarm::ClearIfPast(int64_t now_ns) {
  if (armed() && now_ns >= at_ns_) Arm(INT64_MAX);
}

void Alarm::Arm(int64_t ns) {
  at_ns_ = ns;
  if (fd_ < 0) return;
  itimerspec when{};  // zero: never
  if (ns != INT64_MAX) {
    when.it_value.tv_sec = ns / 1'000'000'000;
    when.it_value.tv_nsec = ns % 1'000'000'000;
  }
  // What has rung and was not read is forgotten, too.
  ASLX_CHECK(timerfd_settime(fd_, TFD_TIMER_ABSTIME, &when, nullptr) == 0);
}

MemoryDelivery::MemoryDelivery(const Parts& parts)
    : link_(parts.link),
      pool_(parts.pool),
      correlation_(parts.correlation),
      counters_(parts.counters),
      clock_(parts.clock),
      alarm_(parts.waker) {
  partition_.assignment = {0, 1};
  partition_.topic = "events";
  partition_.partition = static_cast<int32_t>(link_->index);
  partition_.committed_offset = 0;
}

void MemoryDelivery::FollowMain() {
  const uint32_t posted = link_->posted.load(std::memory_order_acquire);
  if (posted == link_->taken.load(std::memory_order_relaxed)) return;
  if (posted % 2 == 1) {
    BeginStep();
  } else {
    schedule_.reset();
    alarm_.Set(INT64_MAX);
  }
  link_->taken.store(posted, std::memory_order_release);
  link_->taken.notify_all();
}

void MemoryDelivery::BeginStep() {
  schedule_.emplace(link_->step, link_->begin_ns, link_->index, link_->senders);
  times_.reset();
  if (!schedule_->open_loop()) times_.emplace(schedule_->in_flight_max(), schedule_->begin_ns());
  sent_ = settled_below_ = 0;
  dropped_before_ = counters_->dropped.value();
  link_->first_failure.reset();
  link_->in_flight_reached = 0;
  link_->tally.Begin(&*schedule_, next_sequence_, times_ ? &*times_ : nullptr);
  link_->sent.store(0, std::memory_order_relaxed);
  link_->sent_all.store(false, std::memory_order_relaxed);
}

bool MemoryDelivery::NextEvent(DeliveryEvent* event) {
  FollowMain();
  if (alarm_.armed()) alarm_.ClearIfPast(clock_->Now());
  *event = {};
  if (!std::exchange(assigned_, true)) {
    event->kind = DeliveryEvent::Kind::kAssigned;
    event->partitions = {&partition_, 1};
    return true;
  }
  if (commit_id_ == 0) return false;
  event->kind = DeliveryEvent::Kind::kCommitted;
  event->commit_id = std::exchange(commit_id_, 0);
  return true;
}

size_t MemoryDelivery::Poll(Assignment, std::span<Record> records) {
  if (!schedule_ || link_->sent_all.load(std::memory_order_relaxed)) return 0;
  const int64_t now_ns = clock_->Now();
  const uint64_t dropped = counters_->dropped.value() - dropped_before_;
  const uint64_t settled = link_->tally.answered_count() + dropped;
  const uint64_t in_flight = sent_ - std::min(sent_, settled);
  if (in_flight == 0) settled_below_ = sent_;
  const uint64_t due = schedule_->DueCount(now_ns, sent_, in_flight);
  const size_t count_max = std::min<uint64_t>(due, records.size());
  size_t count = 0;
  for (; count < count_max; ++count) {
    if (times_ && !times_->Store(sent_, now_ns, settled_below_)) break;
    Record& record = records[count];
    Slot* const slot = TakeSlot();
    slot->digits = WriteSequence(next_sequence_, &slot->text);
    record = {};
    record.offset = static_cast<int64_t>(next_sequence_);
    record.payload = pool_->event(next_sequence_);
    record.has_key = correlation_ == Correlation::kKey || pool_->has_keys();
    if (correlation_ == Correlation::kKey) {
      record.key = slot->digits;
    } else if (pool_->has_keys()) {
      record.key = pool_->key(next_sequence_);
    }
    record.handle = slot;
    ++sent_;
    ++next_sequence_;
  }
  link_->in_flight_reached = std::max(link_->in_flight_reached, in_flight + count);
  link_->sent.store(sent_, std::memory_order_relaxed);
  if (schedule_->Over(now_ns, sent_)) link_->sent_all.store(true, std::memory_order_relaxed);
  if (count == 0) {
    // A closed loop by time ends without an event of its own.
    const int64_t end_ns = times_ ? schedule_->measured_until_ns() : INT64_MAX;
    int64_t wake_ns = std::min(schedule_->NextDueNs(sent_), end_ns);
    if (sent_ == 0) wake_ns = std::min(wake_ns, schedule_->begin_ns());
    alarm_.Set(wake_ns > now_ns ? wake_ns : INT64_MAX);
  }
  return count;
}

MemoryDelivery::Slot* MemoryDelivery::TakeSlot() {
  if (spare_.empty()) return &slots_.emplace_back();
  Slot* const slot = spare_.back();
  spare_.pop_back();
  return slot;
}

size_t MemoryDelivery::Headers(void* handle, std::span<Header> into) {
  if (correlation_ == Correlation::kKey) return 0;
  const auto* const slot = static_cast<const Slot*>(handle);
  if (!into.empty()) into[0] = {kCorrelationHeader, slot->digits, false};
  return 1;
}

void MemoryDelivery::Release(void* handle) {
  spare_.push_back(static_cast<Slot*>(handle));
}

TopicId MemoryDelivery::OpenTopic(std::string_view name) {
  const auto found = std::ranges::find(topics_, name);
  if (found != topics_.end()) return static_cast<TopicId>(found - topics_.begin());
  topics_.emplace_back(name);
  return static_cast<TopicId>(topics_.size() - 1);
}

std::optional<uint64_t> MemoryDelivery::SequenceOf(const OutputRecord& output) const {
  if (correlation_ == Correlation::kKey) return ReadSequence(output.key);
  for (const Header& header : output.headers)
    if (header.name == kCorrelationHeader) return ReadSequence(header.value);
  return std::nullopt;
}

/// Only a dead letter has these headers.
void MemoryDelivery::LookForFailure(const OutputRecord& output) {
  const auto value_of = [&output](std::string_view name) {
    const auto found = std::ranges::find(output.headers, name, &Header::name);
    return found != output.headers.end() ? std::optional(found->value) : std::nullopt;
  };
  const std::optional<std::string_view> error = value_of(dead_letter::kError);
  if (!error) return;
  link_->first_failure = {
      .error = std::string(*error),
      .cause = std::string(value_of(dead_letter::kCause).value_or(std::string_view())),
      .state = std::string(value_of(dead_letter::kState).value_or(std::string_view()))};
}

ProduceResult MemoryDelivery::TryProduce(const OutputRecord& output, DeliveryToken token) {
  if (schedule_ && !link_->first_failure) LookForFailure(output);
  produced_.emplace_back(token, SequenceOf(output));
  return ProduceResult::kAccepted;
}

size_t MemoryDelivery::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  const size_t count = std::min(acknowledgements.size(), produced_.size() - acknowledged_count_);
  if (count == 0) return 0;
  const int64_t now_ns = clock_->Now();
  for (size_t i = 0; i < count; ++i) {
    const auto& [token, sequence] = produced_[acknowledged_count_ + i];
    acknowledgements[i] = {token, Acknowledgement::Status::kDelivered, {}};
    // What comes behind the end of a step is nobody's any more: the tally is main's then.
    if (!schedule_) continue;
    if (sequence) {
      link_->tally.Record(*sequence, now_ns);
    } else {
      link_->tally.RecordForeign();
    }
  }
  acknowledged_count_ += count;
  if (acknowledged_count_ == produced_.size()) {
    produced_.clear();
    acknowledged_count_ = 0;
  }
  return count;
}

void MemoryDelivery::Abort(uint64_t) {
  ASLX_CHECK(false);
}

}  // namespace aslx
