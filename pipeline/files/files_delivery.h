// The Delivery port on NDJSON files, standard input and standard output.
//
// What it is: FileSource and FileSink behind one port. A commit keeps nothing: a second run reads
// everything again. What it is not: a policy; the end of input is reported, and flow ends the
// pipeline.
// Who uses it: pipeline/cli makes one a pipeline and worker. Thread: the worker's.
// Memory: see FileSource and FileSink.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/files/file_sink.h"
#include "pipeline/files/file_source.h"
#include "pipeline/flow/delivery.h"
#include "runtime/base/result.h"

namespace aslx {

struct FilesDeliveryOptions {
  std::vector<std::string> source_paths;  // of this worker; "-" is standard input
  /// It only writes: no end of input is reported. (The source is elsewhere: DeliveryPair.)
  bool reads = true;
  std::string dead_letter_path;  // written as envelopes; empty: none
};

/// The paths that this worker reads: a file is read by one worker.
std::vector<std::string> PathsOfWorker(const std::vector<std::string>& paths, uint32_t worker_index,
                                       uint32_t worker_count);

class FilesDelivery final : public Delivery {
 public:
  /// Opens the sources; the error names the file. `waker` may be null.
  static Result<std::unique_ptr<FilesDelivery>> Make(const FilesDeliveryOptions& options,
                                                     OutputFiles* files, Waker* waker);

  bool NextEvent(DeliveryEvent* event) override;
  size_t Poll(Assignment assignment, std::span<Record> records) override;
  size_t Headers(void* handle, std::span<Header> into) override;
  void Release(void* handle) override;
  void ReleasePartitions(std::span<const Assignment> partitions) override;
  TopicId OpenTopic(std::string_view name) override;
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token) override;
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override;
  void Commit(const CommitUnit& unit) override;
  /// Never called: files know no transactions, and the configuration refuses to ask for them.
  void Abort(uint64_t id) override;
  void Close() override;

 private:
  FilesDelivery(const FilesDeliveryOptions& options, OutputFiles* files);

  bool reads_;
  std::vector<std::unique_ptr<FileSource>> sources_;
  std::vector<PartitionEvent> assigned_;
  FileSink sink_;
  bool assignment_told_ = false;
  bool end_told_ = false;
  bool failure_told_ = false;
  uint64_t commit_id_ = 0;  // not yet told; 0: none
};

}  // namespace aslx
