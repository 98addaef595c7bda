#include "pipeline/kafka/permission_probe.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/check.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

using std::chrono::steady_clock;

constexpr int kStepMs = 50;
/// Not a name that a topic can have.
constexpr const char* kImpossibleTopic = "?";
/// Acknowledgements of 2 replicas: Kafka knows none, one (1) and all (-1) since 0.9.
constexpr const char* kImpossibleAcks = "2";

int LeftMs(ProbeEnd end) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 1));
}

/// What is known of each topic so far.
struct TopicAnswers {
  std::vector<std::string> open;
  ProbeAnswers* answers;
  std::string_view operation;

  void Take(const std::string& topic, rd_kafka_resp_err_t error) {
    if (std::erase(open, topic) > 0 && error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      answers->refused.push_back(Refusal("topic", topic, operation));
  }
  void End() {
    for (const std::string& topic : open)
      answers->silent.push_back(fmt::format("topic '{}'", topic));
  }
};

void OnWriteAnswer(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto* to = static_cast<TopicAnswers*>(opaque);
  const char* topic = rd_kafka_topic_name(message->rkt);
  switch (static_cast<int>(message->err)) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      Log(LogLevel::kWarning,
          fmt::format("topic '{}': the start-up check wrote an empty record, which Apache Kafka "
                      "would have refused; set 'cluster.probe_permissions: false' for this service",
                      topic));
      break;
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: return;  // no answer
  }
  to->Take(topic, message->err);
}

void OnGroupAnswer(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t*,
                   void* answer) {
  *static_cast<std::optional<rd_kafka_resp_err_t>*>(answer) = error;
}

/// A message of the consumer's queue: true while there may be more.
template <typename Visit>
bool TakeMessage(rd_kafka_t* consumer, int timeout_ms, const Visit& visit) {
  rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, timeout_ms);
  if (message == nullptr) return false;
  visit(*message);
  rd_kafka_message_destroy(message);
  return true;
}

/// Without any permission for the group the broker does not tell its coordinator, and whatever
/// waits for that, waits: so this comes first. Nothing: no answer.
std::optional<rd_kafka_resp_err_t> FindCoordinator(rd_kafka_t* consumer, const std::string& topic,
                                                   ProbeEnd end) {
  auto* wanted = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(wanted, topic.c_str(), 0);
  std::optional<rd_kafka_resp_err_t> answer;
  while (!answer && steady_clock::now() < end) {
    rd_kafka_resp_err_t error = rd_kafka_committed(consumer, wanted, kStepMs);
    // Of the topic's permission others tell.
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR ||
        error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      answer = RD_KAFKA_RESP_ERR_NO_ERROR;
    } else if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
      answer = error;
    }
    while (TakeMessage(consumer, 0, [&](const rd_kafka_message_t& message) {
      if (message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) answer = message.err;
    })) {
    }
  }
  rd_kafka_topic_partition_list_destroy(wanted);
  return answer;
}

std::optional<rd_kafka_resp_err_t> CommitNothing(rd_kafka_t* consumer, ProbeEnd end) {
  std::optional<rd_kafka_resp_err_t> answer;
  rd_kafka_queue_t* queue = rd_kafka_queue_new(consumer);
  auto* offsets = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(offsets, kImpossibleTopic, 0)->offset = 0;
  rd_kafka_commit_queue(consumer, offsets, queue, OnGroupAnswer, &answer);
  rd_kafka_topic_partition_list_destroy(offsets);
  while (!answer && steady_clock::now() < end)
    rd_kafka_queue_poll_callback(queue, kStepMs);
  rd_kafka_queue_destroy(queue);
  return answer;
}

}  // namespace

std::string Refusal(std::string_view resource, std::string_view name, std::string_view operation) {
  return fmt::format("{0} '{1}': the broker refuses {2}; an ACL must allow {2} on the {0} '{1}'",
                     resource, name, operation);
}

void ProbeRead(rd_kafka_t* consumer, const std::vector<std::string>& topics, ProbeEnd end,
               ProbeAnswers* answers) {
  TopicAnswers open{topics, answers, "Read"};
  auto* wanted = rd_kafka_topic_partition_list_new(static_cast<int>(topics.size()));
  for (const std::string& topic : topics)
    rd_kafka_topic_partition_list_add(wanted, topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_END;
  rd_kafka_assign(consumer, wanted);
  rd_kafka_topic_partition_list_destroy(wanted);
  while (!open.open.empty() && steady_clock::now() < end) {
    TakeMessage(consumer, kStepMs, [&](const rd_kafka_message_t& message) {
      if (message.rkt != nullptr) open.Take(rd_kafka_topic_name(message.rkt), message.err);
    });
  }
  rd_kafka_assign(consumer, nullptr);
  open.End();
}

void ProbeGroup(rd_kafka_t* consumer, const std::string& group, const std::string& topic,
                ProbeEnd end, ProbeAnswers* answers) {
  std::optional<rd_kafka_resp_err_t> answer = FindCoordinator(consumer, topic, end);
  if (answer == RD_KAFKA_RESP_ERR_NO_ERROR) answer = CommitNothing(consumer, end);
  if (!answer) {
    answers->silent.push_back(fmt::format("the coordinator of group '{}'", group));
  } else if (*answer == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
    answers->refused.push_back(Refusal("group", group, "Read"));
  }
}

Result<void> ProbeWrite(const KafkaSettings& settings, const std::vector<std::string>& topics,
                        ProbeEnd end, ProbeAnswers* answers) {
  TopicAnswers open{topics, answers, "Write"};
  KafkaHandle producer;
  bool set = true;
  Result<void> made = producer.Make(RD_KAFKA_PRODUCER, settings, {}, [&](rd_kafka_conf_t* conf) {
    char why[128];
    // Behind the settings' properties: no record may be written, whatever they say.
    const std::pair<const char*, std::string> forced[] = {
        {"enable.idempotence", "false"},
        {"acks", kImpossibleAcks},
        {"linger.ms", "0"},
        {"message.timeout.ms", std::to_string(LeftMs(end))}};
    for (const auto& [name, value] : forced)
      set &= rd_kafka_conf_set(conf, name, value.c_str(), why, sizeof why) == RD_KAFKA_CONF_OK;
    ASLX_CHECK(set);
    rd_kafka_conf_set_opaque(conf, &open);
    rd_kafka_conf_set_dr_msg_cb(conf, OnWriteAnswer);
  });
  if (!made) return made;
  for (const std::string& topic : topics) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"  // in librdkafka's macros
    rd_kafka_resp_err_t error = rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                                                  RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_END);
#pragma GCC diagnostic pop
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) open.Take(topic, error);
  }
  while (!open.open.empty() && steady_clock::now() < end)
    rd_kafka_poll(producer.get(), kStepMs);
  open.End();
  return {};
}

}  // namespace aslx
