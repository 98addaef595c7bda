// Whatever happens in whatever order, the promises hold: every input has an outcome (exactly once:
// one), no offset is committed before its outcome was delivered, nothing is left behind at the end,
// and the same seed tells the same story.
#include <set>

#include <gtest/gtest.h>

#include "pipeline/flow/ledger_metadata.h"
#include "runtime/base/random.h"
#include "tests/unit/flow/pipeline_world.h"

namespace aslx {
namespace {

constexpr int32_t kPartitions = 3;
constexpr int kRecords = 120;

std::string EventOf(Random& random) {
  const char* kinds[] = {R"("none")", R"("none")", R"("task")", R"("wait","seconds":2)",
                         R"("fail")"};
  return std::string(R"({"do":)") + kinds[random.Below(5)] + "}";
}

class Chaos {
 public:
  Chaos(uint64_t seed, Ordering ordering, Guarantee guarantee) : random_(seed) {
    world_.spec.ordering = ordering;
    world_.spec.guarantee = guarantee;
    world_.spec.window.records_max = 40;
    world_.spec.window.partition_records_max = 25;
    world_.spec.commit_interval_ms = 200;
    world_.spec.revoke_limit_ms = 1'000;
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      for (int64_t offset = 0; offset < kRecords; ++offset) {
        world_.broker.Produce(partition, EventOf(random_), "k" + std::to_string(random_.Below(5)));
        StoredRecord& record = world_.broker.partitions[partition].back();
        // Gaps, as compaction and transactions leave them.
        record.offset = offset * 3 + static_cast<int64_t>(random_.Below(3));
        // Passed through to every outcome, be it a result or a dead letter.
        record.headers = {
            {"__origin", std::to_string(partition) + "/" + std::to_string(record.offset)}};
      }
    }
  }

  std::string Run() {
    world_.Start(All());
    for (int step = 0; step < 400 && !testing::Test::HasFailure(); ++step) {
      Step();
      Check();
    }
    Recover();
    if (!testing::Test::HasFailure()) CheckEnd();
    return story_;
  }

 private:
  static std::vector<int32_t> All() { return {0, 1, 2}; }

  void Step() {
    const uint64_t dice = random_.Below(100);
    story_ += std::to_string(dice) + " " + std::to_string(world_.broker.written.size()) + "\n";
    FakeDelivery& delivery = *world_.delivery;
    if (dice < 30) {
      AnswerOne();
    } else if (dice < 60) {
      world_.PassMs(static_cast<int64_t>(random_.Below(300)));
    } else if (dice < 68) {
      delivery.FailDelivery(random_.Below(10));
    } else if (dice < 74) {
      delivery.Cork(random_.Below(2) == 0);
    } else if (dice < 80) {
      delivery.HoldAcknowledgements(random_.Below(2) == 0);
    } else if (dice < 84) {
      delivery.FailCommits(random_.Below(2) == 0);
    } else if (dice < 88) {
      delivery.HoldCommits(random_.Below(2) == 0);
    } else if (dice < 90) {
      delivery.Refuse(random_.Below(2) == 0 ? "out" : "dead", random_.Below(3) == 0);
    } else if (dice < 96) {
      Rebalance();
    } else if (dice < 98) {
      world_.Crash(All());
    } else {
      world_.Settle();
    }
  }

  void AnswerOne() {
    if (world_.calls.empty()) return;
    // In any order: the oldest goes to the back now and then.
    if (random_.Below(2) == 0) {
      world_.calls.push_back(world_.calls.front());
      world_.calls.erase(world_.calls.begin());
    }
    world_.Answer(R"({"answer":true})");
  }

  void Rebalance() {
    const auto partition = static_cast<int32_t>(random_.Below(kPartitions));
    if (!world_.delivery->owns(partition)) {
      world_.delivery->Assign({partition});
    } else {
      random_.Below(2) == 0 ? world_.delivery->Revoke({partition})
                            : world_.delivery->Lose({partition});
    }
    world_.Settle();
  }

  /// Offsets of the partition with an outcome that was delivered.
  const std::set<int64_t>& Delivered(int32_t partition) {
    const auto& written = world_.broker.written;
    for (; seen_ < written.size(); ++seen_) {
      const std::string& origin = written[seen_].headers.at("__origin");
      const size_t slash = origin.find('/');
      delivered_[std::stoi(origin.substr(0, slash))].insert(std::stoll(origin.substr(slash + 1)));
    }
    return delivered_[partition];
  }

  /// No offset is committed, at the commit point or above it, before its outcome was delivered.
  void Check() {
    for (const auto& [partition, committed] : world_.broker.committed) {
      const std::set<int64_t>& delivered = Delivered(partition);
      const auto done = DecodeDoneRuns(committed.offset, committed.metadata);
      ASSERT_TRUE(done.has_value());
      for (const StoredRecord& record : world_.broker.partitions[partition]) {
        bool is_done = record.offset < committed.offset;
        for (const OffsetRange& run : *done)
          is_done = is_done || (run.begin <= record.offset && record.offset < run.end);
        if (is_done) {
          ASSERT_TRUE(delivered.contains(record.offset))
              << "committed and not delivered: " << partition << "/" << record.offset;
        }
      }
    }
  }

  void Recover() {
    FakeDelivery& delivery = *world_.delivery;
    delivery.FailDelivery(0);
    delivery.Cork(false);
    delivery.HoldAcknowledgements(false);
    delivery.HoldCommits(false);
    delivery.FailCommits(false);
    delivery.Refuse("out", false);
    delivery.Refuse("dead", false);
    world_.PassMs(5'000);
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      if (!delivery.owns(partition)) delivery.Assign({partition});
    }
    for (int round = 0; round < 2'000 && !AllCommitted(); ++round) {
      while (!world_.calls.empty())
        AnswerOne();
      world_.PassMs(500);
    }
  }

  bool AllCommitted() {
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      if (world_.committed(partition) != world_.broker.partitions[partition].back().offset + 1) {
        return false;
      }
    }
    return true;
  }

  void CheckEnd() {
    EXPECT_TRUE(AllCommitted()) << "not everything was committed at last";
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      EXPECT_EQ(Delivered(partition).size(), static_cast<size_t>(kRecords)) << "lost";
      if (world_.spec.guarantee == Guarantee::kExactlyOnce) {
        EXPECT_EQ(world_.broker.written.size(), static_cast<size_t>(kRecords * kPartitions))
            << "duplicated";
      }
      EXPECT_EQ(world_.broker.committed[partition].metadata, "");
    }
    EXPECT_EQ(world_.counters().in_flight.value(), 0u);
    EXPECT_EQ(world_.counters().in_flight_bytes.value(), 0u);
    EXPECT_EQ(world_.counters().outbox_bytes.value(), 0u);
    EXPECT_EQ(world_.counters().executions.value(), 0u);
    EXPECT_EQ(world_.counters().tasks.value(), 0u);
    EXPECT_EQ(world_.counters().held.value(), 0u);
  }

  Random random_;
  PipelineWorld world_;
  std::string story_;
  std::map<int32_t, std::set<int64_t>> delivered_;
  size_t seen_ = 0;  // of what was written
};

class FlowChaos : public testing::TestWithParam<std::tuple<Ordering, Guarantee>> {
 protected:
  static std::string Tell(uint64_t seed) {
    return Chaos(seed, std::get<0>(GetParam()), std::get<1>(GetParam())).Run();
  }
};

TEST_P(FlowChaos, KeepsItsPromises) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Tell(seed);
    if (HasFailure()) return;
  }
}

TEST_P(FlowChaos, IsTheSameForTheSameSeed) {
  for (const uint64_t seed : {7u, 8u})
    EXPECT_EQ(Tell(seed), Tell(seed)) << "seed " << seed;
}

INSTANTIATE_TEST_SUITE_P(
    Orderings, FlowChaos,
    testing::Combine(testing::Values(Ordering::kNone, Ordering::kKey, Ordering::kPartition),
                     testing::Values(Guarantee::kAtLeastOnce, Guarantee::kExactlyOnce)));

}  // namespace
}  // namespace aslx
