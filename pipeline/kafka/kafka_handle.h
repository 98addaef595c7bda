// A librdkafka instance: made from settings, ended within a deadline.
//
// What it is not: a consumer or producer of ours (kafka_source.h, kafka_sink.h).
// Thread: Make on the thread whose affinity the instance's threads are to inherit.
// Memory: a KafkaHandle owns the instance.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "pipeline/kafka/kafka_settings.h"
#include "runtime/base/result.h"

namespace aslx {

/// How long closing may take before the instance is left to the end of the process: librdkafka's
/// close and destroy can hang.
inline constexpr int64_t kCloseLimitMs = 5'000;

class KafkaHandle {
 public:
  using Configure = std::function<void(rd_kafka_conf_t*)>;

  KafkaHandle() = default;
  /// Destroys the instance, within kCloseLimitMs.
  ~KafkaHandle() { Destroy(); }
  KafkaHandle(const KafkaHandle&) = delete;
  KafkaHandle& operator=(const KafkaHandle&) = delete;

  /// `defaults` first, then the settings' properties, so that those win. `configure` sets callbacks
  /// and events. A property that librdkafka refuses is a configuration error.
  Result<void> Make(rd_kafka_type_t type, const KafkaSettings& settings,
                    const KafkaSettings::Properties& defaults, const Configure& configure);

  rd_kafka_t* get() const { return instance_; }
  explicit operator bool() const { return instance_ != nullptr; }

  /// Runs `call` on a thread of its own for at most kCloseLimitMs. False when it hangs: the
  /// instance is then left to the end of the process, and so must be what `call` refers to.
  bool CallWithin(std::function<void(rd_kafka_t*)> call);

  /// Destroys the instance, within kCloseLimitMs; false when that hangs.
  bool Destroy();

 private:
  rd_kafka_t* instance_ = nullptr;
};

/// Of the library that is loaded, such as `2.0.2`.
std::string LibrdkafkaVersion();

/// True from the version on that has `fetch.queue.backoff.ms`.
bool FetchQueueBackoffKnown();

}  // namespace aslx
