// The timer wheel: what is due fires, in order, exactly once; the same as a sorted list would do.
#include "runtime/worker/timer_wheel.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "runtime/base/random.h"

namespace aslx {
namespace {

constexpr int64_t kMs = 1'000'000;

std::vector<uint32_t> FiredAt(TimerWheel& wheel, int64_t now_ns, size_t count_max = SIZE_MAX) {
  std::vector<TimerWheel::Fired> fired;
  wheel.Advance(now_ns, count_max, &fired);
  std::vector<uint32_t> payloads;
  for (const auto& timer : fired)
    payloads.push_back(timer.owner.execution);
  return payloads;
}

TEST(TimerWheel, FiresInOrderOfDueTimeThenOfStart) {
  TimerWheel wheel;
  wheel.Start(5 * kMs, {1, 0, 0});
  wheel.Start(3 * kMs, {2, 0, 0});
  wheel.Start(5 * kMs, {3, 0, 0});
  wheel.Start(5 * kMs - 1, {4, 0, 0});
  wheel.Start(400 * kMs, {5, 0, 0});
  EXPECT_EQ(FiredAt(wheel, 2 * kMs), std::vector<uint32_t>{});
  EXPECT_EQ(FiredAt(wheel, 5 * kMs), (std::vector<uint32_t>{2, 4, 1, 3}));
  EXPECT_EQ(wheel.pending_count(), 1u);
  EXPECT_EQ(FiredAt(wheel, 1000 * kMs), std::vector<uint32_t>{5});
  EXPECT_EQ(wheel.NextNs(), INT64_MAX);
}

TEST(TimerWheel, KeepsWhatIsMoreThanAskedForDue) {
  TimerWheel wheel;
  wheel.Start(5 * kMs, {1, 0, 0});
  wheel.Start(5 * kMs, {2, 0, 0});
  const TimerId third = wheel.Start(5 * kMs, {3, 0, 0});
  wheel.Start(5 * kMs, {4, 0, 0});
  EXPECT_EQ(FiredAt(wheel, 5 * kMs, 2), (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(wheel.pending_count(), 2u);
  EXPECT_EQ(wheel.NextNs(), 5 * kMs) << "there is something to do now";
  wheel.Cancel(third);
  wheel.Start(4 * kMs, {5, 0, 0});
  wheel.Start(6 * kMs, {6, 0, 0});
  EXPECT_EQ(FiredAt(wheel, 6 * kMs, 2), (std::vector<uint32_t>{4, 5})) << "what was due goes first";
  EXPECT_EQ(FiredAt(wheel, 6 * kMs, 2), std::vector<uint32_t>{6});
  EXPECT_EQ(wheel.NextNs(), INT64_MAX);
}

TEST(TimerWheel, NeverFiresEarly) {
  TimerWheel wheel;
  wheel.Start(5 * kMs + 1, {1, 0, 0});
  EXPECT_TRUE(FiredAt(wheel, 5 * kMs).empty());
  EXPECT_TRUE(FiredAt(wheel, 5 * kMs + 1).empty()) << "due times are rounded up to milliseconds";
  EXPECT_EQ(FiredAt(wheel, 6 * kMs).size(), 1u);
}

TEST(TimerWheel, FiresWhatIsOverdueAtTheNextMillisecond) {
  TimerWheel wheel;
  FiredAt(wheel, 100 * kMs);
  wheel.Start(50 * kMs, {7, 0, 0});
  EXPECT_EQ(FiredAt(wheel, 101 * kMs), std::vector<uint32_t>{7});
}

TEST(TimerWheel, KeepsTimersOfYears) {
  TimerWheel wheel;
  const int64_t year_ns = int64_t{365} * 24 * 3600 * 1000 * kMs;
  wheel.Start(30 * year_ns, {1, 0, 0});
  EXPECT_TRUE(FiredAt(wheel, 29 * year_ns).empty());
  EXPECT_EQ(FiredAt(wheel, 30 * year_ns), std::vector<uint32_t>{1});
}

// Random starts, cancels and steps of time of every size, and a few or all fired, beside a sorted
// map.
TEST(TimerWheel, AgreesWithASortedList) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    TimerWheel wheel;
    std::map<std::pair<int64_t, uint32_t>, TimerId> expected;
    int64_t now = 0;
    uint32_t next_payload = 1;
    for (int step = 0; step < 300; ++step) {
      switch (random.Below(3)) {
        case 0: {
          const int64_t due =
              now + kMs + static_cast<int64_t>(random.Below(uint64_t{1} << random.Below(45)));
          expected[{due, next_payload}] = wheel.Start(due, {next_payload, 0, 0});
          ++next_payload;
          break;
        }
        case 1: {
          if (expected.empty()) break;
          auto at = expected.begin();
          std::advance(at, static_cast<ptrdiff_t>(random.Below(expected.size())));
          wheel.Cancel(at->second);
          expected.erase(at);
          break;
        }
        default: {
          const int64_t next = wheel.NextNs();
          ASSERT_TRUE(expected.empty() == (next == INT64_MAX));
          if (!expected.empty()) {
            const int64_t due_at = (expected.begin()->first.first + kMs - 1) / kMs * kMs;
            ASSERT_LE(next, std::max(due_at, now));
          }
          now += static_cast<int64_t>(random.Below(uint64_t{1} << random.Below(44)));
          const size_t count_max = random.Below(2) == 0 ? random.Below(8) : SIZE_MAX;
          std::vector<uint32_t> due;
          while (!expected.empty() && due.size() < count_max &&
                 (expected.begin()->first.first + kMs - 1) / kMs <= now / kMs) {
            due.push_back(expected.begin()->first.second);
            expected.erase(expected.begin());
          }
          ASSERT_EQ(FiredAt(wheel, now, count_max), due);
        }
      }
      ASSERT_EQ(wheel.pending_count(), expected.size());
    }
  }
}

}  // namespace
}  // namespace aslx
