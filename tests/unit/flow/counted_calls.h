// Counts what the path of a record must not do: ask for memory, take a lock.
//
// What it is: the allocator and the locks of pthread, replaced in the program that links it by the
// same with a counter. What it is not: for sanitizers, which replace them themselves; there it
// counts nothing. Locks inside the C library itself (its allocator's) are not seen.
// Who uses it: alloc_test, bench/inprocess/record_path.cc. Thread: any.
#pragma once

#include <cstdint>

namespace aslx {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kCountsCalls = false;
#else
inline constexpr bool kCountsCalls = true;
#endif

/// Since the program began: malloc, calloc, realloc, aligned or not, and what calls them.
uint64_t AllocationCount();
/// Mutexes and read-write locks, taken or tried.
uint64_t LockCount();

}  // namespace aslx
