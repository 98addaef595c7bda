#include "tests/sim/sim_delivery.h"

#include <utility>

namespace aslx::sim {

bool SimDelivery::NextEvent(DeliveryEvent* event) {
  if (!site_->process->Call() || site_->events.empty()) return false;
  if (site_->events.front().ends_transaction && !producer_.may_hand_out_end()) return false;
  current_ = std::move(site_->events.front());
  site_->events.pop_front();
  if (current_.ends_transaction) producer_.HandOutEnd();
  *event = current_.event;
  event->partitions = current_.partitions;
  if (event->kind == DeliveryEvent::Kind::kCommitted) site_->watch->Committed();
  if (event->kind == DeliveryEvent::Kind::kRevoked) site_->watch->Revoked(*site_->mono_ns);
  if (commit_under_way_ == event->commit_id) commit_under_way_.reset();
  return true;
}

size_t SimDelivery::Poll(Assignment assignment, std::span<Record> records) {
  return site_->process->Call() ? consumer_.Poll(assignment, records) : 0;
}

size_t SimDelivery::Headers(void* handle, std::span<Header> into) {
  return consumer_.Headers(handle, into);
}

void SimDelivery::Release(void* handle) {
  consumer_.Release(handle);
}

void SimDelivery::ReleasePartitions(std::span<const Assignment> partitions) {
  if (!site_->process->Call()) return;
  for (const Assignment& assignment : partitions) {
    const int32_t partition = consumer_.PartitionOf(assignment);
    if (partition >= 0 && producer_.HasRecordOf(partition)) {
      site_->world->story.Break("{}: partition {} is given back with records in a transaction",
                                site_->name, partition);
    }
  }
  consumer_.ReleasePartitions(partitions);
}

TopicId SimDelivery::OpenTopic(std::string_view name) {
  return site_->world->logs.Open(name);
}

ProduceResult SimDelivery::TryProduce(const OutputRecord& output, DeliveryToken token) {
  // Who has died in the middle of a Turn goes on to its end, and nobody hears of it.
  return site_->process->Call() ? producer_.TryProduce(output, token) : ProduceResult::kFull;
}

ProduceResult SimDelivery::Flush() {
  return site_->process->Call() ? producer_.Flush() : ProduceResult::kFull;
}

size_t SimDelivery::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  if (!site_->process->Call()) return 0;
  const size_t count = producer_.PollDeliveries(acknowledgements);
  if (count > 0 && !site_->events.empty()) site_->wake();
  return count;
}

void SimDelivery::Commit(const CommitUnit& unit) {
  if (!site_->process->Call()) return;
  if (commit_under_way_.has_value()) {
    site_->world->story.Break("{}: two commits at once", site_->name);
  }
  commit_under_way_ = unit.id;
  if (exactly_once()) {
    producer_.Commit(unit.id, consumer_.Translate(unit));
  } else {
    consumer_.Commit(unit);
  }
}

void SimDelivery::Abort(uint64_t id) {
  if (!site_->process->Call()) return;
  if (commit_under_way_.has_value() || !exactly_once()) {
    site_->world->story.Break("{}: an abort while a commit is under way", site_->name);
  }
  commit_under_way_ = id;
  producer_.Abort(id);
}

void SimDelivery::Close() {
  if (!site_->process->Call()) return;
  site_->world->story.Tell(site_->name, "is closed");
  producer_.Close();
  consumer_.Close();
}

}  // namespace aslx::sim
