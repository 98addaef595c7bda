// A broker says that the offset to read next is not in its log: because it no longer leads, because
// retention was faster, or because the log was truncated.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "pipeline/kafka/resume_points.h"
#include "tests/unit/kafka/faulty_broker.h"
#include "tests/unit/kafka/small_worker.h"

namespace aslx {
namespace {

bool HasWarning(const SmallWorker& worker, std::string_view part) {
  return std::ranges::any_of(worker.warnings, [&](const std::string& warning) {
    return warning.find(part) != std::string::npos;
  });
}

/// A log that does not have the offset yet is what a leader of the past has, seen from here.
TEST(MissingOffset, ThatTurnsUp_NeitherSkipsNorRepeats_InAnyPartition) {
  constexpr int64_t kBeyond = 20;
  constexpr DeliveryToken kRecords = 400;
  EmbeddedBroker broker;
  ASSERT_TRUE(broker.Start({"in", "out"}, 2).has_value());
  SmallWorker first(broker.brokers(), 0, {"out"});
  first.Until([&] { return first.owned.size() == 2; });
  const CommitOffset beyond[] = {{first.owned.begin()->second, kBeyond, ""}};
  first.delivery->Commit({.id = 1, .offsets = beyond});
  first.Until([&] { return first.commits.count(1) == 1; });
  first.delivery->Close();

  // Payloads are not copied: they outlive the producer.
  std::vector<std::string> texts(kRecords + 1);
  SmallWorker second(broker.brokers(), 1, {"out"});
  second.Until([&] { return HasWarning(second, "asking the leader about offset 20"); });
  TopicId out = second.delivery->OpenTopic("out");
  // Keys spread over both partitions; the other one is read while this one is asked about.
  for (DeliveryToken token = 1; token <= kRecords; ++token) {
    const std::string& text = texts[token] = std::to_string(token);
    second.Produce(out, Keyed(text, Output(text)), token);
    second.TurnOnce();
  }
  second.Until([&] { return second.received.size() >= kRecords - kBeyond; });
  second.Until([&] { return second.acknowledged.size() == kRecords; });
  EXPECT_EQ(second.received.size(), kRecords - kBeyond);
  EXPECT_EQ(std::set<std::string>(second.received.begin(), second.received.end()).size(),
            second.received.size());
  EXPECT_FALSE(HasWarning(second, "truncated"));
  EXPECT_EQ(second.assigned_count, 1);
  EXPECT_EQ(second.revoked_count, 0);
  // The group goes on as if nothing had been.
  SmallWorker third(broker.brokers(), 2, {"out"});
  while (second.owned.size() != 1 || third.owned.size() != 1) {
    second.TurnOnce();
    third.TurnOnce();
  }
}

/// The end is what it was at the first assignment, also for whoever comes after a death.
TEST(StartOffset_Latest, ReadsWhatIsWritten_AfterTheFirstAssignment) {
  FaultyBroker broker;
  SmallWorker first(broker.brokers(), 0, {"out"}, false, "latest");
  TopicId out = first.delivery->OpenTopic("out");
  first.Produce(out, Output("before"), 1);
  first.Until([&] { return first.acknowledged.count(1) == 1 && first.assigned_count == 1; });
  const int64_t end = first.committed[0].first;
  EXPECT_GE(end, 0);
  first.Produce(out, Output("between"), 2);
  first.Until([&] { return first.acknowledged.count(2) == 1; });
  first.delivery->Close();

  SmallWorker second(broker.brokers(), 1, {"out"}, false, "latest");
  second.Until([&] { return second.next.count(0) == 1 && second.next[0] == 2; });
  EXPECT_EQ(second.committed[0].first, end);
  EXPECT_EQ(second.received.count("-=between"), 1u);
}

TEST(MissingOffset, OfRemovedRecords_IsSaid_AndReadingBeginsWithTheLog) {
  FaultyBroker broker;
  {
    SmallWorker worker(broker.brokers(), 0, {"out"});
    TopicId out = worker.delivery->OpenTopic("out");
    worker.Until([&] { return worker.owned.size() == 1; });
    const CommitOffset first[] = {{worker.owned.begin()->second, 0, ""}};
    worker.delivery->Commit({.id = 1, .offsets = first});
    worker.Until([&] { return worker.commits.count(1) == 1; });
    // The broker keeps 5 MiB of a partition.
    const std::string large(900'000, 'x');
    for (DeliveryToken token = 1; token <= 12; ++token) {
      worker.Produce(out, Output(large), token);
      worker.Until([&] { return worker.acknowledged.count(token) == 1; });
    }
    worker.delivery->Close();
  }
  SmallWorker again(broker.brokers(), 1, {"out"});
  again.Until([&] { return again.next.count(0) == 1 && again.next[0] == 12; });
  EXPECT_EQ(again.committed[0].first, 0);
  const auto lost = static_cast<int64_t>(12 - again.received.size());
  ASSERT_GT(lost, 0);
  EXPECT_TRUE(HasWarning(again, "out[0]: RECORDS LOST: offsets 0 to " + std::to_string(lost - 1)));
}

/// As after an election that lost the end of a log.
TEST(MissingOffset, BehindTheEndOfATruncatedLog_IsSaid_AndReadingGoesOnAtItsEnd) {
  FaultyBroker broker;
  {
    SmallWorker worker(broker.brokers(), 0, {"out"});
    worker.Until([&] { return worker.owned.size() == 1; });
    const CommitOffset beyond[] = {{worker.owned.begin()->second, 20, ""}};
    worker.delivery->Commit({.id = 1, .offsets = beyond});
    worker.Until([&] { return worker.commits.count(1) == 1; });
    worker.delivery->Close();
  }
  SmallWorker again(broker.brokers(), 1, {"out"});
  TopicId out = again.delivery->OpenTopic("out");
  again.Until([&] { return HasWarning(again, "out[0]: the log was truncated: it ends at 0"); });
  again.Produce(out, Output("new"), 1);
  again.Until([&] { return !again.received.empty(); });
  EXPECT_EQ(again.received, (std::multiset<std::string>{"-=new"}));
}

struct ResumeCase {
  int64_t offset;
  ResumePoint::Finding finding;
  int64_t resume_at;
};

TEST(ResumePoints_Find, WhatTheLeaderHas) {
  FaultyBroker broker;
  Waker waker;
  KafkaHandle consumer;
  ASSERT_TRUE(
      consumer.Make(RD_KAFKA_CONSUMER, SettingsFor(broker.brokers()), {{"group.id", "g"}}, {})
          .has_value());
  ResumePoints points(consumer.get(), std::chrono::milliseconds(250), &waker);
  const ResumeCase cases[] = {
      {0, ResumePoint::Finding::kThere, 0},
      {7, ResumePoint::Finding::kTruncated, 0},
      {RD_KAFKA_OFFSET_END, ResumePoint::Finding::kThere, RD_KAFKA_OFFSET_END},
  };
  for (const ResumeCase& one : cases) {
    points.Ask({3, 4}, "in", 0, one.offset);
    std::optional<ResumePoint> found;
    while (!(found = points.Take())) {
      waker.PrepareSleep();
      waker.Sleep(100);
      waker.CancelSleep();
    }
    EXPECT_EQ(found->assignment, (Assignment{3, 4}));
    EXPECT_EQ(found->finding, one.finding) << one.offset;
    EXPECT_EQ(found->resume_at, one.resume_at) << one.offset;
  }
}

}  // namespace
}  // namespace aslx
