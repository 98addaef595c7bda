// Nothing on the path of a record that does not suspend allocates or locks: counted beneath
// operator new and std::mutex.
#include <memory>
#include <mutex>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/unit/flow/counted_calls.h"
#include "tests/unit/flow/endless_flow.h"
#include "tests/unit/worker/choosing_program.h"

namespace aslx {
namespace {

class Alloc : public testing::TestWithParam<std::tuple<Ordering, Guarantee>> {};

TEST_P(Alloc, IsZeroForARecordThatRunsThrough) {
  if (!kCountsCalls) return;  // the other builds count
  const std::string_view event =
      R"({"sensor":"s-7","temperature":21.5,"unit":"C","tags":["a","b"]})";
  const auto [ordering, guarantee] = GetParam();
  EndlessFlow flow(ChoosingProgram(), {&event, 1}, ordering, guarantee);
  flow.Turn(200);  // tables and blocks grow to what is in use at once
  const uint64_t allocations = AllocationCount();
  const uint64_t locks = LockCount();
  const uint64_t received = flow.counters().received.value();
  const uint64_t commits = flow.counters().commits.value();
  flow.Turn(1'000);
  EXPECT_EQ(AllocationCount() - allocations, 0u);
  EXPECT_EQ(LockCount() - locks, 0u);
  EXPECT_GT(flow.counters().received.value() - received, 50'000u);
  EXPECT_GT(flow.counters().commits.value() - commits, 50u);
}

INSTANTIATE_TEST_SUITE_P(
    Orderings, Alloc,
    testing::Combine(testing::Values(Ordering::kNone, Ordering::kKey, Ordering::kPartition),
                     testing::Values(Guarantee::kAtLeastOnce, Guarantee::kExactlyOnce)));

TEST(CountedCalls, CountWhatIsCalled) {
  if (!kCountsCalls) return;
  const uint64_t allocations = AllocationCount();
  const uint64_t locks = LockCount();
  const auto asked = std::make_unique<std::mutex>();
  const std::lock_guard taken(*asked);
  EXPECT_EQ(AllocationCount() - allocations, 1u);
  EXPECT_EQ(LockCount() - locks, 1u);
}

}  // namespace
}  // namespace aslx
