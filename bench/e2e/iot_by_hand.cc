#include "bench/e2e/iot_by_hand.h"

#include <cstring>
#include <string>
#include <vector>

#include <simdjson.h>

namespace aslx::bench {
namespace {

constexpr double kThreshold = 70;

void Put(std::string* out, std::string_view text) {
  out->append(text);
}

/// A string's contents as JSON. Few strings have anything to escape.
void PutString(std::string* out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  size_t done = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text, done, i - done);
    done = i + 1;
    if (c >= 0x20) {
      out->append({'\\', static_cast<char>(c)});
    } else {
      out->append("\\u00").append({kHex[c >> 4], kHex[c & 15]});
    }
  }
  out->append(text, done);
  out->push_back('"');
}

/// A string with its quotes, as it stands in the event.
bool RawString(simdjson::simdjson_result<simdjson::ondemand::value> found, std::string_view* text) {
  simdjson::ondemand::value value;
  if (found.get(value) != simdjson::SUCCESS) return false;
  *text = value.raw_json_token();
  // A token ends where the next one begins.
  while (!text->empty() && text->back() != '"')
    text->remove_suffix(1);
  return text->size() >= 2 && text->front() == '"';
}

}  // namespace

struct IotByHand::Parts {
  simdjson::dom::parser dom;
  simdjson::ondemand::parser on_demand;
  std::vector<char> padded;
  std::string out;

  bool ByDom(std::string_view event);
  bool ByOnDemand(std::string_view event);
};

IotByHand::IotByHand(IotParser parser) : parts_(std::make_unique<Parts>()), parser_(parser) {}
IotByHand::~IotByHand() = default;

std::string_view IotByHand::Transform(std::string_view event) {
  Parts& parts = *parts_;
  // librdkafka gives no room behind a payload, and simdjson reads a little beyond the end.
  if (parts.padded.size() < event.size() + simdjson::SIMDJSON_PADDING)
    parts.padded.resize(2 * event.size() + simdjson::SIMDJSON_PADDING);
  if (!event.empty()) std::memcpy(parts.padded.data(), event.data(), event.size());
  parts.out.clear();
  const bool done = parser_ == IotParser::kDom ? parts.ByDom(event) : parts.ByOnDemand(event);
  return done ? std::string_view(parts.out) : std::string_view();
}

bool IotByHand::Parts::ByDom(std::string_view event) {
  simdjson::dom::element root;
  double temperature = 0;
  if (dom.parse(padded.data(), event.size(), false).get(root) != simdjson::SUCCESS ||
      root["temperature"].get(temperature) != simdjson::SUCCESS) {
    return false;
  }
  std::string_view device, at, site;
  if (root["deviceId"].get(device) != simdjson::SUCCESS ||
      root["timestamp"].get(at) != simdjson::SUCCESS ||
      root["location"]["site"].get(site) != simdjson::SUCCESS) {
    return false;
  }
  Put(&out, R"({"device":)");
  PutString(&out, device);
  Put(&out, R"(,"at":)");
  PutString(&out, at);
  Put(&out, R"(,"site":)");
  PutString(&out, site);
  Put(&out, temperature > kThreshold ? R"(,"alarm":"high"})" : R"(,"alarm":"none"})");
  return true;
}

bool IotByHand::Parts::ByOnDemand(std::string_view event) {
  simdjson::ondemand::document root;
  if (on_demand.iterate(padded.data(), event.size(), padded.size()).get(root) != simdjson::SUCCESS)
    return false;
  // Asked for in the order of the events, as On-Demand likes it; another order is found, too.
  std::string_view device, at, site;
  double temperature = 0;
  simdjson::ondemand::object location;
  if (!RawString(root["deviceId"], &device) || !RawString(root["timestamp"], &at) ||
      root["temperature"].get(temperature) != simdjson::SUCCESS ||
      root["location"].get(location) != simdjson::SUCCESS || !RawString(location["site"], &site)) {
    return false;
  }
  Put(&out, R"({"device":)");
  Put(&out, device);
  Put(&out, R"(,"at":)");
  Put(&out, at);
  Put(&out, R"(,"site":)");
  Put(&out, site);
  Put(&out, temperature > kThreshold ? R"(,"alarm":"high"})" : R"(,"alarm":"none"})");
  return true;
}

}  // namespace aslx::bench
