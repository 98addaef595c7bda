#include "pipeline/files/file_sink.h"

#include <algorithm>

#include "pipeline/files/envelope.h"

namespace aslx {
namespace {

// A buffer is written when it is this full: few system calls, and still within a processor's cache.
constexpr size_t kBufferBytes = 1'048'576;

}  // namespace

TopicId FileSink::OpenTopic(std::string_view path) {
  for (size_t i = 0; i < targets_.size(); ++i) {
    if (targets_[i].path == path) return static_cast<TopicId>(i);
  }
  Result<OutputFile*> file = files_->Open(path);
  if (!file) return kNoTopic;
  targets_.push_back({std::string(path), *file, path == dead_letter_path_, {}});
  return static_cast<TopicId>(targets_.size() - 1);
}

ProduceResult FileSink::TryProduce(const OutputRecord& output, DeliveryToken token) {
  Target& target = targets_[output.topic];
  if (target.lines.size() >= kBufferBytes && !Flush()) return ProduceResult::kFull;
  AppendLine(target, output);
  buffered_.push_back(token);
  return ProduceResult::kAccepted;
}

void FileSink::AppendLine(Target& target, const OutputRecord& output) {
  if (target.enveloped) {
    AppendEnvelope(output, &target.lines);
  } else {
    const size_t begin = target.lines.size();
    target.lines += output.payload;
    // Newlines in a JSON text are blanks between tokens; in a line they would end it.
    if (output.payload.find_first_of("\n\r") != std::string_view::npos) {
      std::replace_if(
          target.lines.begin() + static_cast<ptrdiff_t>(begin), target.lines.end(),
          [](char c) { return c == '\n' || c == '\r'; }, ' ');
    }
  }
  target.lines += '\n';
}

size_t FileSink::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  Flush();
  const size_t count = std::min(acknowledgements.size(), written_.size() - acknowledged_count_);
  for (size_t i = 0; i < count; ++i) {
    acknowledgements[i] = {
        written_[acknowledged_count_ + i], Acknowledgement::Status::kDelivered, {}};
  }
  acknowledged_count_ += count;
  if (acknowledged_count_ == written_.size()) {
    written_.clear();
    acknowledged_count_ = 0;
  }
  return count;
}

bool FileSink::Flush() {
  if (!failure_.empty()) return false;
  for (Target& target : targets_) {
    if (target.lines.empty()) continue;
    if (Result<void> done = target.file->Write(target.lines); !done) {
      failure_ = done.error().message;
      return false;
    }
    target.lines.clear();
  }
  written_.insert(written_.end(), buffered_.begin(), buffered_.end());
  buffered_.clear();
  return true;
}

}  // namespace aslx
