// A broker of the test's own: partitions of records, a group of one member, topics of outputs.
//
// Speaks the domain: Deliver, Cork, Rebalance, FailDelivery, Crash. Deterministic. What it checks
// by itself: every record is released once, nothing that was produced changes before its
// acknowledgement.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"

namespace aslx {

struct StoredRecord {
  int64_t offset = 0;
  std::string payload;
  std::string key;
  bool has_key = false;
  bool is_tombstone = false;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// What outlives a process: the log, what was written, what was committed.
struct FakeBroker {
  std::map<int32_t, std::deque<StoredRecord>> partitions;
  struct Committed {
    int64_t offset = 0;
    std::string metadata;
  };
  std::map<int32_t, Committed> committed;
  struct Written {
    std::string topic;
    std::string payload;
    std::string key;
    bool has_key = false;
    bool is_tombstone = false;
    std::map<std::string, std::string> headers;
  };
  std::vector<Written> written;

  /// Appends a record; its offset.
  int64_t Produce(int32_t partition, std::string payload, std::string key = "");
  std::vector<std::string> PayloadsOf(const std::string& topic) const;
};

/// Transactional: what is sent is staged, and written when its transaction is committed.
class FakeDelivery final : public Delivery {
 public:
  explicit FakeDelivery(FakeBroker* broker, bool transactional = false)
      : broker_(broker), transactional_(transactional) {}
  ~FakeDelivery() override;

  // --- What the test makes happen ---

  /// This member gets the partitions, from what is committed.
  void Assign(const std::vector<int32_t>& partitions);
  /// They are to be given back in good order.
  void Revoke(const std::vector<int32_t>& partitions);
  /// Somebody else has them already.
  void Lose(const std::vector<int32_t>& partitions);
  /// The next `count` deliveries that are acknowledged fail.
  void FailDelivery(size_t count) { failures_left_ = count; }
  /// The next `count` deliveries that are acknowledged are refused.
  void RefuseDelivery(size_t count) { refusals_left_ = count; }
  /// Outputs to this topic are refused for good (or no longer).
  void Refuse(const std::string& topic, bool on = true);
  /// While corked nothing is accepted; what was accepted is not acknowledged.
  void Cork(bool on) { corked_ = on; }
  /// While on, what was accepted is kept by the Delivery and not sent.
  void CorkFlush(bool on) { flush_corked_ = on; }
  void HoldAcknowledgements(bool on) { acknowledgements_held_ = on; }
  void HoldCommits(bool on) { commits_held_ = on; }
  void FailCommits(bool on) { commits_fail_ = on; }
  /// The log was truncated: reading goes on from here.
  void Rewind(int32_t partition, int64_t offset);
  void EndInput();
  void BreakDown(const std::string& reason);

  // --- What the test looks at ---

  size_t held_records() const { return held_.size(); }
  size_t commit_count() const { return commit_count_; }
  size_t unacknowledged() const { return sent_.size(); }
  size_t staged() const { return staged_.size(); }
  bool owns(int32_t partition) const;
  bool closed() const { return closed_; }
  uint64_t polled_count() const { return polled_count_; }

  // --- The port ---

  bool NextEvent(DeliveryEvent* event) override;
  size_t Poll(Assignment assignment, std::span<Record> records) override;
  size_t Headers(void* handle, std::span<Header> into) override;
  bool passes_headers() const override { return true; }
  void Release(void* handle) override;
  void ReleasePartitions(std::span<const Assignment> partitions) override;
  TopicId OpenTopic(std::string_view name) override;
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token) override;
  ProduceResult Flush() override;
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override;
  void Commit(const CommitUnit& unit) override;
  void Abort(uint64_t id) override;
  void Close() override { closed_ = true; }

 private:
  struct Owned {
    int32_t partition = 0;
    Assignment assignment;
    int64_t position = 0;
  };
  struct Event {
    DeliveryEvent event;
    std::vector<PartitionEvent> partitions;
    std::vector<std::string> texts;
  };
  struct Sent {
    DeliveryToken token;
    OutputRecord output;
    std::string payload;  // as it was when it was accepted
  };
  struct PendingCommit {
    uint64_t id;
    bool abort;
    std::vector<std::pair<Assignment, FakeBroker::Committed>> offsets;
  };

  Owned* Find(Assignment assignment);
  void Tell(DeliveryEvent::Kind kind, const std::vector<int32_t>& partitions);
  void EndCommitWhenDone();
  void EndCommit();
  Acknowledgement::Status Write(const Sent& sent);

  FakeBroker* broker_;
  const bool transactional_;
  std::vector<FakeBroker::Written> staged_;  // of the open transaction
  bool doomed_ = false;                      // something of it was not written
  std::map<uint32_t, Owned> owned_;          // by slot
  uint32_t epoch_ = 0;
  std::deque<Event> events_;
  Event current_;
  std::set<StoredRecord*> held_;  // handed out and not released; copies
  std::vector<std::string> topics_;
  std::set<std::string> refused_;
  std::deque<Sent> sent_;
  size_t unflushed_ = 0;  // the last of them
  std::unique_ptr<PendingCommit> commit_;
  size_t failures_left_ = 0;
  size_t refusals_left_ = 0;
  size_t commit_count_ = 0;
  uint64_t polled_count_ = 0;
  bool corked_ = false;
  bool flush_corked_ = false;
  bool acknowledgements_held_ = false;
  bool commits_held_ = false;
  bool commits_fail_ = false;
  bool closed_ = false;
};

}  // namespace aslx
