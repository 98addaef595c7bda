// Which offsets of one assigned partition are done, and from where a restart would have to begin.
//
// What it is: the list of what is in flight, in order of offset. Everything else that was received
// is done, and offsets that are never received (gaps of compaction and of transactions) need
// nothing. So its memory follows what is in flight, and not the span above an execution that waits
// for minutes. What it is not: aware of records, outputs or commits under way (flow.h). Who uses
// it: Flow, one a partition and assignment. Thread: the worker's. Memory: nodes are the caller's,
// linked in place; restored runs are its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/flow/ledger_metadata.h"

namespace aslx {

/// An offset in flight; embedded in whatever the caller keeps of it.
struct LedgerNode {
  int64_t offset = 0;
  LedgerNode* previous = nullptr;
  LedgerNode* next = nullptr;
  /// Something between it and the next node is done, and not only a gap of the log.
  bool done_behind = false;
};

/// Invariant: nodes ascend; every offset below commit_point() is done or was never received.
class OffsetLedger {
 public:
  OffsetLedger() = default;
  OffsetLedger(const OffsetLedger&) = delete;
  OffsetLedger& operator=(const OffsetLedger&) = delete;

  /// Begins anew. `committed` is where reading starts, -1 when that is not known before the first
  /// record; `done` are the runs that the last owner had finished above it.
  void Begin(int64_t committed, std::vector<OffsetRange> done);

  enum class Receipt : uint8_t {
    kNew,      // Add its node
    kDone,     // a restored run has it: finished before the restart
    kRewound,  // below what was received: the log was truncated under us. Begin anew, then again
  };
  Receipt Receive(int64_t offset);

  /// `node->offset` is the one just received.
  void Add(LedgerNode* node);
  void Finish(LedgerNode* node);
  /// Takes a Finish back, in place: what was done turned out not to be.
  void Restore(LedgerNode* node);
  /// Whether all that is done would still fit into a commit's metadata after Finish(node); for who
  /// must not commit less than all. The lowest node may always finish.
  bool MayFinish(const LedgerNode* node);

  /// The lowest offset that is not done; -1 before anything is known.
  int64_t commit_point() const { return first_ != nullptr ? first_->offset : next_; }
  /// Offsets between the commit point and the newest.
  uint64_t span() const {
    return first_ != nullptr ? static_cast<uint64_t>(next_ - first_->offset) : 0;
  }
  LedgerNode* first() const { return first_; }
  bool in_flight() const { return first_ != nullptr; }

  /// The commit's metadata: what is done above commit_point(), restored runs that were not received
  /// yet included. False when not all of it fits.
  bool Metadata(std::string* text);
  /// Metadata surely has room for all; some arithmetic, which may say no where it has.
  bool SurelyFits() const {
    return SurelyFits(done_behind_count_ + (restored_.size() - restored_first_));
  }
  /// Writes the metadata to see how much room it leaves: MayFinish, which otherwise goes by a
  /// bound, allows as much as surely fits. Walks the list: once a Turn at most.
  void Measure();

 private:
  bool SurelyFits(size_t run_count) const;
  void CollectRuns();

  int64_t next_ = -1;  // behind the newest received
  LedgerNode* first_ = nullptr;
  LedgerNode* last_ = nullptr;
  size_t done_behind_count_ = 0;  // nodes with done_behind
  size_t finishes_left_ = 0;      // that fit whatever they are, since Measure
  std::vector<OffsetRange> restored_;
  size_t restored_first_ = 0;  // the first that does not lie below next_
  std::vector<OffsetRange> scratch_;
};

}  // namespace aslx
