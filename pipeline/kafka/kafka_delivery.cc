#include "pipeline/kafka/kafka_delivery.h"

#include "pipeline/kafka/kafka_sink.h"
#include "pipeline/kafka/kafka_source.h"
#include "runtime/base/check.h"

namespace aslx {

KafkaDelivery::KafkaDelivery() : events_(std::make_unique<EventQueue>()) {}

KafkaDelivery::~KafkaDelivery() {
  Close();
}

Result<std::unique_ptr<KafkaDelivery>> KafkaDelivery::Make(const KafkaDeliveryOptions& options,
                                                           Waker* waker) {
  std::unique_ptr<KafkaDelivery> delivery(new KafkaDelivery);
  if (options.writes) {
    KafkaProducerOptions producer{
        .settings = options.settings, .transactional_id = {}, .waker = waker};
    if (options.transactional)
      producer.transactional_id = options.identity.NameIn(options.settings);
    delivery->sink_ = std::make_unique<KafkaSink>(delivery->events_.get());
    Result<void> made = delivery->sink_->Start(producer, options.sink_topics);
    if (!made) return tl::unexpected<Error>(made.error());
  }
  if (!options.source_topics.empty()) {
    delivery->source_ = std::make_unique<KafkaSource>(delivery->events_.get(), waker);
    Result<void> made =
        delivery->source_->Start(options.settings, options.identity, options.source_topics);
    if (!made) return tl::unexpected<Error>(made.error());
  }
  return delivery;
}

KafkaTransaction* KafkaDelivery::transaction() {
  return sink_ != nullptr ? sink_->transaction() : nullptr;
}

bool KafkaDelivery::NextEvent(DeliveryEvent* event) {
  if (sink_ != nullptr) sink_->Serve();
  if (source_ != nullptr && events_->empty()) source_->Serve();
  if (events_->empty()) return false;
  // A deque's elements move: the views are made once the event has its place.
  current_ = std::make_unique<QueuedEvent>(events_->Pop());
  *event = current_->event;
  event->reason = current_->reason;
  event->partitions = current_->partitions;
  const bool ends_transaction = event->kind == DeliveryEvent::Kind::kCommitted ||
                                event->kind == DeliveryEvent::Kind::kCommitFailed;
  if (ends_transaction && transaction() != nullptr) transaction()->Reopen();
  return true;
}

size_t KafkaDelivery::Poll(Assignment assignment, std::span<Record> records) {
  return source_ != nullptr ? source_->Poll(assignment, records) : 0;
}

size_t KafkaDelivery::Headers(void* handle, std::span<Header> into) {
  return KafkaSource::Headers(handle, into);
}

void KafkaDelivery::Release(void* handle) {
  KafkaSource::Release(handle);
}

void KafkaDelivery::Prefetch(void* handle) {
  KafkaSource::Prefetch(handle);
}

void KafkaDelivery::ReleasePartitions(std::span<const Assignment> partitions) {
  if (source_ != nullptr) source_->ReleasePartitions(partitions);
}

TopicId KafkaDelivery::OpenTopic(std::string_view name) {
  return sink_ != nullptr ? sink_->OpenTopic(name) : kNoTopic;
}

ProduceResult KafkaDelivery::TryProduce(const OutputRecord& output, DeliveryToken token) {
  ASLX_CHECK(sink_ != nullptr);
  return sink_->TryProduce(output, token);
}

ProduceResult KafkaDelivery::Flush() {
  return sink_ != nullptr ? sink_->Flush() : ProduceResult::kAccepted;
}

size_t KafkaDelivery::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  return sink_ != nullptr ? sink_->PollDeliveries(acknowledgements) : 0;
}

void KafkaDelivery::Commit(const CommitUnit& unit) {
  ASLX_CHECK(source_ != nullptr);
  if (transaction() == nullptr) {
    source_->Commit(unit);
  } else {
    if (sink_->Flush() == ProduceResult::kFull) transaction()->Spoil();  // not all of it is in it
    transaction()->Commit(unit.id, source_->OffsetsOf(unit), source_->Membership());
  }
}

void KafkaDelivery::Abort(uint64_t id) {
  ASLX_CHECK(transaction() != nullptr);  // at least once has none
  transaction()->Abort(id);
}

void KafkaDelivery::Close() {
  // The open transaction ends before its offsets' partitions go to others.
  if (sink_ != nullptr) sink_->Close();
  if (source_ != nullptr) source_->Close();
}

int64_t KafkaDelivery::Lag() const {
  return source_ != nullptr ? source_->Lag() : 0;
}

bool KafkaDelivery::answered() const {
  return source_ == nullptr || source_->answered();
}

std::vector<ReadPosition> KafkaDelivery::Positions() const {
  return source_ != nullptr ? source_->Positions() : std::vector<ReadPosition>();
}

}  // namespace aslx
