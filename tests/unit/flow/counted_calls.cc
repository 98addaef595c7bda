#include "tests/unit/flow/counted_calls.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>

namespace {
std::atomic<uint64_t> allocation_count{0};
std::atomic<uint64_t> lock_count{0};
}  // namespace

namespace aslx {
uint64_t AllocationCount() {
  return allocation_count.load(std::memory_order_relaxed);
}
uint64_t LockCount() {
  return lock_count.load(std::memory_order_relaxed);
}
}  // namespace aslx

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
namespace {
void Count(std::atomic<uint64_t>& count) {
  count.fetch_add(1, std::memory_order_relaxed);
}
}  // namespace

// The names under which glibc exports what stands behind its own.
extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* memory, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);

void* malloc(size_t bytes) {
  Count(allocation_count);
  return __libc_malloc(bytes);
}
void* calloc(size_t count, size_t bytes) {
  Count(allocation_count);
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, size_t bytes) {
  Count(allocation_count);
  return __libc_realloc(memory, bytes);
}
void* memalign(size_t alignment, size_t bytes) {
  Count(allocation_count);
  return __libc_memalign(alignment, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  Count(allocation_count);
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  Count(allocation_count);
  *memory = __libc_memalign(alignment, bytes);
  return *memory != nullptr ? 0 : ENOMEM;
}
}

// The lock that the program would call had it not this one; found at the first call, which may be
// before main.
#define ASLX_COUNTED_LOCK(name, type)                                   \
  extern "C" int name(type* lock) {                                     \
    Count(lock_count);                                                  \
    static std::atomic<int (*)(type*)> next{nullptr};                   \
    auto* call = next.load(std::memory_order_relaxed);                  \
    if (call == nullptr) {                                              \
      call = reinterpret_cast<int (*)(type*)>(dlsym(RTLD_NEXT, #name)); \
      next.store(call, std::memory_order_relaxed);                      \
    }                                                                   \
    return call(lock);                                                  \
  }
ASLX_COUNTED_LOCK(pthread_mutex_lock, pthread_mutex_t)
ASLX_COUNTED_LOCK(pthread_mutex_trylock, pthread_mutex_t)
ASLX_COUNTED_LOCK(pthread_rwlock_rdlock, pthread_rwlock_t)
ASLX_COUNTED_LOCK(pthread_rwlock_wrlock, pthread_rwlock_t)
ASLX_COUNTED_LOCK(pthread_rwlock_tryrdlock, pthread_rwlock_t)
ASLX_COUNTED_LOCK(pthread_rwlock_trywrlock, pthread_rwlock_t)
#undef ASLX_COUNTED_LOCK
#endif
