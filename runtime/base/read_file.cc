#include "runtime/base/read_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace aslx {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Result<std::string> ReadFile(const std::string& path, ErrorKind kind) {
  const auto failed = [&] {
    return Fail(kind, "cannot read " + path + ": " + std::strerror(errno));
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return failed();
  std::string text;
  size_t got = 0;
  do {
    const size_t before = text.size();
    text.resize(before + kReadBytes);
    got = std::fread(text.data() + before, 1, kReadBytes, file.get());
    text.resize(before + got);
  } while (got > 0);
  if (std::ferror(file.get()) != 0) return failed();
  return text;
}

}  // namespace aslx
