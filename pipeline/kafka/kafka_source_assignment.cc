// Which partitions a KafkaSource reads, and from where: rebalances, and offsets that are not there.
#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"
#include "pipeline/kafka/kafka_source.h"
#include "runtime/base/check.h"

namespace aslx {
namespace {

enum class Rebalance : uint8_t { kAssign, kRevoke };

bool IsCooperative(rd_kafka_t* consumer) {
  const char* protocol = rd_kafka_rebalance_protocol(consumer);  // null at the end of the instance
  return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
}

/// librdkafka's answer to a rebalance: all partitions at once, or one by one where the assignor is
/// cooperative. Returns what went wrong, else nothing.
std::string ReplyTo(rd_kafka_t* consumer, Rebalance what,
                    const rd_kafka_topic_partition_list_t* partitions) {
  const bool assign = what == Rebalance::kAssign;
  if (IsCooperative(consumer)) {
    const KafkaError error(assign ? rd_kafka_incremental_assign(consumer, partitions)
                                  : rd_kafka_incremental_unassign(consumer, partitions));
    return error != nullptr ? rd_kafka_error_string(error.get()) : "";
  }
  const rd_kafka_resp_err_t error = rd_kafka_assign(consumer, assign ? partitions : nullptr);
  return error != RD_KAFKA_RESP_ERR_NO_ERROR ? rd_kafka_err2str(error) : "";
}

}  // namespace

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

void KafkaSource::BeginAssignment(const rd_kafka_topic_partition_list_t* partitions) {
  has_nothing_ = false;
  assigning_ = true;
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
    return AskAgain(answer, rd_kafka_err2str(answer.error));
  }
  if (answer.error == RD_KAFKA_RESP_ERR_NO_ERROR && answer.starts != nullptr)
    return CommitStarts(std::move(answer));
  ++epoch_;
  const rd_kafka_topic_partition_list_t& list = *answer.partitions;
  QueuedEvent queued;
  queued.event.kind = DeliveryEvent::Kind::kAssigned;
  for (int i = 0; i < list.cnt; ++i) {
    rd_kafka_topic_partition_t& from = list.elems[i];
    if (IsRefused(answer, from)) return;
    queued.partitions.push_back(Adopt(from, &queued));
    if (from.offset < 0) from.offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  const std::string failed = ReplyTo(consumer_.get(), Rebalance::kAssign, &list);
  assigning_ = false;
  answered_ = true;
  if (!failed.empty()) {
    events_->Fail(ErrorKind::kUnavailable, "assign: " + failed);
  } else if (!queued.partitions.empty()) {
    events_->Push(std::move(queued));
  }
}

void KafkaSource::AskAgain(const CommittedOffsets::Answer& answer, std::string_view why) {
  events_->Warn(fmt::format("committed offsets: {}; asking again", why));
  committed_->AskAgain(answer.partitions.get());
}

/// Where reading begins is committed before it does: a process that dies before its first commit
/// would else begin again at what is the end then. By the thread that answers rebalances: so none
/// is committed that has gone to another member meanwhile.
void KafkaSource::CommitStarts(CommittedOffsets::Answer answer) {
  const rd_kafka_resp_err_t error = rd_kafka_commit_queue(
      consumer_.get(), answer.starts.get(), commit_queue_, &KafkaSource::OnStartsCommitted, this);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return AskAgain(answer, rd_kafka_err2str(error));
  ++start_commit_count_;
  starting_ = std::move(answer);
}

void KafkaSource::OnStartsCommitted(rd_kafka_t*, rd_kafka_resp_err_t error,
                                    rd_kafka_topic_partition_list_t* offsets, void* source) {
  auto* self = static_cast<KafkaSource*>(source);
  // What was revoked meanwhile is asked for anew, by whoever has it.
  if (--self->start_commit_count_ > 0 || !self->starting_) return;
  CommittedOffsets::Answer answer = std::move(*self->starting_);
  self->starting_.reset();
  for (int i = 0; offsets != nullptr && i < offsets->cnt; ++i)
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = offsets->elems[i].err;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR && KindOfError(error) == ErrorKind::kUnavailable)
    return self->AskAgain(answer, rd_kafka_err2str(error));
  answer.error = error;
  const TopicPartitions starts = std::move(answer.starts);
  for (int i = 0; i < starts->cnt; ++i) {
    const rd_kafka_topic_partition_t& start = starts->elems[i];
    rd_kafka_topic_partition_list_find(answer.partitions.get(), start.topic, start.partition)
        ->offset = start.offset;
  }
  self->FinishAssignment(std::move(answer));
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
    committed_->AskAgain(answer.partitions.get());
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
  rd_kafka_queue_io_event_enable(partition.queue, waker_->fd(), &kQueueBell, sizeof kQueueBell);
  PartitionEvent assigned;
  assigned.assignment = {slot, epoch_};
  assigned.topic = owner->texts.emplace_back(from.topic);
  assigned.partition = from.partition;
  assigned.committed_offset = from.offset >= 0 ? from.offset : -1;
  partition.next_offset = from.offset >= 0 ? from.offset : RD_KAFKA_OFFSET_BEGINNING;
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
  starting_.reset();
  assigning_ = false;
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

// --- An offset that is not there
// -------------------------------------------------------------------

/// The partition whose next offset is not there by this message; null: it is about something else.
KafkaSource::Partition* KafkaSource::FindMissing(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || message.rkt == nullptr) return nullptr;
  for (Partition& partition : partitions_) {
    if (partition.assigned && partition.number == message.partition &&
        partition.topic == rd_kafka_topic_name(message.rkt)) {
      return &partition;
    }
  }
  return nullptr;
}

/// librdkafka does not read the partition any more from here on.
void KafkaSource::OnOffsetMissing(Partition& partition, const rd_kafka_message_t& message) {
  if (std::exchange(partition.missing, true)) return;
  // Behind the last record there may be some that nobody is given, such as ends of transactions.
  // A message of a logical offset has a negative number.
  if (message.offset >= 0) partition.next_offset = std::max(partition.next_offset, message.offset);
  events_->Warn(fmt::format("{}[{}]: {}; asking the leader about offset {}", partition.topic,
                            partition.number, rd_kafka_message_errstr(&message),
                            partition.next_offset));
  const auto slot = static_cast<uint32_t>(&partition - partitions_.data());
  resume_points_->Ask({slot, partition.epoch}, partition.topic, partition.number,
                      partition.next_offset);
}

void KafkaSource::ResumeReading() {
  // librdkafka would take it for the answer to a rebalance that is under way.
  if (revoked_ != nullptr || assigning_) return;
  const TopicPartitions again(rd_kafka_topic_partition_list_new(1));
  while (std::optional<ResumePoint> point = resume_points_->Take())
    Resume(*point, again.get());
  if (again->cnt == 0) return;
  const std::string failed = AssignAgain(again.get());
  if (!failed.empty()) events_->Fail(ErrorKind::kUnavailable, "assign again: " + failed);
}

void KafkaSource::Resume(const ResumePoint& point, rd_kafka_topic_partition_list_t* again) {
  if (point.assignment.slot >= partitions_.size()) return;
  Partition& partition = partitions_[point.assignment.slot];
  if (!partition.assigned || partition.epoch != point.assignment.epoch) return;
  if (point.finding == ResumePoint::Finding::kRemoved) {
    events_->Warn(fmt::format(
        "{}[{}]: RECORDS LOST: offsets {} to {} were removed by retention before they were read; "
        "reading goes on at {}, where the log begins",
        point.topic, point.partition, point.offset, point.resume_at - 1, point.resume_at));
  } else if (point.finding == ResumePoint::Finding::kTruncated) {
    std::string text =
        fmt::format("{}[{}]: the log was truncated: it ends at {}, and was read up to {}",
                    point.topic, point.partition, point.resume_at, point.offset);
    // What is in flight may be of records that are no more, or are: the commit knows where to begin
    // again, as after a crash.
    if (partition.read) return events_->Fail(ErrorKind::kUnavailable, std::move(text));
    events_->Warn(text + "; reading goes on at its end");
  }
  partition.missing = false;
  partition.next_offset = point.resume_at;
  rd_kafka_topic_partition_list_add(again, point.topic.c_str(), point.partition)->offset =
      point.resume_at;
}

/// A seek would do by its description, but 2.0.2 never fetches after one. Returns what went wrong.
std::string KafkaSource::AssignAgain(const rd_kafka_topic_partition_list_t* partitions) {
  if (IsCooperative(consumer_.get())) {
    KafkaError error(rd_kafka_incremental_unassign(consumer_.get(), partitions));
    if (error == nullptr) error.reset(rd_kafka_incremental_assign(consumer_.get(), partitions));
    return error != nullptr ? rd_kafka_error_string(error.get()) : "";
  }
  // The other assignors allow an assignment as a whole only: what was fetched ahead for the others
  // is fetched again. Those whose leader is still being asked are left out.
  const TopicPartitions all(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
  for (const Partition& partition : partitions_) {
    if (!partition.assigned || partition.missing) continue;
    rd_kafka_topic_partition_list_add(all.get(), partition.topic.c_str(), partition.number)
        ->offset = partition.next_offset;
  }
  return ReplyTo(consumer_.get(), Rebalance::kAssign, all.get());
}

}  // namespace aslx
