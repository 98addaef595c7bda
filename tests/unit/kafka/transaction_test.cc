// Transactions over librdkafka's mock cluster: what flow is told of each end, and what each failure
// of a request becomes. That readers see each outcome once is tests/kafka's to show.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <librdkafka/rdkafka.h>

#include "pipeline/kafka/kafka_sink.h"
#include "tests/unit/kafka/faulty_broker.h"
#include "tests/unit/kafka/small_worker.h"

namespace aslx {
namespace {

// Kafka's numbers of requests.
constexpr int16_t kProduce = 0;
constexpr int16_t kInitProducerId = 22;
constexpr int16_t kAddOffsetsToTxn = 25;
constexpr int16_t kEndTxn = 26;
constexpr int16_t kTxnOffsetCommit = 28;

using Kind = DeliveryEvent::Kind;

TopicPartitions OneOffset(int64_t offset) {
  TopicPartitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), "in", 0)->offset = offset;
  return list;
}

/// The writing half alone: a group takes seconds to form.
class TransactionTest : public testing::Test {
 protected:
  void SetUp() override { Start(KafkaSettings().transaction_timeout_ms); }
  void Start(int64_t transaction_timeout_ms) {
    KafkaProducerOptions options{SettingsFor(broker_.brokers()), "test-p-0", &waker_};
    options.settings.transaction_timeout_ms = transaction_timeout_ms;
    Result<void> started = sink_.Start(options, {"out"});
    ASSERT_TRUE(started.has_value()) << started.error().message;
    out_ = sink_.OpenTopic("out");
  }

  void Commit(uint64_t id, TopicPartitions offsets = OneOffset(1)) {
    sink_.transaction()->Commit(id, std::move(offsets),
                                GroupMetadata(rd_kafka_consumer_group_metadata_new("group")));
  }
  ProduceResult Produce(std::string_view payload, DeliveryToken token) {
    OutputRecord record = Output(payload);
    record.topic = out_;
    const ProduceResult result = sink_.TryProduce(record, token);
    EXPECT_EQ(sink_.Flush(), ProduceResult::kAccepted);
    return result;
  }

  /// Turns until there are `count` events; the end of a transaction opens the next one.
  void UntilEvents(size_t count) {
    while (seen_.size() < count) {
      waker_.PrepareSleep();
      if (!TurnOnce()) waker_.Sleep(100);
      waker_.CancelSleep();
    }
  }
  bool TurnOnce() {
    sink_.Serve();
    const bool busy = !events_.empty();
    while (!events_.empty()) {
      QueuedEvent event = events_.Pop();
      if (event.event.kind == Kind::kWarning) continue;  // that a connection broke
      seen_.push_back(std::move(event));
      const DeliveryEvent::Kind kind = seen_.back().event.kind;
      if (kind == DeliveryEvent::Kind::kCommitted || kind == DeliveryEvent::Kind::kCommitFailed)
        sink_.transaction()->Reopen();
    }
    Acknowledgement acknowledgements[4];
    const size_t count = sink_.PollDeliveries(acknowledgements);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_TRUE(seen_.empty()) << "after the transaction's end";
      acknowledged_.emplace(acknowledgements[i].token, acknowledgements[i].status);
    }
    return busy || count > 0;
  }
  DeliveryEvent::Kind KindOf(size_t index) const { return seen_.at(index).event.kind; }
  /// After one event: its record again, in a transaction that commits.
  void TheNextGoesThrough() {
    EXPECT_EQ(Produce("x", 1), ProduceResult::kAccepted);
    Commit(2);
    UntilEvents(2);
    EXPECT_EQ(KindOf(1), Kind::kCommitted) << seen_[1].reason;
  }

  FaultyBroker broker_;
  Waker waker_;
  EventQueue events_;
  KafkaSink sink_{&events_};
  TopicId out_ = kNoTopic;
  std::vector<QueuedEvent> seen_;
  std::map<DeliveryToken, Acknowledgement::Status> acknowledged_;
};

TEST_F(TransactionTest, Commit_EndsTheTransaction_WithoutAcknowledgements) {
  for (DeliveryToken token = 1; token <= 3; ++token)
    EXPECT_EQ(Produce("x", token), ProduceResult::kAccepted);
  Commit(7);
  // Until its event is handed out nothing is taken.
  EXPECT_EQ(Produce("x", 4), ProduceResult::kFull);
  UntilEvents(1);
  EXPECT_EQ(KindOf(0), Kind::kCommitted);
  EXPECT_EQ(seen_[0].event.commit_id, 7u);
  EXPECT_TRUE(acknowledged_.empty());
  EXPECT_EQ(Produce("x", 4), ProduceResult::kAccepted);
  Commit(8);
  UntilEvents(2);
  EXPECT_EQ(KindOf(1), Kind::kCommitted);
  EXPECT_EQ(seen_[1].event.commit_id, 8u);
}

TEST_F(TransactionTest, Commit_OfOffsetsAlone_OrOfNothing_IsATransaction_Too) {
  Commit(1);
  UntilEvents(1);
  EXPECT_EQ(KindOf(0), Kind::kCommitted);
  Commit(2, TopicPartitions(rd_kafka_topic_partition_list_new(0)));
  UntilEvents(2);
  EXPECT_EQ(KindOf(1), Kind::kCommitted);
}

TEST_F(TransactionTest, Abort_IsAFailedCommit_AndTheNextOneGoesThrough) {
  Produce("x", 1);
  sink_.transaction()->Abort(3);
  EXPECT_EQ(Produce("x", 2), ProduceResult::kFull);
  UntilEvents(1);
  EXPECT_EQ(KindOf(0), Kind::kCommitFailed);
  EXPECT_EQ(seen_[0].event.commit_id, 3u);
  EXPECT_EQ(Produce("x", 1), ProduceResult::kAccepted);
  Commit(4);
  UntilEvents(2);
  EXPECT_EQ(KindOf(1), Kind::kCommitted);
}

TEST_F(TransactionTest, ARecordThatCannotBeWritten_IsAcknowledged_AndItsCommitFails) {
  const std::string large(2'000'000, 'x');
  Produce("x", 1);
  EXPECT_EQ(Produce(large, 2), ProduceResult::kAccepted);
  Commit(5);
  UntilEvents(1);
  EXPECT_EQ(KindOf(0), Kind::kCommitFailed);
  EXPECT_EQ(
      acknowledged_,
      (std::map<DeliveryToken, Acknowledgement::Status>{{2, Acknowledgement::Status::kRefused}}));
}

TEST_F(TransactionTest, ARecordThatTheBrokerRefuses_IsAcknowledged_AndItsCommitFails) {
  broker_.FailNext(kProduce, RD_KAFKA_RESP_ERR_INVALID_RECORD);
  Produce("x", 9);
  Commit(5);
  UntilEvents(1);
  EXPECT_EQ(KindOf(0), Kind::kCommitFailed);
  EXPECT_EQ(
      acknowledged_,
      (std::map<DeliveryToken, Acknowledgement::Status>{{9, Acknowledgement::Status::kRefused}}));
}

/// Of ours; librdkafka names its own.
size_t OwnThreadCount() {
  return static_cast<size_t>(
      std::ranges::count_if(std::filesystem::directory_iterator("/proc/self/task"), [](auto& task) {
        std::string name;
        std::getline(std::ifstream(task.path() / "comm"), name);
        return !name.starts_with("rdk:");
      }));
}

TEST_F(TransactionTest, Close_LeavesACallBehindThatHangs_AndItsEndDoesNoHarm) {
  const size_t thread_count = OwnThreadCount();
  Produce("x", 1);
  broker_.Delay(kCloseLimitMs + 2'000);
  Commit(1);
  sink_.Close();
  EXPECT_EQ(OwnThreadCount(), thread_count) << "it did not hang";
  while (OwnThreadCount() == thread_count) {
    waker_.PrepareSleep();
    waker_.Sleep(10);
    waker_.CancelSleep();
  }
}

TEST_F(TransactionTest, Close_EndsWhatIsOpen_OrUnderWay) {
  Produce("x", 1);
  sink_.Close();
  KafkaSink again(&events_);
  ASSERT_TRUE(again.Start({SettingsFor(broker_.brokers()), "test-p-0", &waker_}, {"out"}));
  OutputRecord record = Output("x");
  record.topic = again.OpenTopic("out");
  ASSERT_EQ(again.TryProduce(record, 1), ProduceResult::kAccepted);
  ASSERT_EQ(again.Flush(), ProduceResult::kAccepted);
  again.transaction()->Abort(1);
  again.Close();
}

struct FailureCase {
  const char* name;
  int16_t request;
  rd_kafka_resp_err_t error;
  Kind expected;
};

class RequestFailureTest : public TransactionTest,
                           public testing::WithParamInterface<FailureCase> {};

TEST_P(RequestFailureTest, EndsAsItMust) {
  const FailureCase& failure = GetParam();
  Produce("x", 1);
  broker_.FailNext(failure.request, failure.error);
  Commit(1);
  UntilEvents(1);
  ASSERT_EQ(KindOf(0), failure.expected) << seen_[0].reason;
  if (failure.expected == Kind::kFatal) {
    EXPECT_EQ(seen_[0].event.failure, ErrorKind::kUnknownOutcome) << seen_[0].reason;
    EXPECT_EQ(Produce("x", 2), ProduceResult::kFull);
    return;
  }
  TheNextGoesThrough();
}

INSTANTIATE_TEST_SUITE_P(
    Table, RequestFailureTest,
    testing::Values(
        FailureCase{"AddOffsetsFenced", kAddOffsetsToTxn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                    Kind::kFatal},
        FailureCase{"AddOffsetsTransport", kAddOffsetsToTxn, RD_KAFKA_RESP_ERR__TRANSPORT,
                    Kind::kCommitted},
        FailureCase{"OffsetsFenced", kTxnOffsetCommit, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                    Kind::kFatal},
        FailureCase{"OffsetsOldEpoch", kTxnOffsetCommit, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                    Kind::kFatal},
        FailureCase{"OffsetsOldGeneration", kTxnOffsetCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
                    Kind::kCommitFailed},
        FailureCase{"OffsetsUnknownMember", kTxnOffsetCommit, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                    Kind::kCommitFailed},
        FailureCase{"OffsetsFencedMember", kTxnOffsetCommit, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
                    Kind::kCommitFailed},
        FailureCase{"OffsetsRebalance", kTxnOffsetCommit, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
                    Kind::kCommitFailed},
        FailureCase{"CommitTransport", kEndTxn, RD_KAFKA_RESP_ERR__TRANSPORT, Kind::kCommitted},
        FailureCase{"CommitNoCoordinator", kEndTxn, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                    Kind::kCommitted},
        FailureCase{"CommitTimedOut", kEndTxn, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, Kind::kFatal},
        FailureCase{"CommitFenced", kEndTxn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Kind::kFatal},
        FailureCase{"CommitInvalidState", kEndTxn, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE,
                    Kind::kFatal}),
    [](const auto& tested) { return std::string(tested.param.name); });

/// Whatever becomes of an abort, what it was to end was not committed.
class AbortFailureTest : public TransactionTest,
                         public testing::WithParamInterface<rd_kafka_resp_err_t> {};

TEST_P(AbortFailureTest, MakesTheProducerAnew) {
  Produce("x", 1);
  broker_.FailNext(kTxnOffsetCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
  broker_.FailNext(kEndTxn, GetParam());
  Commit(1);
  UntilEvents(1);
  ASSERT_EQ(KindOf(0), Kind::kCommitFailed) << seen_[0].reason;
  TheNextGoesThrough();
}

INSTANTIATE_TEST_SUITE_P(
    Errors, AbortFailureTest,
    testing::Values(RD_KAFKA_RESP_ERR_INVALID_TXN_STATE,  // the first partition could not be added
                    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
    [](const auto& tested) { return std::string(rd_kafka_err2name(tested.param)); });

/// The broker's answers come too late for the first producer.
class LateAnswerTest : public TransactionTest {
 protected:
  void SetUp() override { Start(/*transaction_timeout_ms=*/2'000); }
};

TEST_F(LateAnswerTest, OfAnAbort_MakesTheProducerAnew) {
  Produce("x", 1);
  for (int i = 0; i < 1'000; ++i)
    broker_.FailNext(kEndTxn, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  broker_.FailNext(kTxnOffsetCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
  Commit(1);
  UntilEvents(1);
  ASSERT_EQ(KindOf(0), Kind::kCommitFailed) << seen_[0].reason;
  broker_.FailNoMore(kEndTxn);
  TheNextGoesThrough();
}

TEST_F(TransactionTest, AFencedAbort_StopsTheWorker) {
  Produce("x", 1);
  broker_.FailNext(kTxnOffsetCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
  broker_.FailNext(kEndTxn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED);
  Commit(1);
  UntilEvents(1);
  ASSERT_EQ(KindOf(0), Kind::kFatal);
  EXPECT_EQ(seen_[0].event.failure, ErrorKind::kUnknownOutcome) << seen_[0].reason;
}

TEST_F(TransactionTest, AMissingPermission_StopsTheWorker) {
  broker_.FailNext(kTxnOffsetCommit, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  Produce("x", 1);
  Commit(1);
  UntilEvents(2);
  EXPECT_EQ(KindOf(0), Kind::kCommitFailed);
  EXPECT_EQ(KindOf(1), Kind::kFatal);
  EXPECT_EQ(seen_[1].event.failure, ErrorKind::kConfiguration);
  EXPECT_NE(seen_[1].reason.find("on its Group"), std::string::npos) << seen_[1].reason;
}

/// A producer that is made anew asks for an id again: when that is refused, it was.
class RenewalTest : public TransactionTest {
 protected:
  void CommitWithTwo(int16_t request) {
    Produce("x", 1);
    broker_.FailNext(request, RD_KAFKA_RESP_ERR__TRANSPORT);
    broker_.FailNext(kInitProducerId, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    Commit(1);
    UntilEvents(1);
    EXPECT_EQ(KindOf(0), Kind::kCommitted);
  }
};

class RequestRenewalTest : public RenewalTest, public testing::WithParamInterface<int16_t> {};

TEST_P(RequestRenewalTest, SentTwice_MakesTheProducerAnew) {
  CommitWithTwo(GetParam());
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_EQ(KindOf(1), Kind::kFatal);
  EXPECT_EQ(seen_[1].event.failure, ErrorKind::kConfiguration);
  EXPECT_NE(seen_[1].reason.find("Write and Describe"), std::string::npos);
  EXPECT_EQ(Produce("x", 2), ProduceResult::kFull);
}

INSTANTIATE_TEST_SUITE_P(Requests, RequestRenewalTest, testing::Values(kEndTxn, kTxnOffsetCommit),
                         [](const auto& tested) {
                           return tested.param == kEndTxn ? "EndTxn" : "TxnOffsetCommit";
                         });

/// Sent once and answered: nothing is under way.
TEST_F(RenewalTest, RefusedOffsets_KeepTheProducer) {
  Produce("x", 1);
  broker_.FailNext(kTxnOffsetCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
  broker_.FailNext(kInitProducerId, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  Commit(1);
  UntilEvents(1);
  EXPECT_EQ(KindOf(0), Kind::kCommitFailed);
  EXPECT_EQ(seen_.size(), 1u);
  EXPECT_EQ(Produce("x", 2), ProduceResult::kAccepted);
}

TEST_F(RenewalTest, TheControlRun_KeepsTheProducer) {
  setenv("ASLX_TEST_NO_RECYCLE", "1", 1);
  CommitWithTwo(kEndTxn);
  unsetenv("ASLX_TEST_NO_RECYCLE");
  EXPECT_EQ(seen_.size(), 1u);
  EXPECT_EQ(Produce("x", 2), ProduceResult::kAccepted);
}

TEST(TransactionalDelivery, CommitsOffsets_AsAMemberOfItsGroup) {
  FaultyBroker broker;
  SmallWorker worker(broker.brokers(), 0, {"in"}, true);
  worker.Until([&] { return worker.owned.size() == 1; });
  worker.Produce(worker.delivery->OpenTopic("out"), Output("x"), 1);
  const std::vector<CommitOffset> offsets = {{worker.owned.begin()->second, 1, "v1 meta"}};
  worker.delivery->Commit({.id = 1, .offsets = offsets});
  worker.Until([&] { return worker.commits.count(1) == 1; });
  worker.delivery->Abort(2);
  worker.Until([&] { return worker.failed_commits.count(2) == 1; });
}

TEST(TransactionStart_Says, WhatIsMissing) {
  FaultyBroker broker;
  broker.FailNext(kInitProducerId, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  Waker waker;
  KafkaDeliveryOptions options;
  options.settings = SettingsFor(broker.brokers());
  options.identity = {"p", "group", 3};
  options.transactional = true;
  auto refused = KafkaDelivery::Make(options, &waker);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::kConfiguration);
  EXPECT_NE(refused.error().message.find("'test-p-3'"), std::string::npos);

  options.settings.brokers = "127.0.0.1:1";
  options.settings.wait_ms = 200;
  auto unreachable = KafkaDelivery::Make(options, &waker);
  ASSERT_FALSE(unreachable.has_value());
  EXPECT_EQ(unreachable.error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace aslx
