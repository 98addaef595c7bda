// Which thread a crash hits: the line of what it was executing is marked, and nobody else's.
//
// What it is: a handler of SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT. What it is not: an end or a
// report: the signal goes on to whoever had it before, so that exit status and core dump stay as
// they are.
// Who uses it: PoisonFile, one watch each. Thread: made and destroyed on main's; BeginRun and
// EndRun on any, for itself. Memory: refers to what it is given until it is destroyed.
#pragma once

#include <atomic>
#include <cstdint>

namespace aslx {

/// `inside` of a line, and `ending` of a file (poison_layout.h).
using PoisonMark = std::atomic<uint32_t>;

class CrashWatch {
 public:
  /// `ending` becomes kMarked with the first line that is marked, be it of another file of this
  /// process.
  explicit CrashWatch(PoisonMark* ending);
  ~CrashWatch();
  CrashWatch(const CrashWatch&) = delete;
  CrashWatch& operator=(const CrashWatch&) = delete;

  // Relaxed: it is read by a handler on the same thread.
  static void BeginRun(PoisonMark* inside) { inside_.store(inside, std::memory_order_relaxed); }
  static void EndRun() { inside_.store(nullptr, std::memory_order_relaxed); }
  /// What the handler does; async-signal-safe.
  static void MarkThisThread();

 private:
  PoisonMark* ending_;
  CrashWatch* next_;

  // A handler is given nothing: what it needs has to be global.
  static constinit inline std::atomic<CrashWatch*> first_{nullptr};
  static constinit inline thread_local std::atomic<PoisonMark*> inside_{nullptr};
};

}  // namespace aslx
