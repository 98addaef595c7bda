// The time that only moves forward, in nanoseconds.
//
// What it is not: the clock of runtime/base, of which nothing is in the programs of this folder.
// Who uses it: forwarder.cc, function_server.cc. Thread: any.
#pragma once

#include <cstdint>

#include <time.h>

namespace aslx::bench {

inline int64_t NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

}  // namespace aslx::bench
