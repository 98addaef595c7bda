#include "pipeline/kafka/kafka_source.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"
#include "runtime/base/check.h"

namespace aslx {
namespace {

/// Records that librdkafka keeps ahead on versions that stall (PERFORMANCE: with the nudge this is
/// enough for the rate of a core).
constexpr uint32_t kPrefetchWithNudge = 10'000;
/// Committed offsets wait for a transaction that its worker left open: its time-out (as configured
/// here), the broker's scan for such (every 10 s unless configured), and a margin. Then a warning
/// says so, and they are asked for again.
constexpr int64_t kScanAndMarginMs = 15'000;
/// librdkafka writes this to the waker's descriptor when a queue is no longer empty.
constexpr uint64_t kBell = 1;

enum class Rebalance : uint8_t { kAssign, kRevoke };

/// librdkafka's answer to a rebalance: all partitions at once, or one by one where the assignor is
/// cooperative. Returns what went wrong, else nothing.
std::string ReplyTo(rd_kafka_t* consumer, Rebalance what,
                    const rd_kafka_topic_partition_list_t* partitions) {
  const bool assign = what == Rebalance::kAssign;
  const char* protocol = rd_kafka_rebalance_protocol(consumer);  // null at the end of the instance
  if (protocol != nullptr && std::string_view(protocol) == "COOPERATIVE") {
    const KafkaError error(assign ? rd_kafka_incremental_assign(consumer, partitions)
                                  : rd_kafka_incremental_unassign(consumer, partitions));
    return error != nullptr ? rd_kafka_error_string(error.get()) : "";
  }
  const rd_kafka_resp_err_t error = rd_kafka_assign(consumer, assign ? partitions : nullptr);
  return error != RD_KAFKA_RESP_ERR_NO_ERROR ? rd_kafka_err2str(error) : "";
}

}  // namespace

Result<void> KafkaSource::Start(const KafkaSettings& settings, const KafkaIdentity& identity,
                                const std::vector<std::string>& topics) {
  topics_ = topics;
  KafkaSettings::Properties defaults = {
      {"group.id", identity.group},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", settings.start_offset},
      // cooperative-sticky aborts the process below 2.3.
      {"partition.assignment.strategy", "range"},
      {"session.timeout.ms", std::to_string(settings.session_timeout_ms)},
      {"heartbeat.interval.ms",
       std::to_string(std::max<int64_t>(settings.session_timeout_ms / 5, 100))},
      {"socket.nagle.disable", "true"},
  };
  if (FetchQueueBackoffKnown()) {
    defaults.emplace_back("fetch.queue.backoff.ms", "1");
  } else {
    defaults.emplace_back("queued.min.messages", std::to_string(kPrefetchWithNudge));
    nudge_after_ = kPrefetchWithNudge / 4;
  }
  if (settings.static_membership && !settings.instance_id.empty())
    defaults.emplace_back("group.instance.id", identity.NameIn(settings));
  group_ = identity.group;
  link_ = std::make_unique<Link>();
  link_->source = this;
  Result<void> made =
      consumer_.Make(RD_KAFKA_CONSUMER, settings, defaults, [this](rd_kafka_conf_t* conf) {
        rd_kafka_conf_set_opaque(conf, link_.get());
        rd_kafka_conf_set_rebalance_cb(conf, &KafkaSource::OnRebalance);
        rd_kafka_conf_set_error_cb(conf, &KafkaSource::OnError);
      });
  if (!made) return made;
  rd_kafka_poll_set_consumer(consumer_.get());
  commit_queue_ = rd_kafka_queue_new(consumer_.get());
  rd_kafka_queue_io_event_enable(commit_queue_, waker_->fd(), &kBell, sizeof kBell);
  rd_kafka_queue_t* consumer_queue = rd_kafka_queue_get_consumer(consumer_.get());
  rd_kafka_queue_io_event_enable(consumer_queue, waker_->fd(), &kBell, sizeof kBell);
  rd_kafka_queue_destroy(consumer_queue);

  auto* wanted = rd_kafka_topic_partition_list_new(static_cast<int>(topics.size()));
  for (const std::string& topic : topics)
    rd_kafka_topic_partition_list_add(wanted, topic.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer_.get(), wanted);
  rd_kafka_topic_partition_list_destroy(wanted);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Fail(KindOfError(error), fmt::format("subscribe: {}", rd_kafka_err2str(error)));
  committed_ = std::make_unique<CommittedOffsets>(
      consumer_.get(), settings.transaction_timeout_ms + kScanAndMarginMs, waker_);
  if (nudge_after_ > 0) nudge_ = std::make_unique<FetchNudge>(consumer_.get());
  return {};
}

void KafkaSource::OnError(rd_kafka_t* instance, int error, const char* reason, void* link) {
  std::lock_guard lock(static_cast<Link*>(link)->mutex);
  KafkaSource* self = static_cast<Link*>(link)->source;
  if (self == nullptr || self->closing_) return;
  auto code = static_cast<rd_kafka_resp_err_t>(error);
  if (code != RD_KAFKA_RESP_ERR__FATAL) {
    self->events_->Warn(fmt::format("consumer: {}: {}", rd_kafka_err2name(code), reason));
    return;
  }
  self->FailWithFatal(instance);
}

/// The consumer is of no use any more; librdkafka keeps what happened apart.
void KafkaSource::FailWithFatal(rd_kafka_t* instance) {
  char text[512];
  rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(instance, text, sizeof text);
  events_->Fail(KindOfError(fatal),
                fmt::format("consumer: {}: {}{}", rd_kafka_err2name(fatal), text, HintOf(fatal)));
}

void KafkaSource::OnRebalance(rd_kafka_t* instance, rd_kafka_resp_err_t what,
                              rd_kafka_topic_partition_list_t* partitions, void* link) {
  std::lock_guard lock(static_cast<Link*>(link)->mutex);
  KafkaSource* self = static_cast<Link*>(link)->source;
  if (self == nullptr || self->closing_) {
    // While it closes librdkafka takes this for the end of every assignment, cooperative or not.
    rd_kafka_assign(instance, nullptr);
  } else if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self->BeginAssignment(partitions);
  } else {
    if (what != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
      self->events_->Warn(fmt::format("rebalance: {}", rd_kafka_err2str(what)));
    self->BeginRevocation(partitions, rd_kafka_assignment_lost(instance) != 0);
  }
}

// --- Rebalances
// -------------------------------------------------------------------------------------

void KafkaSource::BeginAssignment(const rd_kafka_topic_partition_list_t* partitions) {
  has_nothing_ = false;
  if (partitions->cnt > 0) {
    committed_->Ask(partitions);
    return;
  }
  FinishAssignment({TopicPartitions(rd_kafka_topic_partition_list_new(0))});
  // Others may have all the partitions. But a member that distributes them when the topics may no
  // longer be described finds none, and librdkafka does not say why: the coordinator does.
  TopicPartitions first_ones(rd_kafka_topic_partition_list_new(static_cast<int>(topics_.size())));
  for (const std::string& topic : topics_)
    rd_kafka_topic_partition_list_add(first_ones.get(), topic.c_str(), 0);
  has_nothing_ = true;
  committed_->Ask(first_ones.get());
}

void KafkaSource::FinishAssignment(CommittedOffsets::Answer answer) {
  if (answer.error != RD_KAFKA_RESP_ERR_NO_ERROR &&
      KindOfError(answer.error) == ErrorKind::kUnavailable) {
    events_->Warn(
        fmt::format("committed offsets: {}; asking again", rd_kafka_err2str(answer.error)));
    committed_->Ask(answer.partitions.get());
    return;
  }
  ++epoch_;
  const rd_kafka_topic_partition_list_t& list = *answer.partitions;
  QueuedEvent queued;
  queued.event.kind = DeliveryEvent::Kind::kAssigned;
  for (int i = 0; i < list.cnt; ++i) {
    rd_kafka_topic_partition_t& from = list.elems[i];
    if (IsRefused(answer, from)) return;
    queued.partitions.push_back(Adopt(from, &queued));
  }
  const std::string failed = ReplyTo(consumer_.get(), Rebalance::kAssign, &list);
  answered_ = true;
  if (!failed.empty()) {
    events_->Fail(ErrorKind::kUnavailable, "assign: " + failed);
  } else if (!queued.partitions.empty()) {
    events_->Push(std::move(queued));
  }
}

bool KafkaSource::IsRefused(const CommittedOffsets::Answer& answer,
                            const rd_kafka_topic_partition_t& partition) {
  const rd_kafka_resp_err_t error =
      answer.error != RD_KAFKA_RESP_ERR_NO_ERROR ? answer.error : partition.err;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  events_->Fail(KindOfError(error),
                fmt::format("committed offset of {}[{}] in group '{}': {}{}", partition.topic,
                            partition.partition, group_, rd_kafka_err2str(error), HintOf(error)));
  return true;
}

void KafkaSource::LookWhy(CommittedOffsets::Answer answer) {
  if (answer.error != RD_KAFKA_RESP_ERR_NO_ERROR &&
      KindOfError(answer.error) == ErrorKind::kUnavailable) {
    committed_->Ask(answer.partitions.get());
    return;
  }
  for (int i = 0; i < answer.partitions->cnt; ++i)
    if (IsRefused(answer, answer.partitions->elems[i])) return;
}

PartitionEvent KafkaSource::Adopt(const rd_kafka_topic_partition_t& from, QueuedEvent* owner) {
  const uint32_t slot = FreeSlot();
  Partition& partition = partitions_[slot];
  partition = {};
  partition.assigned = true;
  partition.epoch = epoch_;
  partition.topic = from.topic;
  partition.number = from.partition;
  partition.queue = rd_kafka_queue_get_partition(consumer_.get(), from.topic, from.partition);
  ASLX_CHECK(partition.queue != nullptr);
  // Its records come by this queue alone, not by the consumer's.
  rd_kafka_queue_forward(partition.queue, nullptr);
  rd_kafka_queue_io_event_enable(partition.queue, waker_->fd(), &kBell, sizeof kBell);
  PartitionEvent assigned;
  assigned.assignment = {slot, epoch_};
  assigned.topic = owner->texts.emplace_back(from.topic);
  assigned.partition = from.partition;
  assigned.committed_offset = from.offset >= 0 ? from.offset : -1;
  partition.next_offset = assigned.committed_offset;
  if (from.metadata != nullptr) {
    assigned.metadata =
        owner->texts.emplace_back(static_cast<const char*>(from.metadata), from.metadata_size);
  }
  return assigned;
}

uint32_t KafkaSource::FreeSlot() {
  for (uint32_t slot = 0; slot < partitions_.size(); ++slot)
    if (!partitions_[slot].assigned) return slot;
  partitions_.emplace_back();
  return static_cast<uint32_t>(partitions_.size() - 1);
}

void KafkaSource::BeginRevocation(const rd_kafka_topic_partition_list_t* partitions, bool lost) {
  // What was only just assigned never reached flow; it comes anew if it is still ours.
  committed_->Forget();
  revoked_.reset(rd_kafka_topic_partition_list_copy(partitions));
  QueuedEvent queued;
  queued.event.kind = lost ? DeliveryEvent::Kind::kLost : DeliveryEvent::Kind::kRevoked;
  for (uint32_t slot = 0; slot < partitions_.size(); ++slot) {
    Partition& partition = partitions_[slot];
    if (!partition.assigned ||
        rd_kafka_topic_partition_list_find(revoked_.get(), partition.topic.c_str(),
                                           partition.number) == nullptr) {
      continue;
    }
    if (!std::exchange(partition.revoking, true)) ++revoking_count_;
    PartitionEvent revoked;
    revoked.assignment = {slot, partition.epoch};
    queued.partitions.push_back(revoked);
  }
  if (revoking_count_ == 0) return EndRevocation();
  events_->Push(std::move(queued));
}

void KafkaSource::ReleasePartitions(std::span<const Assignment> partitions) {
  for (const Assignment& released : partitions) {
    if (released.slot >= partitions_.size()) continue;
    Partition& partition = partitions_[released.slot];
    if (!partition.assigned || partition.epoch != released.epoch) continue;
    rd_kafka_queue_destroy(partition.queue);
    if (partition.revoking) --revoking_count_;
    partition = {};
  }
  if (revoking_count_ == 0 && revoked_ != nullptr) EndRevocation();
}

void KafkaSource::EndRevocation() {
  const TopicPartitions revoked = std::move(revoked_);
  const std::string failed = ReplyTo(consumer_.get(), Rebalance::kRevoke, revoked.get());
  if (!failed.empty()) events_->Warn("unassign: " + failed);
}

// --- Every Turn
// ------------------------------------------------------------------------------------

void KafkaSource::Serve() {
  if (!consumer_ || closing_) return;
  // Partition queues are not forwarded here: what comes is an error, or a record of a partition
  // whose queue is just being taken over, which is read again from its offset.
  while (rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer_.get(), 0)) {
    if (message->err == RD_KAFKA_RESP_ERR__FATAL) {
      // A consumer's comes this way, not by the callback.
      FailWithFatal(consumer_.get());
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      std::string text =
          fmt::format("consumer: {}{}", rd_kafka_message_errstr(message), HintOf(message->err));
      if (KindOfError(message->err) == ErrorKind::kConfiguration) {
        events_->Fail(ErrorKind::kConfiguration, std::move(text));
      } else {
        events_->Warn(std::move(text));
      }
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_queue_poll_callback(commit_queue_, 0);
  if (std::optional<CommittedOffsets::Answer> answer = committed_->Take())
    has_nothing_ ? LookWhy(std::move(*answer)) : FinishAssignment(std::move(*answer));
}

size_t KafkaSource::Poll(Assignment assignment, std::span<Record> records) {
  if (assignment.slot >= partitions_.size() || records.empty()) return 0;
  Partition& partition = partitions_[assignment.slot];
  if (!partition.assigned || partition.epoch != assignment.epoch) return 0;
  if (batch_.size() < records.size()) batch_.resize(records.size());
  ssize_t count = rd_kafka_consume_batch_queue(partition.queue, 0, batch_.data(), records.size());
  if (count <= 0) return 0;
  size_t taken = Take(partition, batch_.data(), static_cast<size_t>(count), records);
  partition.taken_since_nudge += static_cast<uint32_t>(taken);
  if (nudge_ != nullptr && partition.taken_since_nudge >= nudge_after_) {
    partition.taken_since_nudge = 0;
    nudge_->Nudge(partition.topic, partition.number);
  }
  return taken;
}

size_t KafkaSource::Take(Partition& partition, rd_kafka_message_t** messages, size_t count,
                         std::span<Record> records) {
  size_t taken = 0;
  for (size_t i = 0; i < count; ++i) {
    rd_kafka_message_t* message = messages[i];
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      OnPartitionError(partition, *message);
      rd_kafka_message_destroy(message);
      continue;
    }
    Record& record = records[taken++];
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    record = {};
    record.offset = message->offset;
    record.timestamp_ms = rd_kafka_message_timestamp(message, &type);
    record.has_key = message->key != nullptr;
    record.key = {static_cast<const char*>(message->key), message->key_len};
    record.is_tombstone = message->payload == nullptr;
    record.payload = {static_cast<const char*>(message->payload), message->len};
    record.handle = message;
    partition.next_offset = message->offset + 1;
  }
  return taken;
}

void KafkaSource::OnPartitionError(const Partition& partition, const rd_kafka_message_t& message) {
  std::string text = fmt::format("{}[{}]: {}{}", partition.topic, partition.number,
                                 rd_kafka_message_errstr(&message), HintOf(message.err));
  // A permission that was taken away does not come back by itself.
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    events_->Fail(ErrorKind::kConfiguration, std::move(text));
  } else {
    events_->Warn(std::move(text));
  }
}

size_t KafkaSource::Headers(const Record& record, std::span<Header> into) {
  rd_kafka_headers_t* headers = nullptr;
  auto* message = static_cast<rd_kafka_message_t*>(record.handle);
  if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  size_t count = 0;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  while (rd_kafka_header_get_all(headers, count, &name, &value, &size) ==
         RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (count < into.size()) {
      into[count] = {.name = name,
                     .value = {static_cast<const char*>(value), value != nullptr ? size : 0},
                     .is_null = value == nullptr};
    }
    ++count;
  }
  return count;
}

void KafkaSource::Release(void* handle) {
  rd_kafka_message_destroy(static_cast<rd_kafka_message_t*>(handle));
}

// --- Commits
// ---------------------------------------------------------------------------------------

TopicPartitions KafkaSource::OffsetsOf(const CommitUnit& unit) const {
  TopicPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(unit.offsets.size())));
  for (const CommitOffset& offset : unit.offsets) {
    if (offset.assignment.slot >= partitions_.size()) continue;
    const Partition& partition = partitions_[offset.assignment.slot];
    if (!partition.assigned || partition.epoch != offset.assignment.epoch) continue;
    rd_kafka_topic_partition_t* to =
        rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.number);
    to->offset = offset.offset;
    if (offset.metadata.empty()) continue;
    // librdkafka frees it with the list.
    to->metadata_size = offset.metadata.size();
    to->metadata = std::malloc(to->metadata_size);
    ASLX_CHECK(to->metadata != nullptr);
    std::copy(offset.metadata.begin(), offset.metadata.end(), static_cast<char*>(to->metadata));
  }
  return list;
}

GroupMetadata KafkaSource::Membership() const {
  return GroupMetadata(rd_kafka_consumer_group_metadata(consumer_.get()));
}

void KafkaSource::Commit(const CommitUnit& unit) {
  commit_id_ = unit.id;
  const TopicPartitions list = OffsetsOf(unit);
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (list->cnt > 0) {
    error = rd_kafka_commit_queue(consumer_.get(), list.get(), commit_queue_,
                                  &KafkaSource::OnCommit, this);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  }
  // All of it belonged to dead epochs, or it did not even begin.
  OnCommit(consumer_.get(), error, nullptr, this);
}

void KafkaSource::OnCommit(rd_kafka_t*, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* offsets, void* source) {
  auto* self = static_cast<KafkaSource*>(source);
  std::string reason;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) reason = rd_kafka_err2str(error);
  for (int i = 0; offsets != nullptr && i < offsets->cnt && reason.empty(); ++i) {
    const rd_kafka_topic_partition_t& one = offsets->elems[i];
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR)
      reason = fmt::format("{}[{}]: {}", one.topic, one.partition, rd_kafka_err2str(one.err));
  }
  const bool durable = reason.empty();
  self->events_->EndCommit(self->commit_id_, durable, std::move(reason));
}

// --- The end
// ---------------------------------------------------------------------------------------

void KafkaSource::Close() {
  if (!consumer_ || closing_) return;
  nudge_.reset();
  committed_.reset();
  closing_ = true;
  for (Partition& partition : partitions_)
    if (partition.queue != nullptr) rd_kafka_queue_destroy(partition.queue);
  partitions_.clear();
  rd_kafka_queue_destroy(commit_queue_);
  commit_queue_ = nullptr;
  if (consumer_.CallWithin([](rd_kafka_t* instance) { rd_kafka_consumer_close(instance); })) return;
  // It hangs and may still call back: the link stays behind, and leads nowhere.
  std::lock_guard lock(link_->mutex);
  link_.release()->source = nullptr;
}

KafkaSource::~KafkaSource() {
  Close();
}

int64_t KafkaSource::Lag() const {
  int64_t lag = 0;
  for (const Partition& partition : partitions_) {
    int64_t low = 0;
    int64_t high = 0;
    if (!partition.assigned ||
        rd_kafka_get_watermark_offsets(consumer_.get(), partition.topic.c_str(), partition.number,
                                       &low, &high) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      continue;
    }
    lag += std::max<int64_t>(high - std::max(partition.next_offset, low), 0);
  }
  return lag;
}

std::vector<ReadPosition> KafkaSource::Positions() const {
  std::vector<ReadPosition> positions;
  for (const Partition& partition : partitions_) {
    if (partition.assigned)
      positions.push_back({partition.topic, partition.number, partition.next_offset});
  }
  return positions;
}

}  // namespace aslx
