// Flow's commits, and what happens when partitions go.
#include <algorithm>
#include <utility>

#include "pipeline/flow/flow.h"
#include "runtime/base/check.h"

namespace aslx {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// Of the limit of a revocation, so much for executions; what is left is for its commit.
constexpr int64_t kRevokeExecutionsPercent = 70;
// Outputs that are produced again when a transaction is aborted: a second's worth of a core, about.
constexpr uint64_t kTransactionBytes = 16u * 1'048'576;

}  // namespace

Partition* Flow::Find(Assignment assignment) {
  if (assignment.slot >= partitions_.size()) return nullptr;
  Partition* const partition = partitions_[assignment.slot].get();
  return partition != nullptr && partition->assignment == assignment ? partition : nullptr;
}

/// What only waits for a commit fills a good part of what may be held: reading would soon stop.
bool Flow::CommitIsUrgent() const {
  if (last_commit_failed_) return false;
  return uncommitted_count_ > spec_.window.records_max / 2 ||
         (exactly_once_ &&
          outbox_.bytes() >= std::min(kTransactionBytes, spec_.window.outbox_bytes_max / 2));
}

void Flow::CommitWhenDue() {
  if (commit_under_way_ || phase_ == Phase::kClosing || phase_ == Phase::kFinished) return;
  if (now_ns_ < next_commit_ns_ && !CommitIsUrgent()) return;
  if (CanCommit()) StartCommit();
}

/// False when there is nothing that a commit would change.
bool Flow::StartCommit() {
  ASLX_CHECK(!commit_under_way_ && CanCommit());
  commit_offsets_.clear();
  const uint64_t id = last_commit_id_ + 1;
  for (const auto& partition : partitions_) {
    if (partition == nullptr || !std::exchange(partition->changed, false)) continue;
    partition->commit_offset = partition->ledger.commit_point();
    if (!partition->ledger.Metadata(&partition->commit_metadata)) {
      if (exactly_once_) return PostponeCommit();
      counters_.metadata_cut.Add();
    }
    partition->committing_count = partition->uncommitted_count;
    if (partition->commit_offset < 0 ||
        (partition->commit_offset == partition->committed_offset &&
         partition->commit_metadata == partition->committed_metadata)) {
      ForgetCommitted(*partition);
      continue;
    }
    partition->commit_id = id;
    commit_offsets_.push_back(
        {partition->assignment, partition->commit_offset, partition->commit_metadata});
  }
  if (commit_offsets_.empty() && !outbox_.has_sent()) return false;
  last_commit_id_ = id;
  commit_under_way_ = true;
  commit_began_ns_ = now_ns_;
  progress_ = true;
  next_commit_ns_ = now_ns_ + spec_.commit_interval_ms * kNsPerMs;
  delivery_->Commit({id, commit_offsets_});
  return true;
}

void Flow::ForgetCommitted(Partition& partition) {
  partition.uncommitted_count -= partition.committing_count;
  uncommitted_count_ -= partition.committing_count;
  partition.committing_count = 0;
}

void Flow::EndCommit(uint64_t id, bool durable) {
  if (!commit_under_way_ || id != last_commit_id_) return;
  commit_under_way_ = false;
  last_commit_failed_ = !durable;
  (durable ? counters_.commits : counters_.commit_failures).Add();
  if (durable) counters_.commit_duration.Record(now_ns_ - commit_began_ns_);
  for (const auto& partition : partitions_) {
    // A partition that came after this commit was built has no part in it.
    if (partition == nullptr || partition->commit_id != id) continue;
    partition->commit_id = 0;
    if (durable) {
      partition->committed_offset = partition->commit_offset;
      partition->committed_metadata = partition->commit_metadata;
      ForgetSuspects(*partition, 0, partition->committed_offset);
      ForgetCommitted(*partition);
    } else {
      partition->changed = true;
      partition->committing_count = 0;
    }
  }
  if (exactly_once_) EndTransaction(durable);
}

void Flow::ForgetSuspects(Partition& partition, int64_t from, int64_t to) {
  std::erase_if(partition.suspects, [&](const PoisonSuspect& suspect) {
    if (suspect.offset < from || suspect.offset >= to) return false;
    journal_->Forget(suspect);
    return true;
  });
}

void Flow::BeginRevocation(const DeliveryEvent& event) {
  for (const PartitionEvent& revoked : event.partitions) {
    if (Partition* partition = Find(revoked.assignment)) partition->revoking = true;
    revoking_.push_back(revoked.assignment);
  }
  const int64_t limit_ns = spec_.revoke_limit_ms * kNsPerMs;
  revoke_stop_ns_ = now_ns_ + limit_ns / 100 * kRevokeExecutionsPercent;
  revoke_deadline_ns_ = now_ns_ + limit_ns;
  revoke_commit_started_ = false;
}

/// Executions, then the commit, all within one limit. What has not happened by then is left to the
/// next owner; only a transaction that is being committed is waited for longer (AdvanceRelease).
void Flow::AdvanceRevocation() {
  if (revoking_.empty()) return;
  const bool in_time = now_ns_ < revoke_deadline_ns_;
  if (in_time && !revoke_commit_started_) {
    const bool waiting = std::ranges::any_of(revoking_, [this](Assignment assignment) {
      const Partition* partition = Find(assignment);
      return partition != nullptr && partition->in_flight_count > 0;
    });
    if (waiting && now_ns_ < revoke_stop_ns_) return;
    // What did not end in time stays in the ledger, so that the commit leaves it to the next owner.
    for (const Assignment assignment : revoking_) {
      if (Partition* partition = Find(assignment)) StopExecutions(*partition);
    }
    if (commit_under_way_ || !CanCommit()) return;
    revoke_commit_started_ = true;
    if (StartCommit()) return;
  }
  if (in_time && commit_under_way_) return;
  const std::vector<Assignment> revoked = std::exchange(revoking_, {});
  Release(revoked);
}

/// When a revocation goes on though nothing has happened.
int64_t Flow::RevocationDueNs() const {
  if (revoking_.empty()) return INT64_MAX;
  return now_ns_ < revoke_stop_ns_ ? revoke_stop_ns_ : revoke_deadline_ns_;
}

void Flow::StopExecutions(Partition& partition) {
  DiscardDeferred(partition);
  std::erase_if(startable_, [&](uint32_t index) {
    return inputs_.At(index).assignment == partition.assignment;
  });
  for (LedgerNode* node = partition.ledger.first(); node != nullptr; node = node->next) {
    auto& input = static_cast<InputRecord&>(*node);
    if (input.has_outcome) continue;
    input.has_outcome = true;
    counters_.aborted.Add();
    worker_.Abort(std::exchange(input.execution, {}));
    if (!std::exchange(input.holds_lane, false)) continue;
    // All that wait in its lane are of this partition, too.
    while (lanes_.Leave(input.lane) != kNoInput) {
    }
  }
}

void Flow::Disown(Partition& partition) {
  while (partition.ledger.in_flight()) {
    auto& input = static_cast<InputRecord&>(*partition.ledger.first());
    partition.ledger.Finish(&input);
    input.in_ledger = false;
    --partition.in_flight_count;
    --unfinished_count_;
    input.dead = true;
    if (input.held) --held_count_;
    input.held = false;
    if (input.outputs_pending == 0) GiveBack(input);
  }
  partition.committing_count = partition.uncommitted_count;
  ForgetCommitted(partition);
  if (exactly_once_) DisownUnderWay(partition);
}

void Flow::Release(std::span<const Assignment> assignments) {
  for (const Assignment assignment : assignments) {
    Partition* const partition = Find(assignment);
    if (partition == nullptr) continue;
    StopExecutions(*partition);
    Disown(*partition);
    partitions_[assignment.slot].reset();
    counters_.revoked.Add();
    std::erase(revoking_, assignment);
    releasing_.push_back(assignment);
  }
  uint32_t left = 0;
  for (const auto& partition : partitions_)
    left += partition != nullptr ? 1 : 0;
  counters_.partitions.Set(left);
  AdvanceRelease();
}

void Flow::AdvanceRelease() {
  if (releasing_.empty() || (exactly_once_ && (commit_under_way_ || abort_wanted_))) return;
  progress_ = true;
  delivery_->ReleasePartitions(std::exchange(releasing_, {}));
}

}  // namespace aslx
