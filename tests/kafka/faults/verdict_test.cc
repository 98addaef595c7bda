// That the audit finds what it is there for: lost, partial, surplus and strange outcomes, and what
// a log's markers make of its batches.
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kafka/faults/log_segments.h"
#include "tests/kafka/faults/tally.h"

namespace aslx::faults {
namespace {

constexpr uint64_t kEvents = 2'000;  // each kind is among them

uint64_t FirstOf(Kind kind) {
  uint64_t number = 0;
  while (KindOf(number) != kind)
    ++number;
  return number;
}

std::string Output(uint64_t number, uint32_t part) {
  return "{\"n\":" + std::to_string(number) + ",\"part\":" + std::to_string(part) + "}";
}

/// Every outcome once, but for what `left_out` says.
Tally FullTally(const std::function<bool(uint64_t number, uint32_t part)>& left_out) {
  Tally tally(kEvents);
  for (uint64_t number = 0; number < kEvents; ++number) {
    Kind kind = KindOf(number);
    for (uint32_t part = 0; part < PartCountOf(kind); ++part)
      if (!left_out(number, part))
        tally.Count(SinkOf(kind, part), Output(number, part), ErrorOf(kind));
  }
  return tally;
}

bool Nothing(uint64_t, uint32_t) {
  return false;
}

TEST(TallyTest, NothingIsFound_WhenEveryOutcomeIsThereOnce) {
  Tally tally = FullTally(Nothing);
  EXPECT_EQ(tally.whole(), VisibleBelow(kEvents));
  EXPECT_EQ(tally.strangers(), 0u);
  EXPECT_EQ(tally.Judge().lost, 0u);
  EXPECT_EQ(tally.Judge().surplus, 0u);
}

TEST(TallyTest, AnOutcomeThatIsMissingOrPartial_IsLost) {
  uint64_t pass = FirstOf(Kind::kPass);
  uint64_t split = FirstOf(Kind::kSplit);
  Tally tally = FullTally([&](uint64_t number, uint32_t part) {
    return number == pass || (number == split && part == 1);
  });
  EXPECT_EQ(tally.Judge().lost, 2u);
  EXPECT_EQ(tally.Judge().first_lost, std::min(pass, split));
}

TEST(TallyTest, AnOutcomeThatComesAgain_IsSurplus) {
  Tally tally = FullTally(Nothing);
  uint64_t split = FirstOf(Kind::kSplit);
  for (uint32_t part = 0; part < kPartsMax; ++part)
    tally.Count(SinkOf(Kind::kSplit, part), Output(split, part), {});
  EXPECT_EQ(tally.Judge().surplus, 1u);
  tally.Count(SinkOf(Kind::kSplit, 1), Output(split, 1), {});
  EXPECT_EQ(tally.Judge().surplus, 2u);
  EXPECT_EQ(tally.Judge().first_surplus, split);
}

TEST(TallyTest, WhatNoEventShouldHaveMade_IsAStranger) {
  Tally tally(kEvents);
  tally.Count(Sink::kSide, Output(FirstOf(Kind::kPass), 0), {});                // another topic
  tally.Count(Sink::kOut, Output(FirstOf(Kind::kDrop), 0), {});                 // should be dropped
  tally.Count(Sink::kOut, Output(kEvents, 0), {});                              // never written
  tally.Count(Sink::kOut, "{}", {});                                            // no number
  tally.Count(Sink::kDead, Output(FirstOf(Kind::kFail), 0), "States.Timeout");  // another error
  EXPECT_EQ(tally.strangers(), 5u);
  EXPECT_EQ(tally.whole(), 0u);
  tally.Count(Sink::kDead, Output(FirstOf(Kind::kPass), 0), "Aslx.PoisonRecord");
  EXPECT_EQ(tally.parked_innocent(), 1u);
}

TEST(EventTest, WhatIsWrittenIsRecognised) {
  std::array<char, kEventBytesMax> buffer;
  for (uint64_t number :
       {uint64_t{0}, uint64_t{999}, FirstOf(Kind::kMalformed), uint64_t{9'999'999}}) {
    std::optional<Identity> identity = IdentityOf(WriteEvent(number, buffer.data()));
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->number, number);
  }
}

/// A segment, batch by batch, as a broker lays it out.
class Segment {
 public:
  explicit Segment(std::filesystem::path path) : file_(path, std::ios::binary) {}
  void Data(int64_t first, int64_t count, int64_t producer, bool transactional) {
    Head(first, count, producer, transactional ? 1 << 4 : 0, 10);
    file_.write("0123456789", 10);
  }
  void Marker(int64_t offset, int64_t producer, bool commit) {
    Head(offset, 1, producer, 1 << 4 | 1 << 5, 16);
    const char record[16] = {30, 0, 0, 0, 8, 0, 0, 0, commit ? '\1' : '\0', 12, 0, 0, 0, 0, 0, 0};
    file_.write(record, sizeof record);
  }

 private:
  void Number(int64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
      file_.put(static_cast<char>(value >> (8 * i)));
  }
  void Head(int64_t first, int64_t count, int64_t producer, int attributes, int record_bytes) {
    Number(first, 8);
    Number(49 + record_bytes, 4);
    Number(0, 4);  // the leader's epoch
    Number(2, 1);
    Number(0, 4);  // the CRC is not looked at
    Number(attributes, 2);
    Number(count - 1, 4);
    Number(0, 8);
    Number(0, 8);
    Number(producer, 8);
    Number(0, 2);
    Number(0, 4);
    Number(count, 4);
  }
  std::ofstream file_;
};

TEST(LogSegmentsTest, MarkersDecideTheFateOfTheirProducersBatches) {
  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "faults-log-segments";
  std::filesystem::create_directories(folder);
  {
    Segment segment(folder / "00000000000000000000.log");
    segment.Data(0, 5, 7, true);
    segment.Data(5, 5, 8, true);
    segment.Marker(10, 7, false);
    segment.Data(11, 1, -1, false);
    segment.Data(12, 2, 7, true);
  }
  {
    Segment segment(folder / "00000000000000000014.log");
    segment.Marker(14, 8, true);
    segment.Marker(15, 7, true);
    segment.Data(16, 4, 8, true);
  }
  std::string error;
  std::vector<BatchFate> batches = ReadLog(folder.string(), &error);
  EXPECT_EQ(error, "");
  std::vector<std::pair<int64_t, Fate>> found;
  for (const BatchFate& batch : batches)
    found.emplace_back(batch.last_offset, batch.fate);
  EXPECT_THAT(found, testing::ElementsAre(
                         testing::Pair(4, Fate::kAborted), testing::Pair(9, Fate::kCommitted),
                         testing::Pair(11, Fate::kPlain), testing::Pair(13, Fate::kCommitted),
                         testing::Pair(19, Fate::kOpen)));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace aslx::faults
