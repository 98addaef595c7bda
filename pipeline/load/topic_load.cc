#include "pipeline/load/topic_load.h"

#include <algorithm>

#include <fmt/core.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/flow/dead_letter.h"

namespace aslx {
namespace {

/// Sent between two looks at the clock, and so the most that lateness is off by.
constexpr uint64_t kBurst = 64;
/// The longest sleep of the sender: it has reports to take.
constexpr int64_t kSleepNsMax = 10'000'000;
/// How often a full closed loop looks for room.
constexpr int64_t kRoomNs = 50'000;
constexpr int kReadMs = 20;

void SleepUntil(int64_t ns) {
  const timespec until{.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

}  // namespace

TopicLoad::TopicLoad(TopicLoadOptions options)
    : options_(std::move(options)),
      // Numbers of this run are none of an earlier one's, whose outcomes may still come.
      next_sequence_(static_cast<uint64_t>(options_.clock->Wall() / 1'000)) {}

Result<std::unique_ptr<TopicLoad>> TopicLoad::Open(TopicLoadOptions options) {
  std::unique_ptr<TopicLoad> load(new TopicLoad(std::move(options)));
  const TopicLoadOptions& with = load->options_;
  auto sender = TopicSender::Open(with.settings, with.source_topic, with.linger_ms);
  if (!sender) return tl::unexpected<Error>(sender.error());
  load->sender_ = std::move(*sender);
  auto tail = TopicTail::Open(with.settings, with.output_topics);
  if (!tail) return tl::unexpected<Error>(tail.error());
  load->tail_ = std::move(*tail);
  return load;
}

void TopicLoad::Start(std::thread* thread, void (TopicLoad::*body)()) {
  std::atomic<pid_t> id{0};
  *thread = std::thread([this, body, &id] {
    id.store(gettid(), std::memory_order_release);
    id.notify_one();
    (this->*body)();
  });
  id.wait(0, std::memory_order_acquire);
  options_.roster->Claim(id.load(std::memory_order_acquire), ThreadClass::kGenerator);
}

void TopicLoad::Begin(const LoadStep& step, int64_t begin_ns) {
  step_ = step;
  schedule_.emplace(step, begin_ns);
  times_.reset();
  if (!step.open_loop()) times_.emplace(schedule_->in_flight_max(), begin_ns);
  next_sequence_ += sent_.load(std::memory_order_relaxed);
  tally_.Begin(&*schedule_, next_sequence_, times_ ? &*times_ : nullptr);
  without_record_before_ = options_.without_record ? options_.without_record() : 0;
  refused_before_ = sender_->refused_count();
  use_ = {};
  first_failure_.reset();
  waiting_ns_ = 0;
  in_flight_reached_ = 0;
  settled_below_ = 0;
  sent_.store(0, std::memory_order_relaxed);
  sent_all_.store(false, std::memory_order_relaxed);
  stopping_.store(false, std::memory_order_relaxed);
  Start(&reader_thread_, &TopicLoad::Read);
  Start(&sender_thread_, &TopicLoad::Send);
}

void TopicLoad::Stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (sender_thread_.joinable()) sender_thread_.join();
  if (reader_thread_.joinable()) reader_thread_.join();
}

LoadDriver::Progress TopicLoad::Look() const {
  return {.sent = sent_.load(std::memory_order_relaxed),
          .answered = tally_.answered_count(),
          .last_ns = tally_.last_ns(),
          .sent_all = sent_all_.load(std::memory_order_relaxed)};
}

Result<void> TopicLoad::End(StepResult* result) {
  Stop();
  result->sent = sent_.load(std::memory_order_relaxed);
  result->answered = tally_.answered_count();
  result->repeated = tally_.repeated_count();
  result->foreign = tally_.foreign_count();
  result->latency = tally_.latency();
  result->timeline = tally_.timeline();
  result->measured = result->latency.count();
  result->arrived_in_time = tally_.arrived_in_time_count();
  result->first_failure = first_failure_;
  result->in_flight_reached = in_flight_reached_;
  use_.refused_count = sender_->refused_count() - refused_before_;
  use_.unacknowledged_count = static_cast<uint64_t>(sender_->unacknowledged_count());
  use_.reading_complaint = tail_->TakeComplaint();
  // By number: what is not back when all is sent, is waited for, too.
  const int64_t end_ns =
      step_.count != 0 ? std::max(tally_.last_ns(), sent_all_ns_) : schedule_->measured_until_ns();
  const int64_t measured_ns = std::max<int64_t>(end_ns - schedule_->measured_from_ns(), 1);
  if (step_.count != 0) waiting_ns_ += end_ns - sent_all_ns_;
  use_.waiting_share =
      std::min(1.0, static_cast<double>(waiting_ns_) / static_cast<double>(measured_ns));
  result->generator = use_;
  if (use_.refused_count > 0) {
    return Fail(
        ErrorKind::kUnavailable,
        fmt::format("topic '{}': {} of {} events could not be written: {}", options_.source_topic,
                    use_.refused_count, result->sent, sender_->first_refusal()));
  }
  return {};
}

// --- The sender

uint64_t TopicLoad::WithoutRecord() const {
  return options_.without_record ? options_.without_record() - without_record_before_ : 0;
}

uint64_t TopicLoad::InFlight() const {
  const uint64_t sent = sent_.load(std::memory_order_relaxed);
  return sent - std::min(sent, tally_.answered_count() + WithoutRecord());
}

void TopicLoad::Send() {
  // To the nanosecond instead of the usual 50 us: what sleeps too long sends too late.
  prctl(PR_SET_TIMERSLACK, 1);
  while (!stopping_.load(std::memory_order_relaxed)) {
    const int64_t now_ns = options_.clock->Now();
    const uint64_t sent = sent_.load(std::memory_order_relaxed);
    if (schedule_->Over(now_ns, sent)) break;
    const uint64_t in_flight = InFlight();
    if (in_flight == 0) settled_below_ = sent;
    const bool has_place = !times_ || times_->HasPlace(sent, settled_below_);
    const uint64_t due = schedule_->DueCount(now_ns, sent, in_flight);
    if (due == 0 || !has_place) {
      Pause(now_ns);
      continue;
    }
    const uint64_t count = SendDue(now_ns, std::min(due, kBurst));
    in_flight_reached_ = std::max(in_flight_reached_, in_flight + count);
    if (count == 0) sender_->Serve(1);  // librdkafka has as much as it takes
  }
  sent_all_ns_ = options_.clock->Now();
  sent_all_.store(true, std::memory_order_relaxed);
  while (sender_->unacknowledged_count() > 0 && !stopping_.load(std::memory_order_relaxed))
    sender_->Serve(10);
}

void TopicLoad::Pause(int64_t now_ns) {
  sender_->Serve(0);
  if (schedule_->open_loop()) {
    const uint64_t sent = sent_.load(std::memory_order_relaxed);
    SleepUntil(std::min(schedule_->NextDueNs(sent), now_ns + kSleepNsMax));
    return;
  }
  SleepUntil(std::max(schedule_->begin_ns(), now_ns + kRoomNs));
  const int64_t woken_ns = options_.clock->Now();
  if (schedule_->Measures(now_ns)) waiting_ns_ += woken_ns - now_ns;
}

uint64_t TopicLoad::SendDue(int64_t now_ns, uint64_t count) {
  const uint64_t first = sent_.load(std::memory_order_relaxed);
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t number = first + i;
    if (times_ && !times_->Store(number, now_ns, settled_below_)) return i;
    if (!SendOne(number)) {
      if (times_) (void)times_->Take(number);  // its place is free again
      return i;
    }
    if (!times_) {
      const int64_t late_ns = now_ns - schedule_->IntendedNs(number);
      if (late_ns > GeneratorUse::kLateNs) ++use_.late_count;
      use_.late_max_ns = std::max(use_.late_max_ns, late_ns);
    }
    sent_.store(number + 1, std::memory_order_relaxed);
  }
  return count;
}

bool TopicLoad::SendOne(uint64_t number) {
  const uint64_t sequence = next_sequence_ + number;
  const EventPool& pool = *options_.pool;
  SequenceText text;
  const std::string_view digits = WriteSequence(sequence, &text);
  if (options_.correlation == Correlation::kKey)
    return sender_->TrySend(pool.event(sequence), digits, nullptr);
  const Header header{kCorrelationHeader, digits, false};
  std::optional<std::string_view> key;
  if (pool.has_keys()) key = pool.key(sequence);
  return sender_->TrySend(pool.event(sequence), key, &header);
}

// --- The reader

/// Only a dead letter has these headers.
void TopicLoad::LookForFailure(const TailRecord& record) {
  // Names that are literals end in 0.
  const std::optional<std::string_view> error = record.Header(dead_letter::kError.data());
  if (!error) return;
  const auto text_of = [&record](std::string_view name) {
    return std::string(record.Header(name.data()).value_or(std::string_view()));
  };
  first_failure_ = {.error = std::string(*error),
                    .cause = text_of(dead_letter::kCause),
                    .state = text_of(dead_letter::kState)};
}

void TopicLoad::Read() {
  const bool by_header = options_.correlation == Correlation::kHeader;
  while (!stopping_.load(std::memory_order_relaxed)) {
    const std::span<const TailRecord> records = tail_->Take(kReadMs);
    if (records.empty()) continue;
    const int64_t now_ns = options_.clock->Now();
    for (const TailRecord& record : records) {
      if (!first_failure_) LookForFailure(record);
      const std::optional<std::string_view> number =
          by_header ? record.Header(kCorrelationHeader.data()) : record.key;
      if (const auto sequence = ReadSequence(number.value_or(std::string_view()))) {
        tally_.Record(*sequence, now_ns);
      } else {
        tally_.RecordForeign();
      }
    }
  }
}

}  // namespace aslx
