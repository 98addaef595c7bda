#include "pipeline/flow/offset_ledger.h"

#include <algorithm>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"

namespace aslx {

void OffsetLedger::Begin(int64_t committed, std::vector<OffsetRange> done) {
  next_ = committed;
  first_ = last_ = nullptr;
  restored_ = std::move(done);
  restored_first_ = 0;
}

OffsetLedger::Receipt OffsetLedger::Receive(int64_t offset) {
  if (offset < next_) return Receipt::kRewound;
  next_ = offset + 1;
  while (restored_first_ < restored_.size() && restored_[restored_first_].end <= offset)
    ++restored_first_;
  if (restored_first_ == restored_.size()) return Receipt::kNew;
  return restored_[restored_first_].begin <= offset ? Receipt::kDone : Receipt::kNew;
}

void OffsetLedger::Add(LedgerNode* node) {
  ASLX_CHECK(node->offset == next_ - 1 && (last_ == nullptr || last_->offset < node->offset));
  node->previous = last_;
  node->next = nullptr;
  (last_ != nullptr ? last_->next : first_) = node;
  last_ = node;
}

void OffsetLedger::Finish(LedgerNode* node) {
  (node->previous != nullptr ? node->previous->next : first_) = node->next;
  (node->next != nullptr ? node->next->previous : last_) = node->previous;
  node->previous = node->next = nullptr;
}

bool OffsetLedger::Metadata(std::string* text) {
  scratch_.clear();
  // More runs than bytes cannot fit: enough of them show that.
  const size_t runs_max = limits::kCommitMetadataBytesMax * 8;
  for (const LedgerNode* node = first_; node != nullptr && scratch_.size() < runs_max;
       node = node->next) {
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
  return EncodeDoneRuns(commit_point(), scratch_, text);
}

}  // namespace aslx
