// Flow's way in: partitions, records, starting executions.
#include <algorithm>
#include <functional>
#include <utility>

#include "pipeline/flow/flow.h"
#include "pipeline/flow/record_metadata.h"
#include "runtime/base/check.h"
#include "runtime/value/timestamp.h"

namespace aslx {
namespace {

constexpr std::string_view kInvalidEvent = "Aslx.InvalidEvent";
constexpr std::string_view kPoisonRecord = "Aslx.PoisonRecord";

}  // namespace

void Flow::Assign(const PartitionEvent& event) {
  const uint32_t slot = event.assignment.slot;
  if (slot >= partitions_.size()) partitions_.resize(slot + 1);
  // The old epoch of this slot must have been released before.
  ASLX_CHECK(partitions_[slot] == nullptr);
  Result<std::vector<OffsetRange>> done = DecodeDoneRuns(event.committed_offset, event.metadata);
  if (!done) {
    FailWith(done.error().kind, "topic `" + std::string(event.topic) + "`, partition " +
                                    std::to_string(event.partition) + ": " + done.error().message);
    return;
  }
  partitions_[slot] = std::make_unique<Partition>();
  Partition& partition = *partitions_[slot];
  partition.assignment = event.assignment;
  partition.topic = event.topic;
  partition.number = event.partition;
  partition.execution_ids =
      SeedExecutionIds(spec_.cluster, event.topic, event.partition, program_->source_hash());
  partition.ledger.Begin(event.committed_offset, std::move(*done));
  partition.committed_offset = event.committed_offset;
  partition.committed_metadata = event.metadata;
  if (journal_ != nullptr) {
    partition.journal_topic = journal_->TopicIndex(event.topic);
    for (const PoisonSuspect& suspect : journal_->Suspects()) {
      if (suspect.topic == event.topic && suspect.partition == event.partition) {
        partition.suspects.push_back(suspect);
      }
    }
    ForgetSuspects(partition, 0, partition.committed_offset);
  }
  counters_.assigned.Add();
  counters_.partitions.Add();
}

bool Flow::MayRead() const {
  return phase_ == Phase::kRunning && startable_.empty() && WindowRoom() > 0 &&
         in_flight_bytes_ < spec_.window.bytes_max &&
         outbox_.bytes() < spec_.window.outbox_bytes_max && worker_.capacity() > 0;
}

/// Records that may still be read: those without an outcome, those whose outcome is not committed,
/// and those that only wait for their memory count.
uint32_t Flow::WindowRoom() const {
  const uint32_t held = std::max(inputs_.used_count(), unfinished_count_ + uncommitted_count_);
  return held < spec_.window.records_max ? spec_.window.records_max - held : 0;
}

uint32_t Flow::RoomOf(const Partition& partition) const {
  if (partition.revoking || !partition.deferred.empty() ||
      partition.in_flight_count >= spec_.window.partition_records_max ||
      partition.ledger.span() >= spec_.window.partition_span_max) {
    return 0;
  }
  // One at a time: what follows a record that waits had better stay in the broker.
  if (spec_.ordering == Ordering::kPartition && lanes_.Busy(LaneOfPartition(partition))) return 0;
  return std::min({kRecordsPerPoll, WindowRoom(),
                   spec_.window.partition_records_max - partition.in_flight_count,
                   worker_.capacity()});
}

void Flow::ReadRecords() {
  const auto slots = static_cast<uint32_t>(partitions_.size());
  uint32_t read = 0;
  for (uint32_t i = 0; i < slots && read < kRecordsPerTurn && MayRead(); ++i) {
    const uint32_t slot = (next_partition_ + i) % slots;
    if (partitions_[slot] == nullptr) continue;
    const uint32_t room = RoomOf(*partitions_[slot]);
    if (room == 0) continue;
    const size_t count =
        delivery_->Poll(partitions_[slot]->assignment, std::span(polled_.data(), room));
    ASLX_CHECK(count <= room);
    for (size_t r = 0; r < count; ++r)
      Receive(*partitions_[slot], polled_[r]);
    read += static_cast<uint32_t>(count);
  }
  if (slots > 0) next_partition_ = (next_partition_ + 1) % slots;
  progress_ = progress_ || read > 0;
}

void Flow::Receive(Partition& partition, const Record& record) {
  OffsetLedger::Receipt receipt = partition.ledger.Receive(record.offset);
  if (receipt == OffsetLedger::Receipt::kRewound) {
    Rewind(partition, record.offset);
    receipt = partition.ledger.Receive(record.offset);
  }
  partition.changed = true;
  if (receipt == OffsetLedger::Receipt::kDone || phase_ == Phase::kFinished) {
    delivery_->Release(record.handle);
    counters_.skipped.Add();
    return;
  }
  InputRecord& input = inputs_.Take();
  input.Hold(record);
  input.received_ns = now_ns_;
  input.assignment = partition.assignment;
  in_flight_bytes_ += input.bytes();
  ++partition.in_flight_count;
  ++unfinished_count_;
  partition.ledger.Add(&input);
  input.in_ledger = true;
  counters_.received.Add();
  if (spec_.ordering != Ordering::kNone) {
    input.lane = spec_.ordering == Ordering::kPartition ? LaneOfPartition(partition)
                                                        : LaneOfKey(partition, input);
    if (!lanes_.Enter(input)) {
      Detach(input);
      return;
    }
    input.holds_lane = true;
  }
  Execute(input);
}

void Flow::Rewind(Partition& partition, int64_t offset) {
  // The log was truncated under us: what is in flight is of records that are no more.
  counters_.rewinds.Add();
  StopExecutions(partition);
  Disown(partition);
  ForgetSuspects(partition, offset, INT64_MAX);
  partition.ledger.Begin(offset, {});
}

bool Flow::RefusePoison(Partition& partition, InputRecord& input) {
  const auto suspect = std::ranges::find(partition.suspects, input.offset, &PoisonSuspect::offset);
  if (suspect == partition.suspects.end() || suspect->crash_count < kPoisonCrashesMax) return false;
  counters_.poisoned.Add();
  char last[25];
  WriteTimestamp(suspect->last_wall_ns, last);
  text_ = "The process crashed " + std::to_string(suspect->crash_count) +
          " times while it executed this record with the machine `" + spec_.machine_name +
          "`, the last time at " + last + "; it was not executed again.";
  WriteFailure(input, {kPoisonRecord, text_, {}, suspect->crash_count});
  Conclude(input);
  return true;
}

bool Flow::RefuseDamaged(InputRecord& input) {
  const char* why = input.damage;
  if (why == nullptr && input.is_tombstone) {
    why = "The record is a tombstone: it has no payload, where a JSON text was expected.";
  }
  if (why == nullptr && input.payload_size == 0) {
    why = "The event is empty, where a JSON text was expected.";
  }
  if (why == nullptr && input.payload_size > limits::kPayloadBytesMax) {
    why = "The event is larger than 262144 bytes.";
  }
  if (why == nullptr) return false;
  counters_.malformed.Add();
  WriteFailure(input, {kInvalidEvent, why, {}, 1});
  Conclude(input);
  return true;
}

void Flow::Execute(InputRecord& input) {
  Partition& partition = PartitionOf(input);
  // Only now that it is its turn: a dead letter is an outcome, and in the order of the others.
  if (!partition.suspects.empty() && RefusePoison(partition, input)) return;
  if (RefuseDamaged(input)) return;
  ExecutionStart start;
  if (context_use_.record) start.record = &DescribeRecord(input);
  start.program = program_.get();
  start.input = input.payload();
  start.user = input.index;
  start.info = &execution_info_;
  if (context_use_.execution) start.id = ExecutionIdOf(partition.execution_ids, input.offset);
  const StartResult result = worker_.Start(start);
  switch (result.status) {
    case StartResult::Status::kEnded: return;  // the input may be gone
    case StartResult::Status::kRunning: input.execution = result.handle; return;
    case StartResult::Status::kRefused:
      counters_.malformed.Add();
      text_ = "The event is not a JSON text: " + std::string(result.error.message) + ", at byte " +
              std::to_string(result.error.offset) + ".";
      WriteFailure(input, {kInvalidEvent, text_, {}, 1});
      Conclude(input);
      return;
    case StartResult::Status::kFull:
      Detach(input);
      startable_.push_back(input.index);
      return;
  }
}

const RecordMetadata& Flow::DescribeRecord(const InputRecord& input) {
  const Partition& partition = PartitionOf(input);
  RecordMetadata& metadata = record_context_.metadata;
  metadata = {};
  metadata.topic = partition.topic;
  metadata.partition = partition.number;
  metadata.offset = input.offset;
  metadata.timestamp_ms = input.timestamp_ms;
  metadata.has_key = input.has_key;
  metadata.key = ShowAsText(input.key(), &record_context_.key_text);
  if (context_use_.headers) {
    WriteHeadersJson(writer_.HeadersOf(input), &record_context_.headers_json);
    metadata.headers_json = record_context_.headers_json;
  }
  return metadata;
}

void Flow::StartWaiting() {
  // Executing may append to the list.
  size_t started = 0;
  for (; started < startable_.size() && worker_.capacity() > 0; ++started) {
    Execute(inputs_.At(startable_[started]));
  }
  startable_.erase(startable_.begin(), startable_.begin() + static_cast<ptrdiff_t>(started));
}

void Flow::Detach(InputRecord& input) {
  if (input.pinned()) delivery_->Release(input.Copy(writer_.HeadersOf(input)));
}

uint64_t Flow::LaneOfPartition(const Partition& partition) {
  return (uint64_t{partition.assignment.epoch} << 32 | partition.assignment.slot) *
         0x9E3779B97F4A7C15u;
}

uint64_t Flow::LaneOfKey(const Partition& partition, const InputRecord& input) {
  const uint64_t key = input.has_key ? std::hash<std::string_view>()(input.key()) : 1;
  const uint64_t mixed = (key ^ LaneOfPartition(partition)) * 0xBF58476D1CE4E5B9u;
  return mixed ^ mixed >> 32;
}

void Flow::ReleaseRecord(InputRecord& input) {
  if (!input.pinned()) return;
  delivery_->Release(std::exchange(input.memory, nullptr));
}

void Flow::GiveBack(InputRecord& input) {
  in_flight_bytes_ -= input.bytes();
  if (input.held) --held_count_;
  ReleaseRecord(input);
  inputs_.Give(input);
}

}  // namespace aslx
