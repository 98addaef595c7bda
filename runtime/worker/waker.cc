#include "runtime/worker/waker.h"

#include <algorithm>
#include <array>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "runtime/base/check.h"

namespace aslx {
namespace {

// Standard input is the only thing watched today; more than this many would be a mistake.
constexpr size_t kWatchedMax = 7;

}  // namespace

Waker::Waker() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  ASLX_CHECK(fd_ >= 0);
}

Waker::~Waker() {
  close(fd_);
}

void Waker::Ring() {
  const uint64_t one = 1;
  // A full counter (EAGAIN) means that it has been rung already.
  [[maybe_unused]] const ssize_t written = write(fd_, &one, sizeof one);
}

void Waker::Unwatch(int fd) {
  std::erase(watched_, fd);
}

void Waker::Sleep(int timeout_ms) {
  ASLX_CHECK(watched_.size() <= kWatchedMax);
  std::array<pollfd, kWatchedMax + 1> wait_for;
  size_t count = 0;
  wait_for[count++] = {fd_, POLLIN, 0};
  for (const int fd : watched_)
    wait_for[count++] = {fd, POLLIN, 0};
  // Interrupted by a signal: returns early, which is harmless.
  poll(wait_for.data(), count, timeout_ms);
  CancelSleep();
  uint64_t rung;
  [[maybe_unused]] const ssize_t got = read(fd_, &rung, sizeof rung);
}

}  // namespace aslx
