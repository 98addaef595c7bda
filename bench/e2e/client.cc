#include "bench/e2e/client.h"

namespace aslx::bench {

Properties ParseProperties(const std::vector<std::string>& texts) {
  Properties properties;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) Die("'" + text + "' is not a property: NAME=VALUE is");
    properties.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return properties;
}

rd_kafka_t* MakeClient(rd_kafka_type_t type, const Properties& properties,
                       const std::function<void(rd_kafka_conf_t*)>& configure) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char error[512];
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error, sizeof error) !=
        RD_KAFKA_CONF_OK) {
      Die("property " + name + ": " + error);
    }
  }
  configure(conf);
  rd_kafka_t* client = rd_kafka_new(type, conf, error, sizeof error);
  if (client == nullptr) Die(error);
  return client;
}

}  // namespace aslx::bench
