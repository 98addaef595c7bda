// The Delivery port against the embedded broker: what is written comes back, commits carry their
// metadata, rebalances move partitions with new epochs, what is refused is said.
#include "pipeline/kafka/kafka_delivery.h"

#include <sstream>

#include "pipeline/kafka/kafka_producer.h"
#include "pipeline/kafka/kafka_sink.h"
#include "pipeline/kafka/property_check.h"
#include "pipeline/kafka/startup_check.h"
#include "pipeline/kafka/topic_feed.h"
#include "tests/unit/kafka/faulty_broker.h"
#include "tests/unit/kafka/small_worker.h"

namespace aslx {
namespace {

class KafkaDeliveryTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<void> started = broker_.Start({"in", "out"}, 2);
    ASSERT_TRUE(started.has_value()) << started.error().message;
  }
  EmbeddedBroker broker_;
};

TEST_F(KafkaDeliveryTest, Records_ComeBack_AsTheyWereWritten) {
  SmallWorker worker(broker_.brokers(), 0, {"out"});
  TopicId out = worker.delivery->OpenTopic("out");
  ASSERT_NE(out, kNoTopic);
  EXPECT_EQ(worker.delivery->OpenTopic("out"), out);
  const Header headers[] = {{"h", "1", false}, {"empty", "", false}, {"none", {}, true}};
  OutputRecord timed = Keyed("k", Output("{}", headers));
  timed.timestamp_ms = 1'234'567;
  OutputRecord tombstone = Keyed("t", Output({}, headers));
  tombstone.is_tombstone = true;
  worker.Produce(out, Output("plain"), 1);
  worker.Produce(out, timed, 2);
  worker.Produce(out, Keyed("", Output("")), 3);
  worker.Produce(out, tombstone, UINT64_MAX);
  worker.Until([&] { return worker.received.size() == 4 && worker.acknowledged.size() == 4; });
  EXPECT_EQ(worker.received, (std::multiset<std::string>{"-=plain", "k={} h:1 empty: none:null",
                                                         "=", "t=tombstone h:1 empty: none:null"}));
  EXPECT_TRUE(worker.timestamps.count(1'234'567) == 1);
  for (const auto& [token, status] : worker.acknowledged)
    EXPECT_EQ(status, Acknowledgement::Status::kDelivered) << token;
}

TEST_F(KafkaDeliveryTest, HeadersOfARecord_AreTakenOver_AsOftenAsAnOutputIsWritten) {
  SmallWorker worker(broker_.brokers(), 0, {"in", "out"});
  ASSERT_TRUE(worker.delivery->passes_headers());
  TopicId in = worker.delivery->OpenTopic("in");
  TopicId out = worker.delivery->OpenTopic("out");
  const Header headers[] = {{"h", "1", false}, {"empty", "", false}, {"none", {}, true}};
  const Header own[] = {{"own", "2", false}};
  DeliveryToken token = 0;
  worker.on_record = [&](const Record& record) {
    if (record.payload != "with" && record.payload != "without") return;
    OutputRecord output = Output("again");
    output.headers_of = record.handle;
    worker.Produce(out, output, ++token);
    output.payload = "and own";
    output.headers = own;
    worker.Produce(out, output, ++token);
  };
  worker.Produce(in, Output("with", headers), ++token);
  worker.Produce(in, Output("without"), ++token);
  worker.Until([&] { return worker.received.size() == 6 && worker.acknowledged.size() == 6; });
  EXPECT_EQ(worker.received,
            (std::multiset<std::string>{
                "-=with h:1 empty: none:null", "-=without", "-=again h:1 empty: none:null",
                "-=again", "-=and own h:1 empty: none:null own:2", "-=and own own:2"}));
}

TEST_F(KafkaDeliveryTest, RecordsOfACall_AndOnesBetweenThem_StayInOrder) {
  SmallWorker worker(broker_.brokers(), 0, {"out"});
  TopicId out = worker.delivery->OpenTopic("out");
  const Header headers[] = {{"h", "1", false}};
  constexpr size_t kCount = 2'000;  // several calls' worth
  std::vector<std::string> sent;
  for (size_t i = 0; i < kCount; ++i)
    sent.push_back(std::to_string(i));
  for (size_t i = 0; i < kCount; ++i) {
    OutputRecord output = Keyed("k", i % 300 == 7 ? Output(sent[i], headers) : Output(sent[i]));
    output.topic = out;
    ASSERT_EQ(worker.delivery->TryProduce(output, i), ProduceResult::kAccepted);
  }
  ASSERT_EQ(worker.delivery->Flush(), ProduceResult::kAccepted);
  worker.Until(
      [&] { return worker.payloads.size() == kCount && worker.acknowledged.size() == kCount; });
  EXPECT_EQ(worker.payloads, sent);
}

TEST_F(KafkaDeliveryTest, WhatAFullQueueDoesNotTake_FollowsInOrder) {
  SmallWorker worker(broker_.brokers(), 0, {"out"}, false, "earliest",
                     {{"queue.buffering.max.messages", "10"}});
  TopicId out = worker.delivery->OpenTopic("out");
  constexpr size_t kCount = 1'500;
  std::vector<std::string> sent;
  for (size_t i = 0; i < kCount; ++i)
    sent.push_back(std::to_string(i));
  bool was_full = false;
  for (size_t i = 0; i < kCount;) {
    OutputRecord output = Keyed("k", Output(sent[i]));
    output.topic = out;
    if (worker.delivery->TryProduce(output, i) == ProduceResult::kAccepted) {
      ++i;
    } else {
      was_full = true;
      worker.TurnOnce();
    }
  }
  while (worker.delivery->Flush() == ProduceResult::kFull)
    worker.TurnOnce();
  EXPECT_TRUE(was_full);
  worker.Until(
      [&] { return worker.payloads.size() == kCount && worker.acknowledged.size() == kCount; });
  EXPECT_EQ(worker.payloads, sent);
}

TEST_F(KafkaDeliveryTest, OutputsThatCannotBeWritten_AreRefused) {
  SmallWorker worker(broker_.brokers(), 0, {"in"});
  std::string large(2'000'000, 'x');
  worker.Produce(worker.delivery->OpenTopic("out"), Output(large), 7);
  worker.Until([&] { return worker.acknowledged.size() == 1; });
  EXPECT_EQ(worker.acknowledged[7], Acknowledgement::Status::kRefused);
}

std::string MessageTimeoutOf(KafkaProducerOptions options) {
  Waker waker;
  options.waker = &waker;
  auto made = KafkaProducer::Make(options);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  char text[32];
  size_t size = sizeof text;
  EXPECT_EQ(rd_kafka_conf_get(rd_kafka_conf((*made)->get()), "message.timeout.ms", text, &size),
            RD_KAFKA_CONF_OK);
  return text;
}

/// What is given up comes behind what was sent after it.
TEST(AtLeastOnceProducer, NeverGivesARecordUp_UnlessItIsToldTo) {
  KafkaProducerOptions options{SettingsFor("127.0.0.1:1"), "", nullptr};
  EXPECT_EQ(MessageTimeoutOf(options), "0");
  options.settings.producer_properties = {{"message.timeout.ms", "4321"}};
  EXPECT_EQ(MessageTimeoutOf(options), "4321");
}

TEST(AtLeastOnceProducer, DoesNotWaitForATopicThatIsNotThere) {
  FaultyBroker broker;
  broker.LoseTopic("gone");
  Waker waker;
  EventQueue events;
  KafkaSink sink(&events);
  KafkaProducerOptions options{SettingsFor(broker.brokers()), "", &waker};
  options.settings.wait_ms = 100;
  options.settings.producer_properties = {{"topic.metadata.propagation.max.ms", "100"}};
  ASSERT_TRUE(sink.Start(options, {}).has_value());
  OutputRecord record = Output("x");
  record.topic = sink.OpenTopic("gone");
  ASSERT_EQ(sink.TryProduce(record, 1), ProduceResult::kAccepted);
  ASSERT_EQ(sink.Flush(), ProduceResult::kAccepted);
  Acknowledgement acknowledgement;
  while (sink.PollDeliveries({&acknowledgement, 1}) == 0) {
    waker.PrepareSleep();
    waker.Sleep(100);
    waker.CancelSleep();
  }
  EXPECT_EQ(acknowledgement.status, Acknowledgement::Status::kRefused);
}

TEST_F(KafkaDeliveryTest, Commits_ComeBack_WithTheirMetadata) {
  {
    SmallWorker worker(broker_.brokers(), 0, {"out"});
    TopicId out = worker.delivery->OpenTopic("out");
    for (DeliveryToken token = 1; token <= 20; ++token)
      worker.Produce(out, Output("x"), token);
    worker.Until([&] { return worker.received.size() == 20; });
    std::vector<CommitOffset> offsets;
    for (const auto& [slot, assignment] : worker.owned)
      offsets.push_back(
          {assignment, worker.next.count(slot) != 0 ? worker.next[slot] : 0, "v1 meta"});
    // One of a dead epoch is left out.
    offsets.push_back({{0, worker.owned.begin()->second.epoch + 1}, 999, ""});
    worker.delivery->Commit({.id = 5, .offsets = offsets});
    worker.Until([&] { return worker.commits.count(5) == 1; });
    EXPECT_EQ(worker.delivery->Lag(), 0);
    worker.delivery->Close();
  }
  SmallWorker again(broker_.brokers(), 0, {"out"});
  again.Until([&] { return again.assigned_count == 1; });
  int64_t sum = 0;
  for (const auto& [partition, commit] : again.committed) {
    sum += commit.first;
    EXPECT_EQ(commit.second, "v1 meta");
  }
  EXPECT_EQ(sum, 20);
}

TEST_F(KafkaDeliveryTest, Rebalances_MovePartitions_WithNewEpochs) {
  SmallWorker first(broker_.brokers(), 0, {"in"});
  first.Until([&] { return first.owned.size() == 2; });
  Assignment old = first.owned.begin()->second;
  SmallWorker second(broker_.brokers(), 1, {"in"});
  while (first.owned.size() != 1 || second.owned.size() != 1) {
    first.TurnOnce();
    second.TurnOnce();
  }
  // How often the group balances is its own affair; what was assigned before is revoked each time.
  EXPECT_GE(first.revoked_count, 1);
  EXPECT_EQ(first.revoked_count, first.assigned_count - 1);
  EXPECT_GT(first.owned.begin()->second.epoch, old.epoch);
  EXPECT_NE(first.names[first.owned.begin()->first], second.names[second.owned.begin()->first]);
  Record records[4];
  EXPECT_EQ(first.delivery->Poll(old, records), 0u);
}

TEST_F(KafkaDeliveryTest, Feed_CountsEveryOutcome) {
  // The "pipeline": whatever is read is an outcome, told apart by a header.
  SmallWorker worker(broker_.brokers(), 0, {"in"});
  worker.Until([&] { return worker.owned.size() == 2; });
  std::atomic<uint64_t> received{0};
  std::istringstream lines("{\"n\":1}\n\n{\"n\":2}\n{\"n\":3}\n");  // outlives its reader
  TopicFeedOptions options;
  options.brokers = broker_.brokers();
  options.source_topic = "in";
  options.sink_topics = {"out"};
  options.partition_count = 2;
  options.execution_id_headers = {"id"};
  options.received_count = [&] { return received.load(); };
  options.written_bytes = [] { return 0; };
  TopicFeed feed(std::move(options));
  ASSERT_TRUE(feed.Start(&lines).has_value());
  worker.Until([&] { return worker.received.size() == 3; });
  received = 3;
  TopicId out = worker.delivery->OpenTopic("out");
  DeliveryToken token = 0;
  for (std::string_view id : {"1", "2", "2", "3"}) {
    const Header headers[] = {{"id", id, false}};
    worker.Produce(out, Output("{}", headers), ++token);
  }
  worker.Until([&] { return feed.counts().outcomes == 3 && feed.counts().records == 4; });
  EXPECT_EQ(feed.counts().fed, 3u);
  EXPECT_TRUE(feed.counts().all_fed);
  EXPECT_EQ(feed.samples().size(), 2u);
}

TEST(StartupCheck_Says, WhatIsMissing) {
  KafkaSettings nowhere;
  nowhere.brokers = "127.0.0.1:1";
  nowhere.wait_ms = 200;
  Result<void> unreachable = CheckCluster(nowhere, {"g", {"in"}, {}});
  ASSERT_FALSE(unreachable.has_value());
  EXPECT_EQ(unreachable.error().kind, ErrorKind::kUnavailable);
  EXPECT_NE(unreachable.error().message.find("127.0.0.1:1"), std::string::npos);

  KafkaSettings none;
  EXPECT_EQ(CheckCluster(none, {"g", {"in"}, {}}).error().kind, ErrorKind::kConfiguration);

  KafkaSettings wrong = nowhere;
  wrong.properties = {{"no.such.property", "1"}};
  Result<void> refused = CheckCluster(wrong, {"g", {"in"}, {}});
  EXPECT_EQ(refused.error().kind, ErrorKind::kConfiguration);
  EXPECT_NE(refused.error().message.find("no.such.property"), std::string::npos);
}

struct PropertyCase {
  const char* name;
  const char* value;
  bool exactly_once;
  const char* expected;  // a part of the sentence; null: accepted
};

TEST(PropertyCheck_Refuses, WhatWouldBreakThePromises) {
  const PropertyCase cases[] = {
      {"enable.auto.commit", "true", false, "expected 'false'"},
      {"enable.auto.commit", "False", false, nullptr},
      {"enable.auto.offset.store", "true", false, "expected 'false'"},
      {"enable.idempotence", "false", false, "expected 'true'"},
      {"acks", "1", false, "is '1', expected 'all'"},
      {"acks", "-1", false, nullptr},
      {"request.required.acks", "0", false, "expected 'all'"},
      {"isolation.level", "read_uncommitted", true, "expected 'read_committed'"},
      {"isolation.level", "read_uncommitted", false, nullptr},
      {"transactional.id", "x", true, "cluster.instance_id"},
      {"auto.offset.reset", "earliest", false, "cluster.start_offset"},
      {"group.id", "x", false, "source.group"},
      {"group.instance.id", "x", false, "cluster.static_membership"},
      {"partition.assignment.strategy", "cooperative-sticky", false, "issue 4312"},
      {"partition.assignment.strategy", "roundrobin", false, nullptr},
      {"fetch.min.bytes", "1", true, nullptr},
  };
  for (const PropertyCase& one : cases) {
    for (auto list : {&KafkaSettings::properties, &KafkaSettings::consumer_properties,
                      &KafkaSettings::producer_properties}) {
      KafkaSettings settings;
      (settings.*list).emplace_back(one.name, one.value);
      const std::vector<std::string> found =
          CheckProperties(settings, one.exactly_once, 0x020002ff);
      ASSERT_EQ(found.size(), one.expected != nullptr ? 1u : 0u) << one.name << "=" << one.value;
      if (one.expected != nullptr) {
        EXPECT_NE(found[0].find(one.expected), std::string::npos) << found[0];
      }
    }
  }
  KafkaSettings cooperative;
  cooperative.properties = {{"partition.assignment.strategy", "cooperative-sticky"}};
  EXPECT_TRUE(CheckProperties(cooperative, true, kVersionWithCooperative).empty());
}

}  // namespace
}  // namespace aslx
