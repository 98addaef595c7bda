#include "pipeline/kafka/topic_admin.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/core.h>

#include "pipeline/kafka/connection_complaint.h"
#include "pipeline/kafka/kafka_errors.h"
#include "pipeline/kafka/kafka_handle.h"
#include "pipeline/kafka/topic_metadata.h"

namespace aslx {
namespace {

/// How long a single request may take, and how often it is asked whether a topic is led.
constexpr int kRequestMsMax = 30'000;
constexpr auto kLook = std::chrono::milliseconds(50);
/// Of one question whether anybody answers: as soon a refusal is noticed.
constexpr int64_t kAttemptMsMax = 1'000;
/// Of syslog's levels.
constexpr const char* kCriticalOnly = "2";

struct AdminDelete {
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
  void operator()(rd_kafka_DeleteTopic_t* topic) const { rd_kafka_DeleteTopic_destroy(topic); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
};
template <typename Object>
using AdminObject = std::unique_ptr<Object, AdminDelete>;

class Admin {
 public:
  Result<void> Open(const KafkaSettings& settings) {
    settings_ = &settings;
    return handle_.Make(RD_KAFKA_PRODUCER, settings, {{"allow.auto.create.topics", "false"}}, {});
  }

  int wait_ms() const {
    return static_cast<int>(std::clamp<int64_t>(settings_->wait_ms, 1, kRequestMsMax));
  }

  /// `request` sends it to a queue; what each topic's answer is, `failure_of` says.
  template <typename Request, typename FailureOf>
  Result<void> Ask(rd_kafka_admin_op_t operation, std::string_view what, const Request& request,
                   const FailureOf& failure_of) {
    AdminObject<rd_kafka_AdminOptions_t> options(
        rd_kafka_AdminOptions_new(handle_.get(), operation));
    char why[256];
    // The request itself, and what the broker waits for: that all partitions are led.
    rd_kafka_AdminOptions_set_request_timeout(options.get(), wait_ms(), why, sizeof why);
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), wait_ms(), why, sizeof why);
    AdminObject<rd_kafka_queue_t> queue(rd_kafka_queue_new(handle_.get()));
    request(handle_.get(), options.get(), queue.get());
    AdminObject<rd_kafka_event_t> event(rd_kafka_queue_poll(queue.get(), wait_ms() + 1'000));
    if (event == nullptr) {
      return Fail(ErrorKind::kUnavailable, fmt::format("{}: no broker of '{}' answered within {} "
                                                       "ms (cluster.wait_ms of a --config)",
                                                       what, settings_->brokers, wait_ms()));
    }
    if (const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
        error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Fail(KindOfError(error),
                  fmt::format("{}: {}", what, rd_kafka_event_error_string(event.get())));
    }
    return failure_of(event.get());
  }

  /// -1 while it is not known everywhere.
  Result<int> LedPartitions(const std::string& name) {
    const TopicMetadata asked = AskTopic(handle_.get(), name, wait_ms());
    if (asked.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Fail(KindOfError(asked.error),
                  fmt::format("topic '{}': '{}': {}", name, settings_->brokers,
                              rd_kafka_err2str(asked.error)));
    }
    return asked.led && asked.partition_count > 0 ? asked.partition_count : -1;
  }

 private:
  const KafkaSettings* settings_ = nullptr;
  KafkaHandle handle_;
};

/// `accepted` is no failure.
Result<void> FirstFailure(const rd_kafka_topic_result_t** results, size_t count,
                          std::string_view what, rd_kafka_resp_err_t accepted) {
  for (size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == accepted) continue;
    const char* reason = rd_kafka_topic_result_error_string(results[i]);
    // What it says is refused for good; a cluster that cannot now has a time-out.
    const ErrorKind kind =
        error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT
            ? ErrorKind::kUnavailable
            : ErrorKind::kConfiguration;
    return Fail(kind, fmt::format("{} '{}': {}", what, rd_kafka_topic_result_name(results[i]),
                                  reason != nullptr ? reason : rd_kafka_err2str(error)));
  }
  return {};
}

}  // namespace

Result<void> AwaitBroker(const KafkaSettings& settings,
                         const std::function<void(const std::string& complaint)>& tell) {
  ConnectionComplaint complaint;
  KafkaHandle handle;
  // What its log says of connections is in the error, once.
  Result<void> made = handle.Make(RD_KAFKA_PRODUCER, settings, {{"log_level", kCriticalOnly}},
                                  [&complaint](rd_kafka_conf_t* conf) { complaint.Watch(conf); });
  if (!made) return made;
  using std::chrono::milliseconds, std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + milliseconds(settings.wait_ms);
  bool told = false;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    const rd_kafka_metadata_t* metadata = nullptr;
    const rd_kafka_resp_err_t error =
        rd_kafka_metadata(handle.get(), 0, nullptr, &metadata,
                          static_cast<int>(std::clamp<int64_t>(left.count(), 1, kAttemptMsMax)));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_metadata_destroy(metadata);
      return {};
    }
    rd_kafka_poll(handle.get(), 0);  // hands complaints over
    if (complaint.refuses()) {
      return Fail(ErrorKind::kConfiguration,
                  fmt::format("'{}' cannot be used with the properties that are set: {}",
                              settings.brokers, complaint.text));
    }
    if (!told && !complaint.text.empty()) tell(complaint.text);
    told = told || !complaint.text.empty();
    if (steady_clock::now() < deadline) continue;
    return Fail(
        ErrorKind::kUnavailable,
        fmt::format("no broker of '{}' answered within {} ms (cluster.wait_ms of a --config): {}",
                    settings.brokers, settings.wait_ms,
                    complaint.text.empty() ? rd_kafka_err2str(error) : complaint.text.c_str()));
  }
}

Result<void> CreateTopics(const KafkaSettings& settings, const std::vector<std::string>& topics,
                          const TopicShape& shape) {
  Admin admin;
  if (Result<void> opened = admin.Open(settings); !opened) return opened;
  std::vector<AdminObject<rd_kafka_NewTopic_t>> owned;
  std::vector<rd_kafka_NewTopic_t*> wanted;
  for (const std::string& name : topics) {
    char why[256];
    owned.emplace_back(
        rd_kafka_NewTopic_new(name.c_str(), shape.partitions, shape.replication, why, sizeof why));
    if (owned.back() == nullptr)
      return Fail(ErrorKind::kConfiguration, fmt::format("topic '{}': {}", name, why));
    wanted.push_back(owned.back().get());
  }
  constexpr std::string_view kWhat = "creating topic";
  Result<void> asked = admin.Ask(
      RD_KAFKA_ADMIN_OP_CREATETOPICS, kWhat,
      [&wanted](rd_kafka_t* handle, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
        rd_kafka_CreateTopics(handle, wanted.data(), wanted.size(), options, queue);
      },
      [&](rd_kafka_event_t* event) {
        size_t count = 0;
        const auto* result = rd_kafka_event_CreateTopics_result(event);
        const rd_kafka_topic_result_t** answers =
            rd_kafka_CreateTopics_result_topics(result, &count);
        return FirstFailure(answers, count, kWhat, RD_KAFKA_RESP_ERR_NO_ERROR);
      });
  if (!asked) return asked;
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(admin.wait_ms());
  for (const std::string& name : topics) {
    while (true) {
      const Result<int> led = admin.LedPartitions(name);
      if (led && *led == shape.partitions) break;
      if (std::chrono::steady_clock::now() > deadline) {
        return Fail(ErrorKind::kUnavailable,
                    fmt::format("topic '{}' was created, and is not ready after {} ms{}", name,
                                admin.wait_ms(), led ? "" : ": " + led.error().message));
      }
      std::this_thread::sleep_for(kLook);
    }
  }
  return {};
}

Result<void> DeleteTopics(const KafkaSettings& settings, const std::vector<std::string>& topics) {
  Admin admin;
  if (Result<void> opened = admin.Open(settings); !opened) return opened;
  std::vector<AdminObject<rd_kafka_DeleteTopic_t>> owned;
  std::vector<rd_kafka_DeleteTopic_t*> wanted;
  for (const std::string& name : topics) {
    owned.emplace_back(rd_kafka_DeleteTopic_new(name.c_str()));
    wanted.push_back(owned.back().get());
  }
  constexpr std::string_view kWhat = "deleting topic";
  return admin.Ask(
      RD_KAFKA_ADMIN_OP_DELETETOPICS, kWhat,
      [&wanted](rd_kafka_t* handle, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopics(handle, wanted.data(), wanted.size(), options, queue);
      },
      [&](rd_kafka_event_t* event) {
        size_t count = 0;
        const auto* result = rd_kafka_event_DeleteTopics_result(event);
        const rd_kafka_topic_result_t** answers =
            rd_kafka_DeleteTopics_result_topics(result, &count);
        return FirstFailure(answers, count, kWhat, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
      });
}

Result<int> CountPartitions(const KafkaSettings& settings, const std::string& topic) {
  Admin admin;
  if (Result<void> opened = admin.Open(settings); !opened)
    return tl::unexpected<Error>(opened.error());
  Result<int> led = admin.LedPartitions(topic);
  if (led && *led < 0)
    return Fail(ErrorKind::kUnavailable,
                fmt::format("topic '{}': not every partition has a leader", topic));
  return led;
}

}  // namespace aslx
