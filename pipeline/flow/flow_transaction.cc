// What exactly once does otherwise: outcomes are finished by a transaction, whole or not at all.
#include <algorithm>
#include <utility>

#include "pipeline/flow/flow.h"

namespace aslx {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// A dead letter that is refused costs all the rest of its transaction a second try.
constexpr int64_t kHeldRetryNs = 10'000'000'000;
// A transaction that failed is begun anew at once; when that fails, too, after 50 ms, then after
// twice as long each time.
constexpr int64_t kTransactionRetryNs = 50'000'000;
constexpr uint32_t kTransactionRetryDoublingsMax = 7;

}  // namespace

/// Exactly once, a commit needs everything that its offsets say is done to be in the transaction,
/// and nothing else.
bool Flow::CanCommit() const {
  return !exactly_once_ || (!abort_wanted_ && !outbox_.has_queued() && !sending_blocked_);
}

// --- Outcomes that the metadata has no room for ---

bool Flow::MayLeaveLedger(InputRecord& input) {
  Partition& partition = PartitionOf(input);
  // Whoever comes behind one that waits waits, too, where outputs keep an order.
  if (spec_.ordering != Ordering::kNone && !partition.deferred.empty() &&
      partition.deferred.begin()->first < input.offset) {
    return false;
  }
  return partition.ledger.MayFinish(&input);
}

/// Its outputs wait: committed without a word of its offset they would be made a second time after
/// a crash.
void Flow::Defer(InputRecord& input) {
  PartitionOf(input).deferred[input.offset] = {input.index, outbox_.SetAside()};
}

void Flow::AdvanceDeferred() {
  if (!exactly_once_) return;
  uint64_t left = 0;
  for (const auto& partition : partitions_) {
    if (partition == nullptr || partition->deferred.empty()) continue;
    partition->ledger.Measure();
    // Lowest first: whatever finishes at the head makes room.
    while (!partition->deferred.empty()) {
      Partition::Deferred first = partition->deferred.begin()->second;
      InputRecord& input = inputs_.At(first.input);
      if (!MayLeaveLedger(input)) break;
      partition->deferred.erase(partition->deferred.begin());
      LeaveLedger(input);
      outbox_.Submit(&first.outputs);
      progress_ = true;
      if (input.outputs_pending == 0) Settle(input);
    }
    left += partition->deferred.size();
  }
  counters_.deferred.Set(left);
}

void Flow::DiscardDeferred(Partition& partition) {
  for (auto& [offset, deferred] : partition.deferred) {
    outbox_.Discard(&deferred.outputs);
    inputs_.At(deferred.input).outputs_pending = 0;
  }
  partition.deferred.clear();
}

// --- The open transaction ---

/// Records of a partition that goes, and that have left its ledger: the new owner makes them again
/// unless the transaction that has them is already being committed.
void Flow::DisownUnderWay(const Partition& partition) {
  outbox_.ForEachUnderWay([&](const OutboxEntry& entry) {
    InputRecord& input = inputs_.At(entry.input);
    if (input.assignment != partition.assignment) return;
    input.dead = true;
    if (input.held) --held_count_;
    input.held = false;
    // The next Turn does it: at once, nothing else may ask for one.
    if (outbox_.has_sent()) abort_wanted_ = progress_ = true;
  });
}

/// Only what was not written is acknowledged: the transaction has failed.
void Flow::AcknowledgeInTransaction(const Acknowledgement& acknowledgement) {
  if (acknowledgement.status == Acknowledgement::Status::kDelivered) return;
  abort_wanted_ = true;
  OutboxEntry& entry = outbox_.At(acknowledgement.token);
  InputRecord& input = inputs_.At(entry.input);
  if (input.dead) {
    counters_.late.Add();
    return;
  }
  if (acknowledgement.status == Acknowledgement::Status::kFailed) {
    counters_.produce_retries.Add();
    Warn("an output was not written; its transaction is aborted and made anew",
         acknowledgement.reason);
    return;
  }
  entry.refused = true;
  if (entry.dead_letter) Warn("a dead letter was refused", acknowledgement.reason);
  if (entry.dead_letter || input.replaced) return;
  ReplaceResults(input, acknowledgement.reason);
  if (input.held) ReturnToLedger(input);
}

/// Its outcome cannot be written for now: its offset is not done.
void Flow::ReturnToLedger(InputRecord& input) {
  Partition& partition = PartitionOf(input);
  partition.ledger.Restore(&input);
  input.in_ledger = true;
  ++partition.in_flight_count;
  ++unfinished_count_;
  --partition.uncommitted_count;
  --uncommitted_count_;
  partition.changed = true;
}

/// What the producer would take now must wait: for the end of the last transaction, or for a time
/// after it.
bool Flow::MayNotProduce() const {
  return exactly_once_ && (commit_under_way_ || abort_wanted_ || now_ns_ < transaction_after_ns_);
}

void Flow::AbortWhenWanted() {
  if (!abort_wanted_ || commit_under_way_) return;
  commit_under_way_ = true;
  progress_ = true;
  delivery_->Abort(++last_commit_id_);
}

void Flow::EndTransaction(bool durable) {
  abort_wanted_ = false;
  durable ? DeliverSent() : SendAgain();
}

/// Committed: what was sent is durable.
void Flow::DeliverSent() {
  failed_transactions_ = 0;
  OutboxList sent = outbox_.TakeSent();
  do {
    tokens_.clear();
    for (DeliveryToken token; tokens_.size() < kRecordsPerPoll && outbox_.PopFront(&sent, &token);)
      tokens_.push_back(token);
    for (size_t i = 0; i < tokens_.size(); ++i) {
      Foresee(tokens_, i);
      Deliver(tokens_[i]);
    }
  } while (!tokens_.empty());
}

/// Aborted: what was sent is sent again from memory, but for what nobody may see any more.
void Flow::SendAgain() {
  counters_.transactions_aborted.Add();
  const uint32_t doublings = std::min(failed_transactions_, kTransactionRetryDoublingsMax);
  transaction_after_ns_ =
      failed_transactions_++ == 0 ? 0 : now_ns_ + (kTransactionRetryNs << doublings >> 1);
  OutboxList sent = outbox_.TakeSent();
  OutboxList again;
  for (DeliveryToken token; outbox_.PopFront(&sent, &token);) {
    OutboxEntry& entry = outbox_.At(token);
    InputRecord& input = inputs_.At(entry.input);
    if (input.dead || (input.replaced && !entry.dead_letter)) {
      Forgo(token);
    } else if (std::exchange(entry.refused, false)) {
      // A dead letter that is refused: the offset is held, and the transaction goes on without it.
      Hold(input, "its dead letter was refused");
      ReturnToLedger(input);
      Redeliver(token, kHeldRetryNs);
    } else {
      outbox_.PushBack(&again, token);
    }
  }
  outbox_.Requeue(again);
  DeferWhatDoesNotFit();
}

// --- Dead letters that return when the metadata is full ---

/// A refused dead letter returns to the ledger and cuts a run in two: what was done meanwhile may
/// have no room beside it. Nothing may be committed until it has.
bool Flow::PostponeCommit() {
  for (const auto& partition : partitions_) {
    if (partition == nullptr) continue;
    partition->changed = true;
    partition->commit_id = 0;
    partition->committing_count = 0;
  }
  last_commit_failed_ = true;
  next_commit_ns_ = now_ns_ + spec_.commit_interval_ms * kNsPerMs;
  abort_wanted_ = outbox_.has_sent();
  progress_ = progress_ || abort_wanted_;
  return false;
}

/// Outcomes that no commit has wait once more, and leave the ledger again as there is room.
void Flow::DeferWhatDoesNotFit() {
  for (const auto& partition : partitions_) {
    if (partition == nullptr || partition->ledger.SurelyFits()) continue;
    if (partition->ledger.Metadata(&text_)) continue;
    OutboxList queued = outbox_.TakeQueued();
    OutboxList others;
    for (DeliveryToken token; outbox_.PopFront(&queued, &token);) {
      InputRecord& input = inputs_.At(outbox_.At(token).input);
      if (input.assignment != partition->assignment || input.dead || input.held) {
        outbox_.PushBack(&others, token);
        continue;
      }
      if (!input.in_ledger) ReturnToLedger(input);
      Partition::Deferred& deferred = partition->deferred[input.offset];
      deferred.input = input.index;
      outbox_.PushBack(&deferred.outputs, token);
    }
    outbox_.Requeue(others);
  }
}

}  // namespace aslx
