// The files that pipelines write, shared by the workers of a process: whole lines, never
// interleaved.
//
// What it is not: a buffer (file_sink.h has one a worker); the lock is taken once a buffer.
// Who uses it: FileSink. Thread: any.
// Memory: keeps every file open until the end.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace aslx {

class OutputFile {
 public:
  OutputFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Writes all of `lines`, waiting where the other end of a pipe is slow. Error: nothing more can
  /// be written (disk full, reader gone); a part may have been.
  Result<void> Write(std::string_view lines);

 private:
  std::string path_;
  int fd_;
  std::mutex writing_;
};

class OutputFiles {
 public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  /// Opened for appending and made when it is missing; "-" is standard output. The same path is the
  /// same file.
  Result<OutputFile*> Open(std::string_view path);

 private:
  std::mutex opening_;
  std::map<std::string, std::unique_ptr<OutputFile>, std::less<>> files_;
};

}  // namespace aslx
