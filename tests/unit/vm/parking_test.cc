// What waits: packed and unpacked it is the same, and it is small.
#include "runtime/vm/parking.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/random.h"
#include "runtime/vm/word_packing.h"
#include "tests/unit/vm/scripted_machine.h"

namespace aslx {
namespace {

TEST(WordPacking, TakesWhatWasPut) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const uint64_t zeros_of_ten = random.Below(11);
    std::vector<uint32_t> words(random.Below(200));
    for (uint32_t& word : words) {
      if (random.Below(10) >= zeros_of_ten) word = static_cast<uint32_t>(random.Below(UINT32_MAX));
    }
    WordPacker packer;
    for (size_t at = 0; at < words.size();) {
      const size_t count = std::min<size_t>(words.size() - at, random.Below(50));
      packer.Put(words.data() + at, count * sizeof(uint32_t));
      at += count;
    }
    std::vector<uint32_t> taken(words.size(), 0x55555555);
    WordUnpacker unpacker(packer.words().data());
    for (size_t at = 0; at < taken.size();) {
      const size_t count = std::min<size_t>(taken.size() - at, random.Below(50));
      unpacker.Take(taken.data() + at, count * sizeof(uint32_t));
      at += count;
    }
    ASSERT_EQ(taken, words);
  }
}

TEST(WordPacking, LeavesZerosOut) {
  const std::vector<uint32_t> zeros(64);
  WordPacker packer;
  packer.Put(zeros.data(), zeros.size() * sizeof(uint32_t));
  EXPECT_EQ(packer.words().size(), 2u) << "a mask for each 32";
}

// What an execution waits with is in nobody's way: neither a pooled block, nor the event's text.
TEST(Parking, AnExecutionThatWaitsHoldsOnlyItsEvent) {
  ScriptedMachine machine(
      R"({"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":9,"End":true}}})");
  machine.Start(R"({"a":"0123456789"})");
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  const std::string elsewhere = R"({"a":"abcdefghij"})";
  ParkedExecution* const parked = Park(*machine.execution, elsewhere, machine.context);
  EXPECT_EQ(machine.execution->status, ExecutionStatus::kIdle);
  EXPECT_EQ(machine.pool.taken_count(), 0u);
  Unpark(parked, *machine.execution);
  EXPECT_LT(machine.execution->arena.reserved_bytes(), Execution::kFirstBytes + 512);
  machine.FireNext();
  ASSERT_EQ(machine.Go(), RunResult::kEnded);
  EXPECT_EQ(machine.Output(), elsewhere) << "the text is looked up where it was said to be";
}

// More branches than the table in the execution has room for, some of them over already.
TEST(Parking, KeepsFreeSlotsOfBranchesFree) {
  ScriptedMachine machine(R"({"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{
    "StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
    "Parameters":{"FunctionName":"f","Payload.$":"$"},"OutputPath":"$.Payload","End":true}}},
    "End":true}}})");
  machine.ParkAlways();
  machine.Start("[0,1,2,3,4,5,6,7,8,9]");
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  ASSERT_EQ(machine.calls.size(), 10u);
  for (const size_t i : {3, 0, 9, 4, 8, 1, 2, 7, 5}) {
    ASSERT_TRUE(machine.Answer(machine.calls[i], R"({"Payload":)" + std::to_string(i * i) + "}"));
    ASSERT_EQ(machine.Go(), RunResult::kSuspended);
    EXPECT_FALSE(machine.Answer(machine.calls[i], "1")) << "it is answered";
  }
  ASSERT_TRUE(machine.Answer(machine.calls[6], R"({"Payload":36})"));
  ASSERT_EQ(machine.Go(), RunResult::kEnded);
  EXPECT_EQ(machine.Output(), "[0,1,4,9,16,25,36,49,64,81]");
}

}  // namespace
}  // namespace aslx
