#include "tests/unit/flow/fake_delivery.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace aslx {

int64_t FakeBroker::Produce(int32_t partition, std::string payload, std::string key) {
  auto& log = partitions[partition];
  StoredRecord record;
  record.offset = log.empty() ? 0 : log.back().offset + 1;
  record.payload = std::move(payload);
  record.has_key = !key.empty();
  record.key = std::move(key);
  log.push_back(std::move(record));
  return log.back().offset;
}

std::vector<std::string> FakeBroker::PayloadsOf(const std::string& topic) const {
  std::vector<std::string> payloads;
  for (const Written& record : written) {
    if (record.topic == topic) payloads.push_back(record.payload);
  }
  return payloads;
}

FakeDelivery::~FakeDelivery() {
  for (StoredRecord* record : held_)
    delete record;
}

void FakeDelivery::Assign(const std::vector<int32_t>& partitions) {
  ++epoch_;
  Event event;
  event.event.kind = DeliveryEvent::Kind::kAssigned;
  event.texts.reserve(partitions.size());
  for (const int32_t partition : partitions) {
    uint32_t slot = 0;
    while (owned_.contains(slot))
      ++slot;
    const auto committed = broker_->committed.find(partition);
    const bool known = committed != broker_->committed.end();
    Owned owned{partition, {slot, epoch_}, known ? committed->second.offset : 0};
    owned_[slot] = owned;
    event.texts.push_back(known ? committed->second.metadata : "");
    PartitionEvent told;
    told.assignment = owned.assignment;
    told.topic = "events";
    told.partition = partition;
    told.committed_offset = known ? committed->second.offset : -1;
    told.metadata = event.texts.back();
    event.partitions.push_back(told);
  }
  events_.push_back(std::move(event));
}

void FakeDelivery::Tell(DeliveryEvent::Kind kind, const std::vector<int32_t>& partitions) {
  Event event;
  event.event.kind = kind;
  for (const auto& [slot, owned] : owned_) {
    if (std::ranges::find(partitions, owned.partition) == partitions.end()) continue;
    PartitionEvent told;
    told.assignment = owned.assignment;
    event.partitions.push_back(told);
  }
  events_.push_back(std::move(event));
}

void FakeDelivery::Revoke(const std::vector<int32_t>& partitions) {
  Tell(DeliveryEvent::Kind::kRevoked, partitions);
}

void FakeDelivery::Lose(const std::vector<int32_t>& partitions) {
  Tell(DeliveryEvent::Kind::kLost, partitions);
}

void FakeDelivery::Refuse(const std::string& topic, bool on) {
  on ? static_cast<void>(refused_.insert(topic)) : static_cast<void>(refused_.erase(topic));
}

void FakeDelivery::Rewind(int32_t partition, int64_t offset) {
  for (auto& [slot, owned] : owned_) {
    if (owned.partition == partition) owned.position = offset;
  }
}

void FakeDelivery::EndInput() {
  Tell(DeliveryEvent::Kind::kEndOfInput, {});
}

void FakeDelivery::BreakDown(const std::string& reason) {
  Event event;
  event.event.kind = DeliveryEvent::Kind::kFatal;
  event.event.failure = ErrorKind::kUnknownOutcome;
  event.texts.push_back(reason);
  events_.push_back(std::move(event));
}

bool FakeDelivery::owns(int32_t partition) const {
  return std::ranges::any_of(
      owned_, [&](const auto& owned) { return owned.second.partition == partition; });
}

FakeDelivery::Owned* FakeDelivery::Find(Assignment assignment) {
  const auto found = owned_.find(assignment.slot);
  return found != owned_.end() && found->second.assignment == assignment ? &found->second : nullptr;
}

bool FakeDelivery::NextEvent(DeliveryEvent* event) {
  if (events_.empty()) return false;
  current_ = std::move(events_.front());
  events_.pop_front();
  *event = current_.event;
  event->partitions = current_.partitions;
  if (event->kind == DeliveryEvent::Kind::kFatal) event->reason = current_.texts[0];
  return true;
}

size_t FakeDelivery::Poll(Assignment assignment, std::span<Record> records) {
  Owned* const owned = Find(assignment);
  EXPECT_NE(owned, nullptr) << "a partition is read that was given back";
  if (owned == nullptr) return 0;
  size_t count = 0;
  for (const StoredRecord& stored : broker_->partitions[owned->partition]) {
    if (stored.offset < owned->position) continue;
    if (count == records.size()) break;
    auto* const copy = new StoredRecord(stored);
    held_.insert(copy);
    Record& record = records[count++];
    record = {};
    record.offset = copy->offset;
    record.timestamp_ms = 1000 + copy->offset;
    record.key = copy->key;
    record.has_key = copy->has_key;
    record.payload = copy->payload;
    record.is_tombstone = copy->is_tombstone;
    record.handle = copy;
    owned->position = copy->offset + 1;
  }
  polled_count_ += count;
  return count;
}

size_t FakeDelivery::Headers(void* handle, std::span<Header> into) {
  auto* const stored = static_cast<StoredRecord*>(handle);
  EXPECT_TRUE(held_.contains(stored));
  for (size_t i = 0; i < std::min(into.size(), stored->headers.size()); ++i)
    into[i] = {stored->headers[i].first, stored->headers[i].second, false};
  return stored->headers.size();
}

void FakeDelivery::Release(void* handle) {
  auto* const stored = static_cast<StoredRecord*>(handle);
  EXPECT_EQ(held_.erase(stored), 1u) << "released twice";
  stored->payload.assign(stored->payload.size(), '#');
  delete stored;
}

void FakeDelivery::ReleasePartitions(std::span<const Assignment> partitions) {
  for (const Assignment assignment : partitions) {
    if (Find(assignment) != nullptr) owned_.erase(assignment.slot);
  }
}

TopicId FakeDelivery::OpenTopic(std::string_view name) {
  if (name == "unknown") return kNoTopic;
  const auto known = std::ranges::find(topics_, name);
  if (known != topics_.end()) return static_cast<TopicId>(known - topics_.begin());
  topics_.emplace_back(name);
  return static_cast<TopicId>(topics_.size() - 1);
}

ProduceResult FakeDelivery::TryProduce(const OutputRecord& output, DeliveryToken token) {
  if (corked_ || (transactional_ && commit_ != nullptr)) return ProduceResult::kFull;
  sent_.push_back({token, output, std::string(output.payload)});
  ++unflushed_;
  return ProduceResult::kAccepted;
}

ProduceResult FakeDelivery::Flush() {
  if (corked_ || flush_corked_) return ProduceResult::kFull;
  unflushed_ = 0;
  return ProduceResult::kAccepted;
}

Acknowledgement::Status FakeDelivery::Write(const Sent& sent) {
  EXPECT_EQ(sent.output.payload, sent.payload) << "an output changed before its acknowledgement";
  const std::string& topic = topics_[sent.output.topic];
  if (failures_left_ > 0) {
    --failures_left_;
    return Acknowledgement::Status::kFailed;
  }
  if (refusals_left_ > 0) {
    --refusals_left_;
    return Acknowledgement::Status::kRefused;
  }
  if (refused_.contains(topic)) return Acknowledgement::Status::kRefused;
  FakeBroker::Written written{topic,
                              sent.payload,
                              std::string(sent.output.key),
                              sent.output.has_key,
                              sent.output.is_tombstone,
                              {}};
  if (sent.output.headers_of != nullptr) {
    auto* const stored = static_cast<StoredRecord*>(sent.output.headers_of);
    EXPECT_TRUE(held_.contains(stored)) << "released before its output was acknowledged";
    written.headers.insert(stored->headers.begin(), stored->headers.end());
  }
  for (const Header& header : sent.output.headers)
    written.headers[std::string(header.name)] = header.value;
  (transactional_ ? staged_ : broker_->written).push_back(std::move(written));
  return Acknowledgement::Status::kDelivered;
}

size_t FakeDelivery::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  size_t count = 0;
  while (count < acknowledgements.size() && sent_.size() > unflushed_) {
    if (acknowledgements_held_ || corked_) return count;
    const Sent sent = std::move(sent_.front());
    sent_.pop_front();
    const Acknowledgement::Status status = Write(sent);
    if (transactional_ && status == Acknowledgement::Status::kDelivered) continue;
    doomed_ = doomed_ || status != Acknowledgement::Status::kDelivered;
    acknowledgements[count++] = {sent.token, status, "the topic does not take it"};
  }
  EndCommitWhenDone();
  return count;
}

void FakeDelivery::Commit(const CommitUnit& unit) {
  EXPECT_EQ(commit_, nullptr) << "two commits at once";
  if (transactional_) {
    EXPECT_EQ(unflushed_, 0u) << "a commit before its records are sent";
  }
  commit_ = std::make_unique<PendingCommit>();
  commit_->id = unit.id;
  commit_->abort = false;
  for (const CommitOffset& offset : unit.offsets) {
    EXPECT_NE(Find(offset.assignment), nullptr) << "a commit for a partition that was given back";
    commit_->offsets.push_back({offset.assignment, {offset.offset, std::string(offset.metadata)}});
  }
  EndCommitWhenDone();
}

void FakeDelivery::Abort(uint64_t id) {
  EXPECT_TRUE(transactional_ && commit_ == nullptr);
  commit_ = std::make_unique<PendingCommit>();
  commit_->id = id;
  commit_->abort = true;
  sent_.clear();
  unflushed_ = 0;
  EndCommitWhenDone();
}

/// A transaction ends after all of its acknowledgements.
void FakeDelivery::EndCommitWhenDone() {
  if (commit_ != nullptr && !commits_held_ && (!transactional_ || sent_.empty())) EndCommit();
}

void FakeDelivery::EndCommit() {
  const bool fails = commits_fail_ || doomed_ || commit_->abort;
  Event event;
  event.event.commit_id = commit_->id;
  event.event.kind = fails ? DeliveryEvent::Kind::kCommitFailed : DeliveryEvent::Kind::kCommitted;
  if (!fails) {
    ++commit_count_;
    for (const auto& [assignment, committed] : commit_->offsets) {
      const Owned* const owned = Find(assignment);
      if (owned != nullptr) broker_->committed[owned->partition] = committed;
    }
    for (FakeBroker::Written& written : staged_)
      broker_->written.push_back(std::move(written));
  }
  staged_.clear();
  doomed_ = false;
  events_.push_back(std::move(event));
  commit_.reset();
}

}  // namespace aslx
