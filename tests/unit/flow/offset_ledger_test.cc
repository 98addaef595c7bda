// The offset ledger against a plain model: whatever the order in which records end, and however
// often the partition changes hands, nothing is lost and what was done is not done again.
#include "pipeline/flow/offset_ledger.h"

#include <deque>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "runtime/base/limits.h"
#include "runtime/base/random.h"

namespace aslx {
namespace {

TEST(LedgerMetadata, RoundTrips) {
  const std::vector<std::vector<OffsetRange>> cases = {
      {},
      {{101, 102}},
      {{100, 101}},
      {{101, 1'000'000'000'000}},
      {{101, 102}, {103, 104}, {105, 106}, {107, 108}, {109, 110}},
      {{150, 151}, {100'000, 200'000}, {300'000, 300'001}},
  };
  for (const auto& done : cases) {
    std::string text;
    EXPECT_TRUE(EncodeDoneRuns(100, done, &text));
    EXPECT_LE(text.size(), limits::kCommitMetadataBytesMax);
    const auto read = DecodeDoneRuns(100, text);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(*read, done) << text;
  }
}

TEST(LedgerMetadata, FollowsTheHolesAndNotTheSpan) {
  std::string text;
  EXPECT_TRUE(EncodeDoneRuns(0, std::vector<OffsetRange>{{1, 15'000'000}}, &text));
  EXPECT_LT(text.size(), 24u) << "one execution that waits at the head costs a few bytes";
}

TEST(LedgerMetadata, KeepsTheLowestRunsWhenNotAllFit) {
  std::vector<OffsetRange> done;
  for (int64_t offset = 1; done.size() < 20'000; offset += 40)
    done.push_back({offset, offset + 1});
  std::string text;
  EXPECT_FALSE(EncodeDoneRuns(0, done, &text));
  EXPECT_LE(text.size(), limits::kCommitMetadataBytesMax);
  const auto read = DecodeDoneRuns(0, text);
  ASSERT_TRUE(read.has_value());
  ASSERT_GT(read->size(), 1'000u);
  EXPECT_TRUE(std::equal(read->begin(), read->end(), done.begin()));
}

TEST(LedgerMetadata, ReadsNothingIntoForeignText) {
  for (const char* text : {"", "some other consumer's note", "asl"}) {
    const auto read = DecodeDoneRuns(5, text);
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_TRUE(read->empty()) << text;
  }
}

TEST(LedgerMetadata, RefusesWhatItDoesNotKnow) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"aslx:2:r:AQE=", "version 2, this engine reads version 1"},
      {"aslx:", "version"},
      {"aslx:1:", "damaged"},
      {"aslx:1:x:AQE=", "damaged"},
      {"aslx:1:r:AQE", "damaged"},
      {"aslx:1:r:A=E=", "damaged"},
      {"aslx:1:r:AQ==", "damaged"},  // a run without an end
      {"aslx:1:r:AQA=", "damaged"},  // an empty run
      {"aslx:1:r://///////////w==", "damaged"},
  };
  for (const auto& c : cases) {
    const auto read = DecodeDoneRuns(5, c.text);
    ASSERT_FALSE(read.has_value()) << c.text;
    EXPECT_EQ(read.error().kind, ErrorKind::kConfiguration);
    EXPECT_NE(read.error().message.find(c.message), std::string::npos) << read.error().message;
  }
}

TEST(OffsetLedger, CommitsTheLowestUnfinishedOffset) {
  OffsetLedger ledger;
  ledger.Begin(10, {});
  LedgerNode nodes[3];
  for (int i = 0; i < 3; ++i) {
    nodes[i].offset = 10 + 2 * i;  // offsets have gaps
    ASSERT_EQ(ledger.Receive(nodes[i].offset), OffsetLedger::Receipt::kNew);
    ledger.Add(&nodes[i]);
  }
  EXPECT_EQ(ledger.commit_point(), 10);
  EXPECT_EQ(ledger.span(), 5u);
  ledger.Finish(&nodes[1]);
  EXPECT_EQ(ledger.commit_point(), 10);
  std::string text;
  EXPECT_TRUE(ledger.Metadata(&text));
  EXPECT_EQ(*DecodeDoneRuns(10, text), (std::vector<OffsetRange>{{11, 14}}));
  ledger.Finish(&nodes[0]);
  EXPECT_EQ(ledger.commit_point(), 14);
  ledger.Finish(&nodes[2]);
  EXPECT_EQ(ledger.commit_point(), 15);
  EXPECT_TRUE(ledger.Metadata(&text));
  EXPECT_EQ(text, "");
}

TEST(OffsetLedger, CarriesRestoredRunsUntilTheyAreReceived) {
  OffsetLedger ledger;
  ledger.Begin(10, {{12, 14}, {20, 30}});
  LedgerNode first;
  first.offset = 10;
  ASSERT_EQ(ledger.Receive(10), OffsetLedger::Receipt::kNew);
  ledger.Add(&first);
  std::string text;
  EXPECT_TRUE(ledger.Metadata(&text));
  EXPECT_EQ(*DecodeDoneRuns(10, text), (std::vector<OffsetRange>{{12, 14}, {20, 30}}));
  EXPECT_EQ(ledger.Receive(12), OffsetLedger::Receipt::kDone);
  EXPECT_TRUE(ledger.Metadata(&text));
  EXPECT_EQ(*DecodeDoneRuns(10, text), (std::vector<OffsetRange>{{11, 14}, {20, 30}}))
      << "11 is a gap: it was passed over";
}

TEST(OffsetLedger, NoticesThatTheLogWasTruncated) {
  OffsetLedger ledger;
  ledger.Begin(10, {});
  EXPECT_EQ(ledger.Receive(10), OffsetLedger::Receipt::kNew);
  EXPECT_EQ(ledger.Receive(9), OffsetLedger::Receipt::kRewound);
}

// A log that is read, finished in random order, committed now and then, and taken over again and
// again from the last commit, as after a crash.
class LedgerWorld {
 public:
  explicit LedgerWorld(uint64_t seed) : random_(seed) {
    for (int64_t offset = 0; log_.size() < 400; offset += 1 + Gap())
      log_.push_back(offset);
    committed_ = log_.front();
  }

  void Run() {
    for (int owner = 0; owner < 6; ++owner) {
      TakeOver();
      for (int step = 0; step < 300; ++step)
        Step();
    }
    TakeOver();
    while (position_ < log_.size() || !in_flight_.empty())
      Step();
    Commit();
    EXPECT_EQ(committed_, log_.back() + 1);
    EXPECT_EQ(metadata_, "");
    EXPECT_EQ(finished_.size(), log_.size()) << "lost";
    EXPECT_EQ(done_again_, 0u) << "done again although a commit said that it was done";
  }

 private:
  int64_t Gap() { return random_.Below(10) == 0 ? static_cast<int64_t>(random_.Below(50)) : 0; }

  void TakeOver() {
    ledger_ = std::make_unique<OffsetLedger>();
    auto done = DecodeDoneRuns(committed_, metadata_);
    ASSERT_TRUE(done.has_value());
    ledger_->Begin(committed_, *done);
    in_flight_.clear();
    known_ = durable_;
    position_ =
        static_cast<size_t>(std::lower_bound(log_.begin(), log_.end(), committed_) - log_.begin());
  }

  void Step() {
    const uint64_t dice = random_.Below(10);
    if (dice < 5 && position_ < log_.size() && in_flight_.size() < 50) {
      Read();
    } else if (dice < 9 && !in_flight_.empty()) {
      auto at = in_flight_.begin();
      // The head waits for long: everything else overtakes it.
      if (in_flight_.size() > 1) {
        std::advance(at, 1 + static_cast<ptrdiff_t>(random_.Below(in_flight_.size() - 1)));
      }
      ledger_->Finish(at->second.get());
      finished_.insert(at->first);
      known_.insert(at->first);
      in_flight_.erase(at);
    } else if (dice == 9) {
      Commit();
    }
  }

  void Read() {
    const int64_t offset = log_[position_++];
    if (ledger_->Receive(offset) == OffsetLedger::Receipt::kDone) {
      EXPECT_TRUE(durable_.contains(offset)) << "skipped without being done: " << offset;
      return;
    }
    if (durable_.contains(offset)) ++done_again_;
    auto node = std::make_unique<LedgerNode>();
    node->offset = offset;
    ledger_->Add(node.get());
    in_flight_.emplace(offset, std::move(node));
  }

  void Commit() {
    EXPECT_TRUE(ledger_->Metadata(&metadata_));
    committed_ = ledger_->commit_point();
    for (const int64_t offset : log_) {
      if (offset < committed_) {
        EXPECT_TRUE(finished_.contains(offset)) << "committed without being done: " << offset;
      }
    }
    durable_ = known_;
  }

  Random random_;
  std::vector<int64_t> log_;
  std::unique_ptr<OffsetLedger> ledger_;
  size_t position_ = 0;
  std::map<int64_t, std::unique_ptr<LedgerNode>> in_flight_;
  std::set<int64_t> finished_;  // in whatever life
  std::set<int64_t> known_;     // to this owner
  std::set<int64_t> durable_;   // and a commit has said so
  int64_t committed_ = 0;
  std::string metadata_;
  size_t done_again_ = 0;
};

TEST(OffsetLedger, LosesAndRepeatsNothingOverTakeOvers) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    LedgerWorld(seed).Run();
    if (testing::Test::HasFailure()) return;
  }
}

// However far apart offsets are: as long as nothing finishes that may not, all that is done fits.
TEST(OffsetLedger, HasRoomForAllThatMayFinish) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const uint64_t gap_max = uint64_t{1} << random.Below(52);
    OffsetLedger ledger;
    ledger.Begin(0, {});
    std::vector<std::unique_ptr<LedgerNode>> in_flight;
    std::string metadata;
    int64_t offset = 0;
    size_t refused = 0;
    for (int step = 0; step < 3'000; ++step) {
      if (random.Below(3) > 0) {
        offset += 1 + static_cast<int64_t>(random.Below(gap_max));
        auto node = std::make_unique<LedgerNode>();
        node->offset = offset;
        ASSERT_EQ(ledger.Receive(offset), OffsetLedger::Receipt::kNew);
        ledger.Add(node.get());
        in_flight.push_back(std::move(node));
      } else if (in_flight.size() > 1) {
        // Not the head: it waits.
        const size_t at = 1 + random.Below(in_flight.size() - 1);
        if (!ledger.MayFinish(in_flight[at].get())) {
          ++refused;
          ledger.Measure();
          continue;
        }
        ledger.Finish(in_flight[at].get());
        in_flight.erase(in_flight.begin() + static_cast<ptrdiff_t>(at));
      }
      ASSERT_TRUE(ledger.Metadata(&metadata)) << "step " << step;
    }
    if (gap_max > uint64_t{1} << 40) {
      EXPECT_GT(refused, 0u) << "there was room for everything";
    }
  }
}

}  // namespace
}  // namespace aslx
