#include "pipeline/kafka/property_check.h"

#include <algorithm>
#include <string_view>

#include <fmt/core.h>
#include <librdkafka/rdkafka.h>

namespace aslx {
namespace {

struct Rule {
  std::string_view name;
  /// Values that are accepted, in lower case; none: the property is not for the user at all.
  std::vector<std::string_view> accepted;
  std::string_view reason;
  bool exactly_once_only = false;
};

const std::vector<Rule>& Rules() {
  static const std::vector<Rule> rules = {
      {"enable.auto.commit",
       {"false", "f", "0"},
       "an offset is committed only after all that came of its record is durable"},
      {"enable.auto.offset.store",
       {"false", "f", "0"},
       "an offset is committed only after all that came of its record is durable"},
      {"enable.idempotence",
       {"true", "t", "1"},
       "without it a retry of librdkafka duplicates or reorders records"},
      {"acks", {"all", "-1"}, "a record counts as written once every replica in sync has it"},
      {"request.required.acks",
       {"all", "-1"},
       "a record counts as written once every replica in sync has it"},
      {"delivery.report.only.error",
       {},
       "whether good records are reported follows from 'delivery'"},
      {"isolation.level",
       {"read_committed"},
       "exactly_once must not read what is aborted later, and waits for open transactions",
       true},
      {"transactional.id",
       {},
       "it is made of 'cluster.instance_id', the pipeline's name and the worker's number"},
      {"auto.offset.reset", {}, "use 'cluster.start_offset'"},
      {"transaction.timeout.ms", {}, "use 'cluster.transaction_timeout_ms'"},
      {"group.id", {}, "use the pipeline's 'source.group'"},
      {"group.instance.id", {}, "use 'cluster.instance_id' and 'cluster.static_membership'"},
      {"session.timeout.ms", {}, "use 'cluster.session_timeout_ms'"},
      {"bootstrap.servers", {}, "use 'cluster.brokers'"},
      {"metadata.broker.list", {}, "use 'cluster.brokers'"},
  };
  return rules;
}

std::string Lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

class Checker {
 public:
  Checker(bool exactly_once, int version) : exactly_once_(exactly_once), version_(version) {}

  void Check(std::string_view section, const KafkaSettings::Properties& properties) {
    for (const auto& [name, value] : properties) {
      for (const Rule& rule : Rules()) {
        if (rule.name != name || (rule.exactly_once_only && !exactly_once_)) continue;
        if (std::ranges::find(rule.accepted, Lower(value)) != rule.accepted.end()) continue;
        const std::string expected =
            rule.accepted.empty() ? "may not be set"
                                  : fmt::format("is '{}', expected '{}'", value, rule.accepted[0]);
        findings.push_back(fmt::format("{}: '{}' {}: {}", section, name, expected, rule.reason));
      }
      if (name == "partition.assignment.strategy") CheckAssignor(section, value);
    }
  }

  std::vector<std::string> findings;

 private:
  void CheckAssignor(std::string_view section, const std::string& value) {
    if (version_ >= kVersionWithCooperative ||
        Lower(value).find("cooperative-sticky") == std::string::npos) {
      return;
    }
    findings.push_back(fmt::format(
        "{}: 'partition.assignment.strategy' is '{}', expected range or roundrobin: librdkafka "
        "{}.{}.{} can abort the process with cooperative-sticky (its issue 4312); it is supported "
        "from 2.3 on",
        section, value, version_ >> 24, (version_ >> 16) & 0xff, (version_ >> 8) & 0xff));
  }

  bool exactly_once_;
  int version_;
};

}  // namespace

std::vector<std::string> CheckProperties(const KafkaSettings& settings, bool exactly_once) {
  return CheckProperties(settings, exactly_once, rd_kafka_version());
}

std::vector<std::string> CheckProperties(const KafkaSettings& settings, bool exactly_once,
                                         int version) {
  Checker checker(exactly_once, version);
  checker.Check("cluster.librdkafka", settings.properties);
  checker.Check("cluster.librdkafka_consumer", settings.consumer_properties);
  checker.Check("cluster.librdkafka_producer", settings.producer_properties);
  return std::move(checker.findings);
}

}  // namespace aslx
