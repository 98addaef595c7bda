#include "pipeline/kafka/startup_check.h"

#include <algorithm>
#include <chrono>
#include <mutex>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"
#include "pipeline/kafka/kafka_handle.h"

namespace aslx {
namespace {

using std::chrono::steady_clock;

/// One question's time; several fit into the whole wait.
constexpr int64_t kAttemptMs = 2'000;

/// What the connection's threads last complained about.
struct Complaint {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;

  static void Store(rd_kafka_t*, int error, const char* reason, void* complaint) {
    auto* to = static_cast<Complaint*>(complaint);
    auto code = static_cast<rd_kafka_resp_err_t>(error);
    // That everything is down says less than why.
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !to->text.empty()) return;
    to->error = code;
    to->text = reason;
  }
};

class Check {
 public:
  Check(const KafkaSettings& settings)
      : settings_(settings),
        end_(steady_clock::now() + std::chrono::milliseconds(settings.wait_ms)) {}

  Result<void> Run(const std::string& group, const std::vector<std::string>& topics) {
    Result<void> made = instance_.Make(RD_KAFKA_CONSUMER, settings_,
                                       {{"group.id", group.empty() ? "aslx-startup-check" : group},
                                        {"allow.auto.create.topics", "false"}},
                                       [this](rd_kafka_conf_t* conf) {
                                         rd_kafka_conf_set_opaque(conf, &complaint_);
                                         rd_kafka_conf_set_error_cb(conf, &Complaint::Store);
                                       });
    if (!made) return made;
    std::string wrong;
    for (const std::string& topic : topics) {
      if (Result<void> asked = AskTopic(topic, &wrong); !asked) return asked;
    }
    if (wrong.empty() && !group.empty() && !topics.empty()) {
      if (Result<void> asked = AskGroup(group, topics.front(), &wrong); !asked) return asked;
    }
    if (wrong.empty()) return {};
    return Fail(ErrorKind::kConfiguration, std::move(wrong));
  }

 private:
  int Attempt() const {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - steady_clock::now());
    return static_cast<int>(std::clamp<int64_t>(left.count(), 1, kAttemptMs));
  }
  bool expired() const { return steady_clock::now() >= end_; }

  Result<void> Unreachable(rd_kafka_resp_err_t error) const {
    std::string_view why = complaint_.text.empty() ? std::string_view(rd_kafka_err2str(error))
                                                   : std::string_view(complaint_.text);
    return Fail(ErrorKind::kUnavailable,
                fmt::format("no broker of '{}' answered within {} ms (cluster.wait_ms): {}",
                            settings_.brokers, settings_.wait_ms, why));
  }

  /// The error callback is called from here.
  void Serve() { rd_kafka_poll(instance_.get(), 0); }

  Result<void> AskTopic(const std::string& name, std::string* wrong) {
    rd_kafka_topic_t* topic = rd_kafka_topic_new(instance_.get(), name.c_str(), nullptr);
    if (topic == nullptr) return Fail(ErrorKind::kConfiguration, fmt::format("topic '{}'", name));
    Result<void> outcome;
    for (;;) {
      const rd_kafka_metadata_t* metadata = nullptr;
      rd_kafka_resp_err_t error =
          rd_kafka_metadata(instance_.get(), 0, topic, &metadata, Attempt());
      Serve();
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = metadata->topic_cnt == 1 ? metadata->topics[0].err
                                         : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        rd_kafka_metadata_destroy(metadata);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) break;
        bool passes = error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE && !expired();
        if (!passes) {
          wrong->append(wrong->empty() ? "" : "\n");
          wrong->append(fmt::format("topic '{}': {}", name, rd_kafka_err2str(error)));
          break;
        }
      } else if (complaint_.error == RD_KAFKA_RESP_ERR__AUTHENTICATION) {
        outcome = Fail(ErrorKind::kConfiguration, complaint_.text);
        break;
      } else if (expired()) {
        outcome = Unreachable(error);
        break;
      }
    }
    rd_kafka_topic_destroy(topic);
    return outcome;
  }

  Result<void> AskGroup(const std::string& group, const std::string& topic, std::string* wrong) {
    for (;;) {
      auto* list = rd_kafka_topic_partition_list_new(1);
      rd_kafka_topic_partition_list_add(list, topic.c_str(), 0);
      rd_kafka_resp_err_t error = rd_kafka_committed(instance_.get(), list, Attempt());
      rd_kafka_topic_partition_list_destroy(list);
      Serve();
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      if (KindOfError(error) == ErrorKind::kConfiguration) {
        *wrong = fmt::format("group '{}': {}", group, rd_kafka_err2str(error));
        return {};
      }
      if (expired()) return Unreachable(error);
    }
  }

  const KafkaSettings& settings_;
  steady_clock::time_point end_;
  Complaint complaint_;
  KafkaHandle instance_;
};

}  // namespace

Result<void> CheckCluster(const KafkaSettings& settings, const std::string& group,
                          const std::vector<std::string>& topics) {
  if (settings.brokers.empty()) {
    return Fail(ErrorKind::kConfiguration,
                "no broker: 'cluster.brokers' is empty (or try --embedded-broker)");
  }
  return Check(settings).Run(group, topics);
}

}  // namespace aslx
