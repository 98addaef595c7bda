#include "pipeline/files/output_files.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace aslx {

OutputFile::~OutputFile() {
  if (fd_ != STDOUT_FILENO) close(fd_);
}

Result<void> OutputFile::Write(std::string_view lines) {
  const std::lock_guard lock(writing_);
  while (!lines.empty()) {
    const ssize_t written = write(fd_, lines.data(), lines.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Fail(ErrorKind::kUnavailable, "cannot write `" + path_ + "`: " + std::strerror(errno));
    }
    lines.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<OutputFile*> OutputFiles::Open(std::string_view path) {
  const std::lock_guard lock(opening_);
  if (const auto known = files_.find(path); known != files_.end()) return known->second.get();
  std::string name(path);
  const int fd = name == "-" ? STDOUT_FILENO
                             : open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) {
    return Fail(ErrorKind::kConfiguration, "cannot write `" + name + "`: " + std::strerror(errno));
  }
  auto& file = files_[name];
  file = std::make_unique<OutputFile>(name == "-" ? "standard output" : name, fd);
  return file.get();
}

}  // namespace aslx
