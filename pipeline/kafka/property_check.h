// Properties of librdkafka that the configuration may not set: they would break what a pipeline
// promises, or this librdkafka cannot do them safely.
//
// What it is not: librdkafka's own check of names and values (kafka_handle.h).
// Who uses it: `aslx run`, before anything is opened. Thread: any. Memory: plain values.
#pragma once

#include <string>
#include <vector>

#include "pipeline/kafka/kafka_settings.h"

namespace aslx {

/// The first librdkafka that survives a member that is restarted before its first assignment with
/// the cooperative-sticky assignor, in the form of rd_kafka_version().
inline constexpr int kVersionWithCooperative = 0x020300ff;

/// A sentence for each; `exactly_once` says whether any pipeline is.
std::vector<std::string> CheckProperties(const KafkaSettings& settings, bool exactly_once);
/// The same for a librdkafka of this version.
std::vector<std::string> CheckProperties(const KafkaSettings& settings, bool exactly_once,
                                         int version);

}  // namespace aslx
