// A client whose close hangs is left behind, and whoever closes it goes on.
#include <future>
#include <memory>

#include <gtest/gtest.h>

#include "pipeline/kafka/embedded_broker.h"
#include "pipeline/kafka/kafka_handle.h"
#include "tests/unit/kafka/small_worker.h"

namespace aslx {
namespace {

/// Never gives partitions back, which librdkafka's close waits for without end.
void KeepPartitions(rd_kafka_t* instance, rd_kafka_resp_err_t what,
                    rd_kafka_topic_partition_list_t* partitions, void*) {
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) rd_kafka_assign(instance, partitions);
}

int AssignedCount(rd_kafka_t* instance) {
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  EXPECT_EQ(rd_kafka_assignment(instance, &assigned), RD_KAFKA_RESP_ERR_NO_ERROR);
  const int count = assigned->cnt;
  rd_kafka_topic_partition_list_destroy(assigned);
  return count;
}

TEST(KafkaHandle, LeavesAClientBehind_WhenItsCloseHangs) {
  EmbeddedBroker broker;
  ASSERT_TRUE(broker.Start({"in"}, 1).has_value());
  KafkaHandle handle;
  const Result<void> made = handle.Make(
      RD_KAFKA_CONSUMER, SettingsFor(broker.brokers()), {{"group.id", "keeps"}},
      [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_rebalance_cb(conf, KeepPartitions); });
  ASSERT_TRUE(made.has_value()) << made.error().message;
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, "in", RD_KAFKA_PARTITION_UA);
  ASSERT_EQ(rd_kafka_subscribe(handle.get(), topics), RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_topic_partition_list_destroy(topics);
  while (AssignedCount(handle.get()) == 0) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(handle.get(), 100);
    if (message != nullptr) rd_kafka_message_destroy(message);
  }
  rd_kafka_t* const left_behind = handle.get();
  const auto closed = std::make_shared<std::promise<void>>();
  EXPECT_FALSE(handle.CallWithin([closed](rd_kafka_t* instance) {
    rd_kafka_consumer_close(instance);
    closed->set_value();
  }));
  EXPECT_FALSE(handle) << "what hangs is not touched again";
  // Given what it waits for, it ends, so that nothing outlives the test.
  rd_kafka_assign(left_behind, nullptr);
  closed->get_future().wait();
  rd_kafka_destroy(left_behind);
}

TEST(KafkaHandle, EndsAClient_WhenItsCloseReturns) {
  EmbeddedBroker broker;
  ASSERT_TRUE(broker.Start({"in"}, 1).has_value());
  KafkaHandle handle;
  ASSERT_TRUE(
      handle.Make(RD_KAFKA_CONSUMER, SettingsFor(broker.brokers()), {{"group.id", "ends"}}, {})
          .has_value());
  EXPECT_TRUE(handle.CallWithin([](rd_kafka_t* instance) { rd_kafka_consumer_close(instance); }));
  EXPECT_TRUE(handle.Destroy());
  EXPECT_FALSE(handle);
}

}  // namespace
}  // namespace aslx
