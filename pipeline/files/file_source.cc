#include "pipeline/files/file_source.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/check.h"

namespace aslx {

Result<std::unique_ptr<FileSource>> FileSource::Open(const std::string& path, Waker* waker) {
  const bool standard_input = path == "-";
  const int fd = standard_input ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about;
  if (fd < 0 || fstat(fd, &about) != 0) {
    const int reason = errno;
    if (fd > STDIN_FILENO) close(fd);
    return Fail(ErrorKind::kConfiguration, "cannot read `" + path + "`: " + std::strerror(reason));
  }
  if (S_ISDIR(about.st_mode)) {
    if (!standard_input) close(fd);
    return Fail(ErrorKind::kConfiguration, "cannot read `" + path + "`: it is a folder");
  }
  const bool may_wait = !S_ISREG(about.st_mode);
  return std::unique_ptr<FileSource>(
      new FileSource(standard_input ? "standard input" : path, fd, may_wait, waker));
}

FileSource::FileSource(std::string path, int fd, bool may_wait, Waker* waker)
    : path_(std::move(path)), fd_(fd), may_wait_(may_wait), waker_(waker), buffer_(SpareBuffer()) {}

FileSource::~FileSource() {
  Watch(false);
  if (fd_ != STDIN_FILENO) close(fd_);
}

size_t FileSource::Poll(std::span<Record> records) {
  size_t count = 0;
  while (count < records.size()) {
    if (TakeLine(&records[count])) {
      ++count;
      continue;
    }
    // What is there already goes first: reading on may take a while.
    if (count > 0 || !Refill()) break;
  }
  return count;
}

void FileSource::Release(void* handle) {
  auto* const buffer = static_cast<Buffer*>(handle);
  ASLX_CHECK(buffer->record_count > 0);
  --buffer->record_count;
}

bool FileSource::TakeLine(Record* record) {
  while (true) {
    const char* const line = buffer_->memory.get() + buffer_->begin;
    const size_t left = buffer_->end - buffer_->begin;
    const auto* const newline = static_cast<const char*>(std::memchr(line, '\n', left));
    const bool whole = newline != nullptr || (at_end_ && left > 0);
    const bool too_long = !whole && left == kBufferBytes;
    if (skipping_) {
      // The rest of a line that was handed out already.
      if (!whole) {
        buffer_->begin = buffer_->end;
        return false;
      }
      buffer_->begin += newline != nullptr ? static_cast<size_t>(newline - line) + 1 : left;
      skipping_ = false;
      continue;
    }
    if (!whole && !too_long) return false;
    const size_t size = newline != nullptr ? static_cast<size_t>(newline - line) : left;
    *record = {};
    record->offset = next_line_++;
    record->payload = {line, size};
    record->handle = buffer_;
    ++buffer_->record_count;
    if (too_long) {
      record->damage = "The line is longer than 1048576 bytes; only those are kept.";
      skipping_ = true;
    }
    buffer_->begin += size + (newline != nullptr ? 1 : 0);
    return true;
  }
}

bool FileSource::Refill() {
  if (at_end_) return false;
  if (may_wait_) {
    pollfd look{fd_, POLLIN, 0};
    const bool ready = poll(&look, 1, 0) > 0;
    Watch(!ready);
    if (!ready) return false;
  }
  const size_t left = buffer_->end - buffer_->begin;
  Buffer* const old = buffer_;
  if (old->end == kBufferBytes || (left == 0 && old->record_count == 0)) {
    buffer_ = SpareBuffer();
    std::memmove(buffer_->memory.get(), old->memory.get() + old->begin, left);
    buffer_->begin = 0;
    buffer_->end = left;
  }
  ssize_t got;
  do {
    got = read(fd_, buffer_->memory.get() + buffer_->end, kBufferBytes - buffer_->end);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    if (errno == EAGAIN) return false;
    failure_ = "reading `" + path_ + "` failed: " + std::strerror(errno);
    return false;
  }
  if (got == 0) at_end_ = true;
  buffer_->end += static_cast<size_t>(got);
  // At the end there may be a last line without a newline.
  return got > 0 || left > 0;
}

FileSource::Buffer* FileSource::SpareBuffer() {
  for (const auto& buffer : buffers_) {
    if (buffer->record_count == 0 && (buffer.get() != buffer_ || buffer->begin == buffer->end)) {
      return buffer.get();
    }
  }
  buffers_.push_back(std::make_unique<Buffer>());
  buffers_.back()->memory = std::make_unique_for_overwrite<char[]>(kBufferBytes);
  return buffers_.back().get();
}

void FileSource::Watch(bool on) {
  if (waker_ == nullptr || !may_wait_ || watching_ == on) return;
  watching_ = on;
  if (on) {
    waker_->Watch(fd_);
  } else {
    waker_->Unwatch(fd_);
  }
}

}  // namespace aslx
