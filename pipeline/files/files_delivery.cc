#include "pipeline/files/files_delivery.h"

#include <algorithm>
#include <utility>

#include "runtime/base/check.h"

namespace aslx {

std::vector<std::string> PathsOfWorker(const std::vector<std::string>& paths, uint32_t worker_index,
                                       uint32_t worker_count) {
  std::vector<std::string> own;
  for (size_t i = worker_index; i < paths.size(); i += worker_count)
    own.push_back(paths[i]);
  return own;
}

FilesDelivery::FilesDelivery(const FilesDeliveryOptions& options, OutputFiles* files)
    : reads_(options.reads), sink_(files, options.dead_letter_path) {}

Result<std::unique_ptr<FilesDelivery>> FilesDelivery::Make(const FilesDeliveryOptions& options,
                                                           OutputFiles* files, Waker* waker) {
  std::unique_ptr<FilesDelivery> delivery(new FilesDelivery(options, files));
  for (const std::string& path : options.source_paths) {
    auto source = FileSource::Open(path, waker);
    if (!source) return tl::unexpected<Error>(source.error());
    delivery->sources_.push_back(std::move(*source));
  }
  for (size_t i = 0; i < delivery->sources_.size(); ++i) {
    PartitionEvent partition;
    partition.assignment = {static_cast<uint32_t>(i), 1};
    partition.topic = delivery->sources_[i]->path();
    partition.committed_offset = 0;
    delivery->assigned_.push_back(partition);
  }
  return delivery;
}

bool FilesDelivery::NextEvent(DeliveryEvent* event) {
  *event = {};
  if (!std::exchange(assignment_told_, true) && !assigned_.empty()) {
    event->kind = DeliveryEvent::Kind::kAssigned;
    event->partitions = assigned_;
    return true;
  }
  if (const uint64_t id = std::exchange(commit_id_, 0); id != 0) {
    event->kind = DeliveryEvent::Kind::kCommitted;
    event->commit_id = id;
    return true;
  }
  std::string_view failure = sink_.failure();
  for (const auto& source : sources_) {
    if (!source->failure().empty()) failure = source->failure();
  }
  if (!failure.empty() && !std::exchange(failure_told_, true)) {
    event->kind = DeliveryEvent::Kind::kFatal;
    event->failure = ErrorKind::kUnavailable;
    event->reason = failure;
    return true;
  }
  if (!reads_ || end_told_) return false;
  end_told_ = std::ranges::all_of(sources_, [](const auto& source) { return source->at_end(); });
  event->kind = DeliveryEvent::Kind::kEndOfInput;
  return end_told_;
}

size_t FilesDelivery::Poll(Assignment assignment, std::span<Record> records) {
  return sources_[assignment.slot]->Poll(records);
}

size_t FilesDelivery::Headers(void* /*handle*/, std::span<Header> /*into*/) {
  return 0;
}

void FilesDelivery::Release(void* handle) {
  FileSource::Release(handle);
}

void FilesDelivery::ReleasePartitions(std::span<const Assignment> /*partitions*/) {}

TopicId FilesDelivery::OpenTopic(std::string_view name) {
  return sink_.OpenTopic(name);
}

ProduceResult FilesDelivery::TryProduce(const OutputRecord& output, DeliveryToken token) {
  return sink_.TryProduce(output, token);
}

size_t FilesDelivery::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  return sink_.PollDeliveries(acknowledgements);
}

void FilesDelivery::Commit(const CommitUnit& unit) {
  commit_id_ = unit.id;
}

void FilesDelivery::Abort(uint64_t) {
  ASLX_CHECK(false);
}

void FilesDelivery::Close() {
  sink_.Flush();
}

}  // namespace aslx
