#include "pipeline/journal/crash_watch.h"

#include <csignal>
#include <cstddef>
#include <iterator>

#include <unistd.h>

#include "pipeline/journal/poison_layout.h"
#include "runtime/base/check.h"

namespace aslx {
namespace {

constexpr int kCrashSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
// Who had them before; written while no handler is there yet.
struct sigaction former[std::size(kCrashSignals)];

void GiveBack(int signal) {
  for (size_t i = 0; i < std::size(kCrashSignals); ++i)
    if (kCrashSignals[i] == signal) sigaction(signal, &former[i], nullptr);
}

void OnCrash(int signal, siginfo_t* info, void*) {
  // What another process sends hits any thread: it says nothing about what that one executes.
  const bool a_fault = info->si_code > 0;
  const bool by_itself = info->si_code == SI_TKILL && info->si_pid == getpid();
  if (a_fault || by_itself) CrashWatch::MarkThisThread();
  GiveBack(signal);
  // A fault comes again when the instruction is executed again; what was sent has to be sent again.
  if (!a_fault) raise(signal);
}

}  // namespace

CrashWatch::CrashWatch(PoisonMark* ending)
    : ending_(ending), next_(first_.load(std::memory_order_relaxed)) {
  if (next_ == nullptr) {
    struct sigaction action {};
    action.sa_sigaction = &OnCrash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < std::size(kCrashSignals); ++i)
      ASLX_CHECK(sigaction(kCrashSignals[i], &action, &former[i]) == 0);
  }
  // Release: a handler on another thread sees the members with it.
  first_.store(this, std::memory_order_release);
}

CrashWatch::~CrashWatch() {
  EndRun();
  CrashWatch* const first = first_.load(std::memory_order_relaxed);
  if (first == this) {
    first_.store(next_, std::memory_order_release);
  } else {
    CrashWatch* before = first;
    while (before->next_ != this)
      before = before->next_;
    before->next_ = next_;
  }
  if (first != this || next_ != nullptr) return;
  for (const int signal : kCrashSignals)
    GiveBack(signal);
}

void CrashWatch::MarkThisThread() {
  PoisonMark* const inside = inside_.load(std::memory_order_relaxed);
  if (inside == nullptr) return;
  // Relaxed: the reader is the next process.
  inside->store(kCrashedInside, std::memory_order_relaxed);
  for (const CrashWatch* watch = first_.load(std::memory_order_acquire); watch != nullptr;
       watch = watch->next_) {
    // A file whose process had begun to end on purpose keeps that.
    uint32_t none = kEndUnknown;
    watch->ending_->compare_exchange_strong(none, kEndMarked, std::memory_order_relaxed);
  }
}

}  // namespace aslx
