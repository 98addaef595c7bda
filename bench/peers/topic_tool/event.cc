#include "bench/peers/topic_tool/event.h"

#include <fstream>

#include <fmt/format.h>
#include <simdjson.h>

#include "tests/kafka/faults/client.h"

namespace aslx::peers {
namespace {

constexpr double kThreshold = 70;

Expected ExpectedOf(simdjson::dom::parser& parser, const std::string& text, uint64_t line) {
  simdjson::dom::element event;
  std::string_view device, at, site;
  double temperature = 0;
  if (parser.parse(text).get(event) != simdjson::SUCCESS ||
      event["deviceId"].get(device) != simdjson::SUCCESS ||
      event["timestamp"].get(at) != simdjson::SUCCESS ||
      event["location"]["site"].get(site) != simdjson::SUCCESS ||
      event["temperature"].get(temperature) != simdjson::SUCCESS) {
    faults::Die(fmt::format("line {} of the events is no reading: {}", line, text));
  }
  return {std::string(device), std::string(at), std::string(site), temperature > kThreshold};
}

}  // namespace

Pool Pool::Load(const std::string& path) {
  std::ifstream file(path);
  if (!file) faults::Die(fmt::format("cannot read the events in {}", path));
  Pool pool;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    pool.expected_.push_back(ExpectedOf(parser, line, pool.texts_.size() + 1));
    pool.texts_.push_back(line);
  }
  if (pool.texts_.empty()) faults::Die(fmt::format("there are no events in {}", path));
  return pool;
}

bool Matches(std::string_view output, const Expected& expected) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string_view device, at, site, alarm;
  return parser.parse(output.data(), output.size()).get(object) == simdjson::SUCCESS &&
         object.size() == 4 && object["device"].get(device) == simdjson::SUCCESS &&
         device == expected.device && object["at"].get(at) == simdjson::SUCCESS &&
         at == expected.at && object["site"].get(site) == simdjson::SUCCESS &&
         site == expected.site && object["alarm"].get(alarm) == simdjson::SUCCESS &&
         alarm == (expected.alarm ? "high" : "none");
}

}  // namespace aslx::peers
