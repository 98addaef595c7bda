#include "tests/unit/flow/endless_flow.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "runtime/base/check.h"

namespace aslx {

EndlessDelivery::EndlessDelivery(std::span<const std::string_view> events, Guarantee guarantee)
    : events_(events), guarantee_(guarantee) {
  partition_.topic = "events";
  partition_.committed_offset = 0;
}

bool EndlessDelivery::NextEvent(DeliveryEvent* event) {
  if (!assigned_) {
    assigned_ = true;
    event->kind = DeliveryEvent::Kind::kAssigned;
    event->partitions = {&partition_, 1};
    return true;
  }
  if (commit_id_ == 0) return false;
  event->kind = DeliveryEvent::Kind::kCommitted;
  event->commit_id = std::exchange(commit_id_, 0);
  return true;
}

size_t EndlessDelivery::Poll(Assignment, std::span<Record> records) {
  for (Record& record : records) {
    record = {};
    record.payload = events_[static_cast<size_t>(next_offset_) % events_.size()];
    record.offset = next_offset_++;
    record.timestamp_ms = 1;
    record.key = "sensor-7";
    record.has_key = true;
    record.handle = this;
  }
  return records.size();
}

size_t EndlessDelivery::Headers(void*, std::span<Header> into) {
  if (!into.empty()) into[0] = {"trace", "abc", false};
  return 1;
}

ProduceResult EndlessDelivery::TryProduce(const OutputRecord&, DeliveryToken token) {
  if (guarantee_ == Guarantee::kExactlyOnce) {
    // Between Commit and its event nothing is taken; with it every token is the caller's again.
    return commit_id_ != 0 ? ProduceResult::kFull : ProduceResult::kAccepted;
  }
  if (sent_count_ == sent_.size()) return ProduceResult::kFull;
  sent_[sent_count_++] = token;
  return ProduceResult::kAccepted;
}

size_t EndlessDelivery::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  const size_t count = std::min(acknowledgements.size(), sent_count_);
  for (size_t i = 0; i < count; ++i)
    acknowledgements[i] = {sent_[--sent_count_], Acknowledgement::Status::kDelivered, {}};
  return count;
}

void EndlessDelivery::Abort(uint64_t) {
  ASLX_CHECK(!"nothing here fails that a transaction would be given up for");
}

EndlessFlow::EndlessFlow(std::shared_ptr<const Program> program,
                         std::span<const std::string_view> events, Ordering ordering,
                         Guarantee guarantee)
    : delivery_(events, guarantee) {
  spec_.name = "endless";
  spec_.machine_name = "endless";
  spec_.output.topic = "out";
  spec_.ordering = ordering;
  spec_.guarantee = guarantee;
  spec_.commit_interval_ms = 1;
  char folder[] = "/tmp/aslx-endless-XXXXXX";
  ASLX_CHECK(mkdtemp(folder) != nullptr);
  PoisonFileOptions options;
  options.folder = folder;
  options.instance = options.pipeline = "endless";
  options.topics = {"events"};
  auto poison = PoisonFile::Open(options);
  std::filesystem::remove_all(folder);  // the mapping stays
  ASLX_CHECK(poison.has_value());
  poison_ = std::move(*poison);
  auto flow = Flow::Create({&spec_, std::move(program), &delivery_, &tasks_, &completions_,
                            &counters_, poison_->OfWorker(0), WorkerOptions{}});
  ASLX_CHECK(flow.has_value());
  flow_ = std::move(*flow);
}

void EndlessFlow::Turn(int count) {
  for (int i = 0; i < count; ++i) {
    now_ns_ += 100'000;
    flow_->Turn(now_ns_, now_ns_);
  }
}

}  // namespace aslx
