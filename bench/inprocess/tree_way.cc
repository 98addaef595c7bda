// simdjson's DOM to a tree and back: what a program does that holds an event as objects on the
// heap.
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "bench/inprocess/way.h"
#include "runtime/base/check.h"

namespace aslx::bench {
namespace {

using Json = nlohmann::json;

template <typename T>
T As(simdjson::dom::element element) {
  T value{};
  ASLX_CHECK(element.get(value) == simdjson::SUCCESS);
  return value;
}

Json TreeOf(simdjson::dom::element from) {
  using simdjson::dom::element_type;
  switch (from.type()) {
    case element_type::ARRAY: {
      Json array = Json::array();
      for (const simdjson::dom::element item : As<simdjson::dom::array>(from))
        array.push_back(TreeOf(item));
      return array;
    }
    case element_type::OBJECT: {
      Json object = Json::object();
      for (const auto& [key, value] : As<simdjson::dom::object>(from))
        object.emplace(key, TreeOf(value));
      return object;
    }
    case element_type::INT64: return As<int64_t>(from);
    case element_type::UINT64: return As<uint64_t>(from);
    case element_type::DOUBLE: return As<double>(from);
    case element_type::STRING: return As<std::string_view>(from);
    case element_type::BOOL: return As<bool>(from);
    case element_type::NULL_VALUE: return nullptr;
  }
  ASLX_CHECK(false);
}

Json Iot(Json& event) {
  return {{"device", std::move(event["deviceId"])},
          {"at", std::move(event["timestamp"])},
          {"site", std::move(event["location"]["site"])},
          {"alarm", event["temperature"] > 70 ? "high" : "none"}};
}

Json Enrich(Json& event) {
  const Json& place = event["location"];
  Json enriched = {{"label", event["deviceId"].get_ref<const std::string&>() + " at " +
                                 place["site"].get_ref<const std::string&>()},
                   {"next", event["sequence"].get<int64_t>() + 1},
                   {"place", Json::array({place["site"], place["line"]})},
                   {"version", 2}};
  event["enriched"] = std::move(enriched);
  return std::move(event);
}

Json Router(Json& event) {
  const int line = std::stoi(event["location"]["line"].get_ref<const std::string&>());
  return {{"device", std::move(event["deviceId"])}, {"hall", line % 10}};
}

Json Pipeline(Json& event) {
  ASLX_CHECK(event["online"] == true && event["battery"] >= 1 && event["pressure"] <= 2'000 &&
             event["type"] == "environment");
  return {{"device", std::move(event["deviceId"])},
          {"at", std::move(event["timestamp"])},
          {"class", "climate"},
          {"alarm", event["temperature"] > 70 ? "high" : "none"}};
}

Json Map(Json& event) {
  Json results = Json::array();
  for (Json& sample : event["samples"])
    results.push_back({{"value", std::move(sample)}, {"unit", "C"}});
  return results;
}

Json Parallel(Json& event) {
  return Json::array(
      {{{"device", std::move(event["deviceId"])}, {"temperature", event["temperature"]}},
       {{"at", std::move(event["timestamp"])}, {"site", std::move(event["location"]["site"])}}});
}

class Tree final : public Way {
 public:
  explicit Tree(Json (*transform)(Json&)) : transform_(transform) {}
  std::string_view Run(std::string_view event) override {
    simdjson::dom::element root;
    // false: the event has its padding, nothing is copied.
    ASLX_CHECK(parser_.parse(event.data(), event.size(), false).get(root) == simdjson::SUCCESS);
    Json tree = TreeOf(root);
    output_ = transform_(tree).dump();
    return output_;
  }

 private:
  Json (*transform_)(Json&);
  simdjson::dom::parser parser_;
  std::string output_;
};

constexpr struct {
  std::string_view machine;
  Json (*transform)(Json&);
} kTransforms[] = {{"iot", Iot},           {"enrich", Enrich}, {"router", Router},
                   {"pipeline", Pipeline}, {"map", Map},       {"parallel", Parallel}};

}  // namespace

std::unique_ptr<Way> MakeTree(const Workload& workload) {
  for (const auto& [machine, transform] : kTransforms)
    if (workload.machine() == machine) return std::make_unique<Tree>(transform);
  return nullptr;
}

}  // namespace aslx::bench
