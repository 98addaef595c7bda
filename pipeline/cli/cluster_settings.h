// What a configuration says of its cluster, in the terms of pipeline/kafka.
//
// Thread: any. Memory: returns copies.
#pragma once

#include <optional>
#include <string>

#include "pipeline/config/run_config.h"
#include "pipeline/kafka/kafka_settings.h"

namespace aslx {

/// The Environment of a configuration file: the process's own.
std::optional<std::string> FromEnvironment(const std::string& name);

/// The process's identity among those of its group: the configuration's, or the host's name.
std::string InstanceOf(const ClusterConfig& cluster);

KafkaSettings SettingsOf(const ClusterConfig& cluster);

}  // namespace aslx
