// Outputs as lines of NDJSON files and standard output.
//
// What it is: a buffer a file, written when it is full and once a Turn; then its records are
// acknowledged. Dead letters are written as envelopes, an object with key, timestamp, headers and
// the original payload, since a line has no headers. What it is not: durable against a crash of the
// machine (no fsync).
// Who uses it: FilesDelivery. Thread: the worker's. Memory: copies what it is given.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/files/output_files.h"
#include "pipeline/flow/delivery.h"

namespace aslx {

class FileSink {
 public:
  /// What goes to `dead_letter_path` is written as envelopes.
  FileSink(OutputFiles* files, std::string dead_letter_path)
      : files_(files), dead_letter_path_(std::move(dead_letter_path)) {}
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  TopicId OpenTopic(std::string_view path);
  ProduceResult TryProduce(const OutputRecord& output, DeliveryToken token);
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements);
  /// Writes what is buffered. False: failure() says why; what was not written stays buffered.
  bool Flush();
  const std::string& failure() const { return failure_; }

 private:
  struct Target {
    std::string path;
    OutputFile* file = nullptr;
    bool enveloped = false;
    std::string lines;
  };

  void AppendLine(Target& target, const OutputRecord& output);

  OutputFiles* files_;
  std::string dead_letter_path_;
  std::vector<Target> targets_;
  std::vector<DeliveryToken> buffered_;  // in `lines` of some target
  std::vector<DeliveryToken> written_;
  size_t acknowledged_count_ = 0;  // of the written ones
  std::string failure_;
};

}  // namespace aslx
