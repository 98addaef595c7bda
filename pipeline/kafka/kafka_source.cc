#include "pipeline/kafka/kafka_source.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"
#include "runtime/base/check.h"

namespace aslx {
namespace {

/// Records that librdkafka keeps ahead on versions that stall (measured: with the nudge this is
/// enough for the rate of a core).
constexpr uint32_t kPrefetchWithNudge = 10'000;
constexpr int kFetchBytes = 256 * 1024;
/// Committed offsets wait for a transaction that its worker left open: its time-out (as configured
/// here), the broker's scan for such (every 10 s unless configured), and a margin. Then a warning
/// says so, and they are asked for again.
constexpr int64_t kScanAndMarginMs = 15'000;
/// For so long the leader must say that its log was truncated. A broker that comes back after its
/// session has ended learns within a second that it leads no more.
constexpr std::chrono::milliseconds kTruncationPatience{10'000};

}  // namespace

Result<void> KafkaSource::Start(const KafkaSettings& settings, const KafkaIdentity& identity,
                                const std::vector<std::string>& topics) {
  topics_ = topics;
  KafkaSettings::Properties defaults = {
      {"group.id", identity.group},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      // A broker's word that an offset is not there may be that of a leader of the past.
      {"auto.offset.reset", "error"},
      // cooperative-sticky aborts the process below 2.3.
      {"partition.assignment.strategy", "range"},
      {"session.timeout.ms", std::to_string(settings.session_timeout_ms)},
      {"heartbeat.interval.ms",
       std::to_string(std::max<int64_t>(settings.session_timeout_ms / 5, 100))},
      {"socket.nagle.disable", "true"},
      // What a broker sends at once for a partition stays in the caches until it was executed: 4 to
      // 6 % of an event's CPU time beside librdkafka's 1 MiB. A larger record comes all the same.
      {"fetch.message.max.bytes", std::to_string(kFetchBytes)},
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
  const auto start = settings.start_offset == "latest" ? CommittedOffsets::Start::kLatest
                                                       : CommittedOffsets::Start::kEarliest;
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
  rd_kafka_queue_io_event_enable(commit_queue_, waker_->fd(), &kQueueBell, sizeof kQueueBell);
  rd_kafka_queue_t* consumer_queue = rd_kafka_queue_get_consumer(consumer_.get());
  rd_kafka_queue_io_event_enable(consumer_queue, waker_->fd(), &kQueueBell, sizeof kQueueBell);
  rd_kafka_queue_destroy(consumer_queue);

  auto* wanted = rd_kafka_topic_partition_list_new(static_cast<int>(topics.size()));
  for (const std::string& topic : topics)
    rd_kafka_topic_partition_list_add(wanted, topic.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer_.get(), wanted);
  rd_kafka_topic_partition_list_destroy(wanted);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Fail(KindOfError(error), fmt::format("subscribe: {}", rd_kafka_err2str(error)));
  committed_ = std::make_unique<CommittedOffsets>(
      consumer_.get(), topics, start, settings.transaction_timeout_ms + kScanAndMarginMs, waker_);
  resume_points_ = std::make_unique<ResumePoints>(consumer_.get(), kTruncationPatience, waker_);
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
    } else if (Partition* partition = FindMissing(*message)) {
      OnOffsetMissing(*partition, *message);
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      std::string text =
          fmt::format("consumer: {}{}", rd_kafka_message_errstr(message), HintOf(message->err));
      if (message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        // It was there at the start: a broker may not know yet of a new topic. A start looks again.
        events_->Fail(ErrorKind::kUnavailable, std::move(text));
      } else if (KindOfError(message->err) == ErrorKind::kConfiguration) {
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
  ResumeReading();
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
    // Read before the partition was assigned anew.
    if (message->offset < partition.next_offset) {
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
    partition.read = true;
  }
  return taken;
}

void KafkaSource::OnPartitionError(Partition& partition, const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    return OnOffsetMissing(partition, message);
  std::string text = fmt::format("{}[{}]: {}{}", partition.topic, partition.number,
                                 rd_kafka_message_errstr(&message), HintOf(message.err));
  // A permission that was taken away does not come back by itself.
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    events_->Fail(ErrorKind::kConfiguration, std::move(text));
  } else {
    events_->Warn(std::move(text));
  }
}

size_t KafkaSource::Headers(void* handle, std::span<Header> into) {
  rd_kafka_headers_t* headers = nullptr;
  auto* message = static_cast<rd_kafka_message_t*>(handle);
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

void KafkaSource::Prefetch(void* handle) {
  // A message is a part of what librdkafka destroys with it: before it lies the rest.
  const auto* const message = static_cast<const char*>(handle);
  for (int at = -192; at <= 64; at += 64)
    __builtin_prefetch(message + at);
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
  resume_points_.reset();
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
      positions.push_back(
          {partition.topic, partition.number, std::max<int64_t>(partition.next_offset, -1)});
  }
  return positions;
}

}  // namespace aslx
