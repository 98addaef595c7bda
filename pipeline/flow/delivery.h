// The one port between a pipeline and the outside: records in, records out, acknowledgements,
// commits.
//
// What it is: what flow asks of Kafka, of files, or of a simulated broker. Flow holds all policy
// (what is read when, what is retried, what is committed); an implementation only translates. What
// it is not: blocking. Every call returns at once; what takes time ends as a DeliveryEvent or an
// Acknowledgement of a later Turn.
// Who uses it: pipeline/flow drives it; pipeline/kafka, pipeline/files and tests implement it.
// Thread: one worker's, every call. An implementation that is woken from elsewhere signals the
// worker's Waker (runtime/worker/waker.h). Memory: said at each call; nothing here allocates on the
// path of a record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/base/result.h"

namespace aslx {

/// A partition in one assignment. `slot` is dense and reused after ReleasePartitions, `epoch`
/// counts the assignments of the worker: what belongs to an older epoch is dropped wherever it
/// turns up.
struct Assignment {
  uint32_t slot = 0;
  uint32_t epoch = 0;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

struct Header {
  std::string_view name;
  std::string_view value;
  bool is_null = false;  // Kafka tells a null value from an empty one
};

/// A consumed record. Payload and key stay valid until Release(handle).
struct Record {
  int64_t offset = 0;  // a file's line, counted from 0
  int64_t timestamp_ms = -1;
  std::string_view key;
  std::string_view payload;
  bool has_key = false;
  bool is_tombstone = false;  // no payload at all, not even an empty one
  /// The implementation could not read the record whole (a line over the limit): payload is what
  /// there is of it, and the record becomes a dead letter with this sentence. Null: whole.
  const char* damage = nullptr;
  void* handle = nullptr;
};

/// A topic (a file's path for files, "-" for standard output) that outputs may name.
using TopicId = uint32_t;
inline constexpr TopicId kNoTopic = UINT32_MAX;

/// A record to write. Everything it refers to stays in place until its token is acknowledged.
struct OutputRecord {
  TopicId topic = kNoTopic;
  int64_t timestamp_ms = -1;  // -1: the time of writing
  std::string_view key;
  std::string_view payload;
  /// A Record's handle: its headers come before `headers`. Null: none do. Only where the Delivery
  /// passes_headers.
  void* headers_of = nullptr;
  std::span<const Header> headers;
  bool has_key = false;
  bool is_tombstone = false;
};

/// Chosen by flow; an implementation hands it back and never looks into it.
using DeliveryToken = uint64_t;

enum class ProduceResult : uint8_t {
  kAccepted,  // an acknowledgement will follow
  kFull,      // nothing was taken: try again in a later Turn
};

struct Acknowledgement {
  enum class Status : uint8_t {
    kDelivered,  // durable: acks=all, written to the file
    kFailed,     // not, or not known: produce it again
    kRefused,    // never will be (too large, topic gone, no permission): `reason` says why
  };
  DeliveryToken token = 0;
  Status status = Status::kDelivered;
  std::string_view reason;  // lives until the next PollDeliveries
};

/// The next offset to read of one partition and what is done above it (ledger_metadata.h).
struct CommitOffset {
  Assignment assignment;
  int64_t offset = 0;
  std::string_view metadata;  // text, at most limits::kCommitMetadataBytesMax
};

/// What becomes durable together: at least once, the offsets; exactly once, the offsets and every
/// record of the open transaction. Read before Commit returns.
struct CommitUnit {
  uint64_t id = 0;
  std::span<const CommitOffset> offsets;
};

/// One partition of a kAssigned, kRevoked or kLost event.
struct PartitionEvent {
  Assignment assignment;
  // The rest for kAssigned only.
  std::string_view topic;
  int32_t partition = 0;
  int64_t committed_offset = -1;  // -1: nothing was committed
  std::string_view metadata;      // of that commit
};

struct DeliveryEvent {
  enum class Kind : uint8_t {
    kAssigned,   // partitions: read from their committed offset on, when flow polls them
    kRevoked,    // partitions: flow finishes and commits what it can, then calls ReleasePartitions
    kLost,       // partitions: somebody else has them already; flow drops them, then the same call
    kCommitted,  // commit_id is durable
    /// commit_id is not durable; reason. At least once: or not known; flow commits anew later.
    /// Exactly once: the transaction was aborted for certain, and nobody will see its records; flow
    /// produces them again. When that is not certain, the event is kFatal with kUnknownOutcome.
    kCommitFailed,
    kEndOfInput,  // nothing more will ever be read (files; all partitions together)
    kWarning,     // reason, for the log and a counter
    kFatal,       // failure, reason: the worker cannot go on and the process ends
  };
  Kind kind = Kind::kWarning;
  ErrorKind failure = ErrorKind::kUnavailable;
  uint64_t commit_id = 0;
  /// Both live until the next NextEvent.
  std::span<const PartitionEvent> partitions;
  std::string_view reason;
};

/// Exactly once (the implementation is told when it is made): the first TryProduce or Commit after
/// the end of a transaction begins the next one. A transaction ends with the event of its Commit or
/// Abort; from that call on until NextEvent has handed the event out TryProduce says kFull.
/// Only records that could not be written are acknowledged, all of them before that event; with it
/// every token of the transaction is the caller's again.
class Delivery {
 public:
  virtual ~Delivery() = default;

  /// The oldest event not yet taken; false when there is none. Called until false, every Turn.
  virtual bool NextEvent(DeliveryEvent* event) = 0;

  /// Up to records.size() records of one partition, in order of offset; 0 when none is here now.
  /// A partition that flow does not poll must not lose records, nor keep the others from theirs.
  virtual size_t Poll(Assignment assignment, std::span<Record> records) = 0;

  /// The headers of a record that is not yet released. Returns how many it has; when that is more
  /// than into.size() only the first were stored. They stay valid until the next call with this
  /// handle, TryProduce of an output that takes them over included.
  virtual size_t Headers(void* handle, std::span<Header> into) = 0;

  /// Whether outputs may name the record whose headers they take over (OutputRecord::headers_of),
  /// so that nobody has to look at them.
  virtual bool passes_headers() const { return false; }

  /// Flow needs nothing of the record any more. Handles of dead epochs are released, too.
  virtual void Release(void* handle) = 0;

  /// Release(handle) will be called soon.
  virtual void Prefetch(void* /*handle*/) {}

  /// Answers a kRevoked or kLost: from here on the epochs of these partitions are dead. Exactly
  /// once: no record of theirs is in an open transaction.
  virtual void ReleasePartitions(std::span<const Assignment> partitions) = 0;

  /// Makes a topic known, once at start or at its first use; kNoTopic when it cannot be written to.
  virtual TopicId OpenTopic(std::string_view name) = 0;

  /// In order for one topic and key as long as none fails.
  virtual ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token) = 0;

  /// What TryProduce took may have been kept for one call with what came after it: now it is sent.
  /// kFull: some of it could not be yet, and Flow calls again in a later Turn.
  virtual ProduceResult Flush() { return ProduceResult::kAccepted; }

  /// Acknowledgements since the last call, each token once.
  virtual size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) = 0;

  /// At most one is under way; ends as kCommitted or kCommitFailed. Offsets of dead epochs are left
  /// out by flow; an implementation that finds one all the same leaves it out.
  /// Exactly once: with a record of the transaction acknowledged as not written it surely fails.
  virtual void Commit(const CommitUnit& unit) = 0;

  /// Exactly once, while no Commit is under way: gives the open transaction up. Ends as
  /// kCommitFailed of this id.
  virtual void Abort(uint64_t id) = 0;

  /// Flow is finished: everything was acknowledged and committed, or given up. Leaves the group.
  /// Afterwards nothing that TryProduce was given is referred to any more; Release may still come.
  virtual void Close() = 0;
};

}  // namespace aslx
