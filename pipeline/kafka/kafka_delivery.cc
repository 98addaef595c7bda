#include "pipeline/kafka/kafka_delivery.h"

#include <algorithm>

#include "pipeline/kafka/kafka_sink.h"
#include "pipeline/kafka/kafka_source.h"
#include "runtime/base/check.h"

namespace aslx {

KafkaDelivery::KafkaDelivery() = default;

KafkaDelivery::~KafkaDelivery() {
  Close();
}

Result<std::unique_ptr<KafkaDelivery>> KafkaDelivery::Make(const KafkaDeliveryOptions& options,
                                                           Waker* waker) {
  std::unique_ptr<KafkaDelivery> delivery(new KafkaDelivery);
  if (options.writes) {
    delivery->sink_ = std::make_unique<KafkaSink>(&delivery->events_, waker);
    if (Result<void> made = delivery->sink_->Start(options.settings); !made)
      return tl::unexpected<Error>(made.error());
    delivery->sink_->Warm(options.sink_topics,
                          std::clamp<int64_t>(options.settings.wait_ms, 100, 5'000));
  }
  if (!options.source_topics.empty()) {
    delivery->source_ = std::make_unique<KafkaSource>(&delivery->events_, waker);
    Result<void> made =
        delivery->source_->Start(options.settings, options.identity, options.source_topics);
    if (!made) return tl::unexpected<Error>(made.error());
  }
  return delivery;
}

bool KafkaDelivery::NextEvent(DeliveryEvent* event) {
  if (source_ != nullptr && events_.empty()) source_->Serve();
  if (events_.empty()) return false;
  // A deque's elements move: the views are made once the event has its place.
  current_ = std::make_unique<QueuedEvent>(std::move(events_.front()));
  events_.pop_front();
  *event = current_->event;
  event->reason = current_->reason;
  event->partitions = current_->partitions;
  return true;
}

size_t KafkaDelivery::Poll(Assignment assignment, std::span<Record> records) {
  return source_ != nullptr ? source_->Poll(assignment, records) : 0;
}

size_t KafkaDelivery::Headers(const Record& record, std::span<Header> into) {
  return KafkaSource::Headers(record, into);
}

void KafkaDelivery::Release(void* handle) {
  KafkaSource::Release(handle);
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

size_t KafkaDelivery::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  return sink_ != nullptr ? sink_->PollDeliveries(acknowledgements) : 0;
}

void KafkaDelivery::Commit(const CommitUnit& unit) {
  ASLX_CHECK(source_ != nullptr);
  source_->Commit(unit);
}

void KafkaDelivery::Abort(uint64_t) {
  ASLX_CHECK(false);  // at least once has no transactions
}

void KafkaDelivery::Close() {
  if (source_ != nullptr) source_->Close();
  if (sink_ != nullptr) sink_->Close();
}

int64_t KafkaDelivery::Lag() const {
  return source_ != nullptr ? source_->Lag() : 0;
}

}  // namespace aslx
