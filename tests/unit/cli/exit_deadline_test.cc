// The process ends at the deadline with a code that was decided or is asked for, whatever hangs;
// and one that has closed everything in time ends by itself.
#include "pipeline/cli/exit_deadline.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/base/log.h"

namespace aslx {
namespace {

using testing::ExitedWithCode;

constexpr int64_t kShortMs = 20;
constexpr int64_t kNeverMs = 3'600'000;
constexpr const char* kSaid = "the drain limit has passed";

/// What never closes: the end of a scope waits for it.
struct Hangs {
  ~Hangs() {
    for (;;)
      pause();
  }
};

class ExitDeadlineTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // Each death runs in a program of its own: the deadline has a thread.
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    ConfigureLog({});  // to standard error, as `aslx run` has it
  }
};

TEST_F(ExitDeadlineTest, EndsTheProcess_WhenADestructorHangs) {
  EXPECT_EXIT(
      {
        ExitDeadline deadline;  // goes last, as in `aslx run`
        const Hangs hangs;
        deadline.Arm(kShortMs, [] { return 75; });
      },
      ExitedWithCode(75), kSaid);
}

TEST_F(ExitDeadlineTest, TakesTheDecidedCode_WhenOnlyDestructionIsLeft) {
  EXPECT_EXIT(
      {
        ExitDeadline deadline;
        const Hangs hangs;
        deadline.Decide(3);
        deadline.Arm(kShortMs, [] { return 75; });
      },
      ExitedWithCode(3), kSaid);
}

TEST_F(ExitDeadlineTest, KeepsTheFirstLimit_WhenItIsArmedTwice) {
  EXPECT_EXIT(
      {
        ExitDeadline deadline;
        const Hangs hangs;
        deadline.Arm(kShortMs, [] { return 4; });
        deadline.Arm(kNeverMs, [] { return 5; });
      },
      ExitedWithCode(4), kSaid);
}

TEST_F(ExitDeadlineTest, LeavesTheProcessAlone_WhenEverythingClosesInTime) {
  EXPECT_EXIT(
      {
        {
          ExitDeadline deadline;
          deadline.Arm(kNeverMs, [] { return 75; });
        }
        std::_Exit(0);
      },
      ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace aslx
