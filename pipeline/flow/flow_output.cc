// Flow's way out: outcomes, sending, acknowledgements.
#include <algorithm>

#include "pipeline/flow/flow.h"
#include "runtime/base/check.h"
#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

constexpr std::string_view kRoutingFailed = "Aslx.RoutingFailed";
constexpr std::string_view kOutputRefused = "Aslx.OutputRefused";
// Outputs that failed are produced again after 100 ms, then twice as long each time, up to 10 s.
constexpr int64_t kRetryNs = 100'000'000;
constexpr int64_t kRetryNsMax = 10'000'000'000;
constexpr int64_t kNsPerMs = 1'000'000;

std::string_view TextOf(const Value& value, Arena& arena) {
  return value.type == Type::kString ? Decode(value, arena) : std::string_view();
}

}  // namespace

void Flow::BeforeRun(uint64_t user) {
  if (journal_ == nullptr) return;
  const InputRecord& input = inputs_.At(static_cast<uint32_t>(user));
  const Partition& partition = PartitionOf(input);
  journal_->Enter(partition.journal_topic, partition.number, input.offset, wall_ns_);
}

void Flow::AfterRun() {
  if (journal_ != nullptr) journal_->Leave();
}

std::string_view Flow::OnDetached(uint64_t user) {
  InputRecord& input = inputs_.At(static_cast<uint32_t>(user));
  Detach(input);
  return input.payload();
}

void Flow::OnEnded(uint64_t user, Execution& execution) {
  InputRecord& input = inputs_.At(static_cast<uint32_t>(user));
  ASLX_CHECK(input.used && !input.dead);
  input.execution = {};
  if (execution.status == ExecutionStatus::kSucceeded) {
    WriteSuccess(input, execution);
  } else {
    (execution.status == ExecutionStatus::kTimedOut ? counters_.timed_out : counters_.failed).Add();
    WriteFailure(input,
                 {TextOf(execution.fault.name, execution.arena),
                  TextOf(execution.fault.cause, execution.arena), execution.failed_state, 1});
  }
  Conclude(input);
}

void Flow::WriteSuccess(InputRecord& input, Execution& execution) {
  const Route& route = router_->Choose(execution.final_state, execution.output, execution.arena);
  switch (route.action) {
    case RouteAction::kDrop:
      counters_.dropped.Add();
      input.succeeded = true;
      return;
    case RouteAction::kDeadLetter:
      text_ = "The route `" + route.name + "` makes this result a dead letter.";
      break;
    case RouteAction::kWrite:
      text_.clear();
      if (!route.record.execution_id_header.empty()) {
        execution.id = ExecutionIdOf(PartitionOf(input).execution_ids, input.offset);
      }
      if (writer_.WriteResult(route, execution, input, &text_)) {
        input.succeeded = true;
        return;
      }
      outbox_.Discard();
      break;
  }
  counters_.failed.Add();
  WriteFailure(input, {kRoutingFailed, text_, execution.final_state, 1});
}

void Flow::WriteFailure(InputRecord& input, const Failure& failure) {
  switch (spec_.dead_letters.action) {
    case DeadLetterSpec::Action::kWrite: {
      const Partition& partition = PartitionOf(input);
      writer_.WriteDeadLetter(
          dead_letter_topic_, input,
          {partition.topic, partition.number, ExecutionIdOf(partition.execution_ids, input.offset)},
          failure);
      return;
    }
    case DeadLetterSpec::Action::kDrop: counters_.dropped.Add(); return;
    case DeadLetterSpec::Action::kStop: break;
  }
  // It stays in the ledger, so that it is not committed.
  Hold(input, failure.error);
  const Partition& partition = PartitionOf(input);
  stop_reason_ = "pipeline `" + spec_.name +
                 "` has no dead letters configured and stops: " + partition.topic + ", partition " +
                 std::to_string(partition.number) + ", offset " + std::to_string(input.offset) +
                 ": " + std::string(failure.error) + (failure.cause.empty() ? "" : ": ") +
                 std::string(failure.cause);
}

void Flow::Conclude(InputRecord& input) {
  input.has_outcome = true;
  LeaveLane(input);
  input.outputs_pending += outbox_.sealed_count();
  if (exactly_once_ && !input.held) {
    if (!MayLeaveLedger(input)) {
      Defer(input);
      return;
    }
    LeaveLedger(input);
  }
  outbox_.Submit();
  if (input.outputs_pending == 0 && !input.held) Settle(input);
}

void Flow::LeaveLane(InputRecord& input) {
  if (!input.holds_lane) return;
  input.holds_lane = false;
  const uint32_t next = lanes_.Leave(input.lane);
  if (next == kNoInput) return;
  inputs_.At(next).holds_lane = true;
  startable_.push_back(next);
}

void Flow::LeaveLedger(InputRecord& input) {
  Partition& partition = PartitionOf(input);
  partition.ledger.Finish(&input);
  input.in_ledger = false;
  --partition.in_flight_count;
  --unfinished_count_;
  ++partition.uncommitted_count;
  ++uncommitted_count_;
  partition.changed = true;
}

void Flow::MeasureLatency(const InputRecord& input) {
  latency_.Record(now_ns_ - input.received_ns);
  if (input.timestamp_ms >= 0) event_age_.Record(wall_ns_ - input.timestamp_ms * kNsPerMs);
}

void Flow::Hold(InputRecord& input, std::string_view reason) {
  if (input.held) return;
  input.held = true;
  ++held_count_;
  const Partition& partition = PartitionOf(input);
  if (listener_ != nullptr)
    listener_->OnHeld(partition.topic, partition.number, input.offset, reason);
}

void Flow::Settle(InputRecord& input) {
  if (!input.dead) {
    MeasureLatency(input);
    if (input.succeeded && !input.replaced) counters_.succeeded.Add();
    if (input.in_ledger) LeaveLedger(input);
  }
  GiveBack(input);
}

void Flow::Send() {
  sending_blocked_ = false;
  if (now_ns_ >= retry_at_ns_) {
    retry_at_ns_ = INT64_MAX;
    outbox_.RequeueFailed();
  }
  if (MayNotProduce()) return;
  SendQueued();
  if (delivery_->Flush() == ProduceResult::kFull) sending_blocked_ = true;
}

void Flow::SendQueued() {
  DeliveryToken token;
  while (outbox_.Front(&token)) {
    OutboxEntry& entry = outbox_.At(token);
    InputRecord& input = inputs_.At(entry.input);
    // Whoever owns the partition now makes this output again; a dead letter has its place.
    if (input.dead || (input.replaced && !entry.dead_letter)) {
      outbox_.PopFront(&token);
      Forgo(token);
      progress_ = true;
      continue;
    }
    // A dead letter that is tried again takes its offset with it.
    const bool leaves_ledger = exactly_once_ && input.in_ledger;
    if (leaves_ledger && !MayLeaveLedger(input)) {
      outbox_.PopFront(&token);
      Redeliver(token);
      continue;
    }
    if (delivery_->TryProduce(entry.record, token) == ProduceResult::kFull) {
      sending_blocked_ = true;
      return;
    }
    if (leaves_ledger) LeaveLedger(input);
    outbox_.PopSent();
    progress_ = true;
  }
}

void Flow::Forgo(DeliveryToken token) {
  InputRecord& input = inputs_.At(outbox_.At(token).input);
  outbox_.Free(token);
  if (--input.outputs_pending == 0 && !input.held) Settle(input);
}

void Flow::TakeAcknowledgements() {
  while (const size_t count = delivery_->PollDeliveries(acknowledged_)) {
    progress_ = true;
    tokens_.clear();
    for (size_t i = 0; i < count; ++i)
      tokens_.push_back(acknowledged_[i].token);
    for (size_t i = 0; i < count; ++i) {
      Foresee(tokens_, i);
      exactly_once_ ? AcknowledgeInTransaction(acknowledged_[i]) : Acknowledge(acknowledged_[i]);
    }
    if (count < acknowledged_.size()) return;
  }
}

/// What the tokens behind this one refer to was last looked at many records ago: it is asked for
/// while they still wait.
void Flow::Foresee(std::span<const DeliveryToken> tokens, size_t at) {
  constexpr size_t kEntryAhead = 16;
  constexpr size_t kInputAhead = 10;
  constexpr size_t kRecordAhead = 5;
  const auto input_of = [&](size_t i) { return outbox_.At(tokens[i]).input; };
  if (at + kEntryAhead < tokens.size()) outbox_.Prefetch(tokens[at + kEntryAhead]);
  if (at + kInputAhead < tokens.size()) inputs_.Prefetch(input_of(at + kInputAhead));
  if (at + kRecordAhead < tokens.size()) {
    const InputRecord& input = inputs_.At(input_of(at + kRecordAhead));
    if (input.pinned()) delivery_->Prefetch(input.memory);
  }
}

/// It is durable.
void Flow::Deliver(DeliveryToken token) {
  const OutboxEntry& entry = outbox_.At(token);
  InputRecord& input = inputs_.At(entry.input);
  if (entry.dead_letter) {
    counters_.dead_letters.Add();
    if (input.held) --held_count_;
    input.held = false;
  } else {
    counters_.written.Add();
    counters_.written_bytes.Add(entry.record.payload.size());
  }
  Forgo(token);
}

void Flow::Acknowledge(const Acknowledgement& acknowledgement) {
  const OutboxEntry& entry = outbox_.At(acknowledgement.token);
  InputRecord& input = inputs_.At(entry.input);
  if (input.dead) {
    counters_.late.Add();
    Forgo(acknowledgement.token);
    return;
  }
  if (acknowledgement.status == Acknowledgement::Status::kDelivered) {
    retry_rounds_ = 0;
    Deliver(acknowledgement.token);
    return;
  }
  // The dead letter of another result stands for this one, too.
  if (input.replaced && !entry.dead_letter) {
    Forgo(acknowledgement.token);
    return;
  }
  if (acknowledgement.status == Acknowledgement::Status::kFailed) {
    Warn("an output was not written and is tried again", acknowledgement.reason);
    Redeliver(acknowledgement.token);
    return;
  }
  if (entry.dead_letter) {
    // It can be neither processed nor parked: it holds the watermark, and is tried again all the
    // same.
    Hold(input, acknowledgement.reason);
    Redeliver(acknowledgement.token);
    return;
  }
  ReplaceResults(input, acknowledgement.reason);
  Forgo(acknowledgement.token);
}

/// One refused result makes a failure of the whole outcome: one dead letter, and what is not yet
/// written of the other results is not written any more.
void Flow::ReplaceResults(InputRecord& input, std::string_view reason) {
  input.replaced = true;
  counters_.failed.Add();
  text_ = "An output was refused: " + std::string(reason);
  WriteFailure(input, {kOutputRefused, text_, {}, 1});
  input.outputs_pending += outbox_.sealed_count();
  outbox_.Submit();
}

/// Soon, and the later the more often it was tried without any success.
void Flow::Redeliver(DeliveryToken token) {
  const uint32_t doublings = retry_at_ns_ == INT64_MAX ? std::min(retry_rounds_++, 7u) : 0;
  Redeliver(token, std::min(kRetryNs << doublings, kRetryNsMax));
}

/// All that failed goes again when the first of it is due.
void Flow::Redeliver(DeliveryToken token, int64_t delay_ns) {
  counters_.produce_retries.Add();
  outbox_.MarkFailed(token);
  if (retry_at_ns_ == INT64_MAX) retry_at_ns_ = now_ns_ + delay_ns;
}

}  // namespace aslx
