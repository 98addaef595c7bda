// Processes that crash while two threads are inside Run: one of them is blamed, and they end as
// they would without the watch.
#include "pipeline/journal/crash_watch.h"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/journal/poison_file.h"

namespace aslx {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr int64_t kGuilty = 4;
constexpr int64_t kInnocent = 5;

class CrashWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/aslx-crash-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<PoisonFile> Open(const char* pipeline) {
    PoisonFileOptions options;
    options.folder = folder_;
    options.instance = "i";
    options.pipeline = pipeline;
    options.topics = {"t"};
    options.worker_count = 2;
    auto opened = PoisonFile::Open(options);
    return opened ? std::move(*opened) : nullptr;
  }

  /// The offsets that are blamed when the next process starts; each with one crash.
  std::vector<int64_t> Blamed(const char* pipeline) {
    const auto file = Open(pipeline);
    std::vector<int64_t> offsets;
    if (file == nullptr) return {-1};
    for (const PoisonSuspect& suspect : file->suspects()) {
      EXPECT_EQ(suspect.crash_count, 1u);
      offsets.push_back(suspect.offset);
    }
    return offsets;
  }

  /// How a process ends that does this, or that is sent `signal` when it stops itself; without core
  /// dumps.
  static int EndOf(const std::function<void()>& what, int signal = 0) {
    const pid_t child = fork();
    if (child == 0) {
      const struct rlimit none {};
      setrlimit(RLIMIT_CORE, &none);
      what();
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, WUNTRACED), child);
    if (WIFSTOPPED(status)) {
      kill(child, signal);
      kill(child, SIGCONT);
      EXPECT_EQ(waitpid(child, &status, 0), child);
    }
    return status;
  }

  /// Ends in `crash` while the second worker of each of two pipelines is inside Run; this thread is
  /// the first one's.
  int EndInsideRun(const std::function<void()>& crash, int signal = 0) {
    return EndOf(
        [&] {
          const auto mine = Open("mine");
          const auto other = Open("other");
          std::atomic<int> inside{0};
          const auto stay_inside = [&inside](PoisonJournal* journal) {
            journal->Enter(0, 0, kInnocent, 1);
            ++inside;
            inside.notify_one();
            for (;;)
              pause();
          };
          std::thread(stay_inside, mine->OfWorker(1)).detach();
          std::thread(stay_inside, other->OfWorker(1)).detach();
          for (int now = inside; now < 2; now = inside)
            inside.wait(now);
          mine->OfWorker(0)->Enter(0, 0, kGuilty, 1);
          crash();
        },
        signal);
  }

  std::string folder_;
};

void StoreToNowhere() {
  // Volatile: nothing is known of the address.
  volatile uintptr_t nowhere = 64;
  *reinterpret_cast<volatile int*>(nowhere) = 1;
}

TEST_F(CrashWatchTest, OnlyTheThreadThatCrashedIsBlamed) {
  const std::function<void()> crashes[] = {
      StoreToNowhere,         [] { abort(); },       [] { __builtin_trap(); },
      [] { raise(SIGSEGV); }, [] { raise(SIGBUS); }, [] { raise(SIGFPE); },
      [] { raise(SIGILL); },
  };
  for (const auto& crash : crashes) {
    SCOPED_TRACE(&crash - crashes);
    EXPECT_EQ(EndInsideRun(crash), EndOf(crash)) << "it does not end as it would";
    EXPECT_THAT(Blamed("mine"), ElementsAre(kGuilty));
    EXPECT_THAT(Blamed("other"), IsEmpty()) << "of another pipeline of the process";
    std::filesystem::remove_all(folder_ + "/i");
  }
}

TEST_F(CrashWatchTest, WhatAnotherProcessSendsTellsNothing) {
  for (const int signal : {SIGKILL, SIGABRT, SIGSEGV}) {
    SCOPED_TRACE(signal);
    const auto stop = [] {
      raise(SIGSTOP);
      for (;;)
        pause();
    };
    EXPECT_EQ(EndInsideRun(stop, signal), EndOf(stop, signal));
    EXPECT_THAT(Blamed("mine"), UnorderedElementsAre(kGuilty, kInnocent));
    EXPECT_THAT(Blamed("other"), ElementsAre(kInnocent));
    std::filesystem::remove_all(folder_ + "/i");
  }
}

TEST_F(CrashWatchTest, ACrashOutsideOfRunTellsNothing) {
  EndInsideRun([&] { std::thread(abort).join(); });
  EXPECT_THAT(Blamed("mine"), UnorderedElementsAre(kGuilty, kInnocent));
}

TEST_F(CrashWatchTest, AnEndOnPurposeStaysOne) {
  EndOf([&] {
    const auto file = Open("mine");
    file->OfWorker(0)->Enter(0, 0, kGuilty, 1);
    file->Pardon();
    abort();
  });
  EXPECT_THAT(Blamed("mine"), IsEmpty());
}

TEST_F(CrashWatchTest, GivesTheSignalsBack) {
  struct sigaction before {};
  struct sigaction meanwhile {};
  struct sigaction after {};
  sigaction(SIGSEGV, nullptr, &before);
  auto first = Open("mine");
  auto second = Open("other");
  sigaction(SIGSEGV, nullptr, &meanwhile);
  EXPECT_NE(meanwhile.sa_sigaction, before.sa_sigaction);
  first.reset();
  second.reset();
  sigaction(SIGSEGV, nullptr, &after);
  EXPECT_EQ(after.sa_sigaction, before.sa_sigaction);
}

}  // namespace
}  // namespace aslx
