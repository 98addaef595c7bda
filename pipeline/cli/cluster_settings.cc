#include "pipeline/cli/cluster_settings.h"

#include <cstdlib>

#include <unistd.h>

namespace aslx {

std::optional<std::string> FromEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

std::string InstanceOf(const ClusterConfig& cluster) {
  char host[256] = "host";
  gethostname(host, sizeof host - 1);
  return cluster.instance_id.empty() ? host : cluster.instance_id;
}

KafkaSettings SettingsOf(const ClusterConfig& cluster) {
  KafkaSettings settings;
  settings.brokers = cluster.brokers;
  settings.wait_ms = cluster.wait_ms;
  settings.probe_permissions = cluster.probe_permissions;
  settings.session_timeout_ms = cluster.session_timeout_ms;
  settings.start_offset = cluster.start_offset;
  settings.properties = cluster.properties;
  settings.consumer_properties = cluster.consumer_properties;
  settings.producer_properties = cluster.producer_properties;
  settings.transaction_timeout_ms = cluster.transaction_timeout_ms;
  settings.instance_id = InstanceOf(cluster);
  settings.static_membership = cluster.static_membership;
  return settings;
}

}  // namespace aslx
