// Events from NDJSON files and standard input: a line is a record.
//
// What it is: files as partitions: the path is the topic, the line (from 0) the offset. Every line
// is a record, also an empty one, which is a malformed event; the last line needs no newline. What
// it is not: JSON-aware, or durable: a second run reads everything again. Who uses it:
// FilesDelivery. Thread: the worker's. Memory: records point into buffers of 1 MiB, which are
// reused when all their records are released.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "runtime/base/result.h"
#include "runtime/worker/waker.h"

namespace aslx {

/// A file, or standard input for "-". Invariant: lines before `begin` of the buffer were handed
/// out.
class FileSource {
 public:
  static constexpr size_t kBufferBytes = 1'048'576;

  /// `waker` may be null: then nobody is woken when standard input has more.
  static Result<std::unique_ptr<FileSource>> Open(const std::string& path, Waker* waker);
  ~FileSource();
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  /// 0: nothing now, or at_end().
  size_t Poll(std::span<Record> records);
  /// Of any source's record.
  static void Release(void* handle);

  const std::string& path() const { return path_; }
  bool at_end() const { return at_end_ && buffer_->begin == buffer_->end; }
  /// Not empty: reading failed, and this is why.
  const std::string& failure() const { return failure_; }

 private:
  struct Buffer {
    std::unique_ptr<char[]> memory;
    size_t begin = 0;  // of the first line not handed out
    size_t end = 0;
    uint32_t record_count = 0;  // handed out and not released
  };

  FileSource(std::string path, int fd, bool may_wait, Waker* waker);
  /// The next line, or what there is of one that does not fit; false: not all of a line is here.
  bool TakeLine(Record* record);
  /// Reads on behind what is left; false when nothing came.
  bool Refill();
  Buffer* SpareBuffer();
  void Watch(bool on);

  std::string path_;
  int fd_;
  bool may_wait_;  // a pipe or a terminal: look before reading
  Waker* waker_;
  bool watching_ = false;
  bool at_end_ = false;    // of the file: what is in the buffer is the rest
  bool skipping_ = false;  // the rest of a line that was too long
  int64_t next_line_ = 0;
  std::vector<std::unique_ptr<Buffer>> buffers_;
  Buffer* buffer_;
  std::string failure_;
};

}  // namespace aslx
