#include "pipeline/kafka/kafka_handle.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "pipeline/kafka/oauth_tokens.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

/// 2.2.0, in the form of rd_kafka_version().
constexpr int kVersionWithFetchQueueBackoff = 0x020200ff;
/// The Java client's: a key lies in the partition where everything that is built on it expects it.
constexpr const char* kPartitioner = "murmur2_random";

void OnLog(const rd_kafka_t* instance, int level, const char* facility, const char* message) {
  // syslog's levels: 4 is a warning, 3 an error. What is an error for librdkafka is one for us only
  // when it ends something, which comes as an event; in the log it is a warning.
  LogLevel ours = level <= 4 ? LogLevel::kWarning : LogLevel::kDebug;
  Log(ours, fmt::format("{}: {}: {}", rd_kafka_name(instance), facility, message));
}

Result<void> SetProperty(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char why[512];
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why) == RD_KAFKA_CONF_OK)
    return {};
  return Fail(ErrorKind::kConfiguration,
              fmt::format("librdkafka refuses the property '{}': {}", name, why));
}

struct Closing {
  std::mutex mutex;
  std::condition_variable done_changed;
  bool done = false;
};

}  // namespace

bool KafkaHandle::Destroy() {
  const bool ended = CallWithin([](rd_kafka_t* instance) { rd_kafka_destroy(instance); });
  instance_ = nullptr;
  return ended;
}

Result<void> KafkaHandle::Make(rd_kafka_type_t type, const KafkaSettings& settings,
                               const KafkaSettings::Properties& defaults,
                               const Configure& configure) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set_log_cb(conf, OnLog);
  const KafkaSettings::Properties& own =
      type == RD_KAFKA_CONSUMER ? settings.consumer_properties : settings.producer_properties;
  KafkaSettings::Properties common = {{"bootstrap.servers", settings.brokers},
                                      {"client.id", "aslx"}};
  if (type == RD_KAFKA_PRODUCER) common.emplace_back("partitioner", kPartitioner);
  for (const KafkaSettings::Properties* properties :
       {&std::as_const(common), &defaults, &settings.properties, &own}) {
    for (const auto& [name, value] : *properties) {
      if (Result<void> set = SetProperty(conf, name, value); !set) {
        rd_kafka_conf_destroy(conf);
        return set;
      }
    }
  }
  if (configure) configure(conf);
  OauthTokens tokens;
  if (Result<void> configured = tokens.Configure(conf); !configured) {
    rd_kafka_conf_destroy(conf);
    return configured;
  }
  char why[512];
  instance_ = rd_kafka_new(type, conf, why, sizeof why);
  if (instance_ != nullptr) return tokens.Enable(instance_);
  rd_kafka_conf_destroy(conf);
  return Fail(ErrorKind::kConfiguration, fmt::format("librdkafka: {}", why));
}

bool KafkaHandle::CallWithin(std::function<void(rd_kafka_t*)> call) {
  if (instance_ == nullptr) return true;
  rd_kafka_t* instance = instance_;
  std::string name = rd_kafka_name(instance);
  // Shared with a thread that may outlive this call.
  auto closing = std::make_shared<Closing>();
  std::thread closer([instance, closing, call = std::move(call)] {
    call(instance);
    std::lock_guard lock(closing->mutex);
    closing->done = true;
    closing->done_changed.notify_all();
  });
  std::unique_lock lock(closing->mutex);
  bool done = closing->done_changed.wait_for(lock, std::chrono::milliseconds(kCloseLimitMs),
                                             [&] { return closing->done; });
  lock.unlock();
  if (done) {
    closer.join();
    return true;
  }
  Log(LogLevel::kWarning,
      fmt::format("{} did not close within {} ms and is left behind", name, kCloseLimitMs));
  closer.detach();
  instance_ = nullptr;
  return false;
}

std::string LibrdkafkaVersion() {
  return rd_kafka_version_str();
}

bool FetchQueueBackoffKnown() {
  return rd_kafka_version() >= kVersionWithFetchQueueBackoff;
}

}  // namespace aslx
