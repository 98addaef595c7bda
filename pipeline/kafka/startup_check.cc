#include "pipeline/kafka/startup_check.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "pipeline/kafka/connection_complaint.h"
#include "pipeline/kafka/kafka_errors.h"
#include "pipeline/kafka/kafka_handle.h"
#include "pipeline/kafka/permission_probe.h"

namespace aslx {
namespace {

using std::chrono::steady_clock;

constexpr int64_t kAttemptMsFirst = 100;
constexpr int64_t kAttemptMsMax = 2'000;
/// librdkafka wants a name from every consumer; nothing is asked of this one.
constexpr const char* kNoGroup = "aslx";

/// How long all questions may take, and one of them: the first ones are short, so that a connection
/// that is refused is noticed at once.
class Patience {
 public:
  explicit Patience(int64_t wait_ms)
      : end_(steady_clock::now() + std::chrono::milliseconds(wait_ms)) {}
  steady_clock::time_point end() const { return end_; }
  bool expired() const { return steady_clock::now() >= end_; }
  int NextAttemptMs() {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - steady_clock::now());
    int64_t attempt = std::clamp<int64_t>(left.count(), 1, attempt_ms_);
    attempt_ms_ = std::min(attempt_ms_ * 2, kAttemptMsMax);
    return static_cast<int>(attempt);
  }

 private:
  steady_clock::time_point end_;
  int64_t attempt_ms_ = kAttemptMsFirst;
};

class Check {
 public:
  explicit Check(const KafkaSettings& settings)
      : settings_(settings), patience_(settings.wait_ms) {}

  Result<void> Run(const ClusterUse& use) {
    if (Result<void> made = Make(use); !made) return made;
    for (const std::string& topic : use.source_topics)
      if (Result<void> asked = AskTopic(topic, "Read"); !asked) return asked;
    for (const std::string& topic : use.sink_topics)
      if (Result<void> asked = AskTopic(topic, "Write"); !asked) return asked;
    if (wrong_.empty() && settings_.probe_permissions)
      if (Result<void> probed = Probe(use); !probed) return probed;
    if (wrong_.empty()) return {};
    return Fail(ErrorKind::kConfiguration, fmt::format("{}", fmt::join(wrong_, "\n")));
  }

 private:
  Result<void> Make(const ClusterUse& use) {
    // A consumer even where nothing is read: a producer that asks for a topic may create it.
    const KafkaSettings::Properties defaults = {
        {"group.id", use.group.empty() ? kNoGroup : use.group},
        {"allow.auto.create.topics", "false"},
        {"enable.auto.commit", "false"},
        {"fetch.wait.max.ms", "10"}};
    return instance_.Make(RD_KAFKA_CONSUMER, settings_, defaults, [&](rd_kafka_conf_t* conf) {
      char why[128];
      rd_kafka_conf_set(conf, "enable.partition.eof", "true", why, sizeof why);
      // Offsets and ends are told at once: a read_committed reader would wait for the transaction
      // that a killed worker left open, which ends when that worker is back, behind this check.
      rd_kafka_conf_set(conf, "isolation.level", "read_uncommitted", why, sizeof why);
      complaint_.Watch(conf);
    });
  }

  Result<void> Unreachable(std::string_view what, std::string_view otherwise) const {
    return Fail(ErrorKind::kUnavailable,
                fmt::format("{} of '{}' answered within {} ms (cluster.wait_ms): {}", what,
                            settings_.brokers, settings_.wait_ms,
                            complaint_.text.empty() ? otherwise : complaint_.text));
  }

  /// Whether it is there, and may be described.
  Result<void> AskTopic(const std::string& name, std::string_view operation) {
    rd_kafka_topic_t* topic = rd_kafka_topic_new(instance_.get(), name.c_str(), nullptr);
    if (topic == nullptr)
      return Fail(ErrorKind::kConfiguration, fmt::format("no topic can be called '{}'", name));
    Result<void> outcome;
    for (bool done = false; !done;) {
      const rd_kafka_metadata_t* metadata = nullptr;
      rd_kafka_resp_err_t error =
          rd_kafka_metadata(instance_.get(), 0, topic, &metadata, patience_.NextAttemptMs());
      rd_kafka_poll(instance_.get(), 0);  // hands complaints over
      done = true;
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = metadata->topic_cnt == 1 ? metadata->topics[0].err
                                         : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        rd_kafka_metadata_destroy(metadata);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) break;
        if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
          wrong_.push_back(Refusal("topic", name, fmt::format("{} and Describe", operation)));
        } else if (error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE && !patience_.expired()) {
          done = false;
        } else {
          wrong_.push_back(fmt::format("topic '{}': {}", name, rd_kafka_err2str(error)));
        }
      } else if (complaint_.refuses()) {
        outcome = Fail(ErrorKind::kConfiguration,
                       fmt::format("'{}' cannot be used with what cluster.librdkafka says: {}",
                                   settings_.brokers, complaint_.text));
      } else if (patience_.expired()) {
        outcome = Unreachable("no broker", rd_kafka_err2str(error));
      } else {
        done = false;
      }
    }
    rd_kafka_topic_destroy(topic);
    return outcome;
  }

  Result<void> Probe(const ClusterUse& use) {
    ProbeAnswers answers;
    if (!use.group.empty() && !use.source_topics.empty()) {
      ProbeGroup(instance_.get(), use.group, use.source_topics.front(), patience_.end(), &answers);
    }
    if (!use.source_topics.empty())
      ProbeRead(instance_.get(), use.source_topics, patience_.end(), &answers);
    if (!use.sink_topics.empty()) {
      Result<void> asked = ProbeWrite(settings_, use.sink_topics, patience_.end(), &answers);
      if (!asked) return asked;
    }
    wrong_ = std::move(answers.refused);
    if (!wrong_.empty() || answers.silent.empty()) return {};
    rd_kafka_poll(instance_.get(), 0);
    return Unreachable(fmt::format("not all ({})", fmt::join(answers.silent, ", ")), "time is up");
  }

  const KafkaSettings& settings_;
  Patience patience_;
  ConnectionComplaint complaint_;
  std::vector<std::string> wrong_;
  KafkaHandle instance_;
};

}  // namespace

Result<void> CheckCluster(const KafkaSettings& settings, const ClusterUse& use) {
  if (settings.brokers.empty()) {
    return Fail(ErrorKind::kConfiguration,
                "no broker: 'cluster.brokers' is empty (or try --embedded-broker)");
  }
  return Check(settings).Run(use);
}

}  // namespace aslx
