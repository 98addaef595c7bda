#include "pipeline/flow/offset_ledger.h"

#include <algorithm>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"

namespace aslx {

void OffsetLedger::Begin(int64_t committed, std::vector<OffsetRange> done) {
  next_ = committed;
  first_ = last_ = nullptr;
  done_behind_count_ = finishes_left_ = 0;
  restored_ = std::move(done);
  restored_first_ = 0;
}

OffsetLedger::Receipt OffsetLedger::Receive(int64_t offset) {
  if (offset < next_) return Receipt::kRewound;
  next_ = offset + 1;
  while (restored_first_ < restored_.size() && restored_[restored_first_].end <= offset)
    ++restored_first_;
  if (restored_first_ == restored_.size() || restored_[restored_first_].begin > offset) {
    return Receipt::kNew;
  }
  if (last_ != nullptr && !std::exchange(last_->done_behind, true)) ++done_behind_count_;
  return Receipt::kDone;
}

void OffsetLedger::Add(LedgerNode* node) {
  ASLX_CHECK(node->offset == next_ - 1 && (last_ == nullptr || last_->offset < node->offset));
  node->previous = last_;
  node->next = nullptr;
  node->done_behind = false;
  (last_ != nullptr ? last_->next : first_) = node;
  last_ = node;
}

void OffsetLedger::Finish(LedgerNode* node) {
  LedgerNode* const previous = node->previous;
  if (previous != nullptr && !std::exchange(previous->done_behind, true)) ++done_behind_count_;
  if (node->done_behind) --done_behind_count_;
  (previous != nullptr ? previous->next : first_) = node->next;
  (node->next != nullptr ? node->next->previous : last_) = previous;
  node->previous = node->next = nullptr;
  if (finishes_left_ > 0) --finishes_left_;
}

void OffsetLedger::Restore(LedgerNode* node) {
  ASLX_CHECK(node->offset < next_);
  LedgerNode* next = first_;
  while (next != nullptr && next->offset < node->offset)
    next = next->next;
  node->next = next;
  node->previous = next != nullptr ? next->previous : last_;
  (node->previous != nullptr ? node->previous->next : first_) = node;
  (next != nullptr ? next->previous : last_) = node;
  // Whether what is done lies before or behind it is not known any more: an empty run costs nothing
  // in the metadata, since it is not written.
  node->done_behind = true;
  ++done_behind_count_;
}

bool OffsetLedger::SurelyFits(size_t run_count) const {
  if (run_count == 0) return true;
  const int64_t end = restored_first_ < restored_.size() ? restored_.back().end : next_;
  return DoneRunsSurelyFit(run_count, static_cast<uint64_t>(std::max(end, next_) - commit_point()));
}

bool OffsetLedger::MayFinish(const LedgerNode* node) {
  if (node == first_) return true;
  size_t runs = done_behind_count_ + (restored_.size() - restored_first_);
  if (!node->previous->done_behind) ++runs;
  if (node->done_behind) --runs;
  return SurelyFits(runs) || finishes_left_ > 0;
}

void OffsetLedger::Measure() {
  CollectRuns();
  finishes_left_ = DoneRunsThatStillFit(commit_point(), scratch_);
}

void OffsetLedger::CollectRuns() {
  scratch_.clear();
  // More runs than bits cannot fit: enough of them show that.
  const size_t runs_max = limits::kCommitMetadataBytesMax * 8;
  // The walk ends with the last run: where all of a million wait there is none, and no walk
  // (bench/inprocess/in_flight.py).
  size_t left = done_behind_count_;
  for (const LedgerNode* node = first_; left > 0 && scratch_.size() < runs_max; node = node->next) {
    if (!node->done_behind) continue;
    --left;
    const int64_t end = node->next != nullptr ? node->next->offset : next_;
    if (node->offset + 1 < end) scratch_.push_back({node->offset + 1, end});
  }
  for (size_t i = restored_first_; i < restored_.size() && scratch_.size() < runs_max; ++i) {
    const OffsetRange run{std::max(restored_[i].begin, next_), restored_[i].end};
    if (run.begin >= run.end) continue;
    if (!scratch_.empty() && scratch_.back().end == run.begin) {
      scratch_.back().end = run.end;
    } else {
      scratch_.push_back(run);
    }
  }
}

bool OffsetLedger::Metadata(std::string* text) {
  CollectRuns();
  return EncodeDoneRuns(commit_point(), scratch_, text);
}

}  // namespace aslx
