// How often and how much this process has allocated, as its allocator counts it.
//
// What it is not: a count of its own: without jemalloc, or where that counts nothing, there is
// none.
// A thread's latest ones may be missing for a while (it counts them together), so the difference of
// two readings far apart is what tells.
// Who uses it: LoadRun. Thread: one; all threads are looked at.
#pragma once

#include <cstdint>
#include <optional>

namespace aslx {

struct AllocationCount {
  uint64_t count = 0;
  uint64_t bytes = 0;  // as the allocator rounds them up
};

std::optional<AllocationCount> ReadAllocations();

}  // namespace aslx
