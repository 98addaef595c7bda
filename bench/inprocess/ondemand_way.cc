// simdjson On-Demand: fields found in the order in which they come, their text spliced.
//
// Compiled for the machine it runs on (CMakeLists.txt), since On-Demand knows no other way to use
// its vector units.
#include <simdjson.h>

#include "bench/inprocess/splices.h"
#include "bench/inprocess/way.h"
#include "runtime/base/limits.h"

namespace aslx::bench {
namespace {

template <typename ByHand>
class OnDemand final : public Way {
 public:
  OnDemand() : output_(limits::kPayloadBytesMax) {}

  std::string_view Run(std::string_view event) override {
    namespace ondemand = simdjson::ondemand;
    ondemand::document document;
    const simdjson::padded_string_view padded(event, event.size() + simdjson::SIMDJSON_PADDING);
    ASLX_CHECK(parser_.iterate(padded).get(document) == simdjson::SUCCESS);
    ondemand::object root;
    ASLX_CHECK(document.get_object().get(root) == simdjson::SUCCESS);
    std::string_view fields[std::size(ByHand::kFields)];
    std::string_view open;  // the object that `inner` stands in
    ondemand::object inner;
    for (size_t i = 0; i < std::size(fields); ++i) {
      const Field& field = ByHand::kFields[i];
      if (!field.object.empty() && field.object != open) {
        open = field.object;
        ASLX_CHECK(root.find_field(open).get_object().get(inner) == simdjson::SUCCESS);
      }
      ondemand::value value;
      ASLX_CHECK((field.object.empty() ? root : inner).find_field(field.key).get(value) ==
                 simdjson::SUCCESS);
      fields[i] = TextOf(value);
    }
    return {output_.data(), hand_.Splice(fields, event, output_.data())};
  }

 private:
  static std::string_view TextOf(simdjson::ondemand::value& value) {
    simdjson::ondemand::json_type type;
    ASLX_CHECK(value.type().get(type) == simdjson::SUCCESS);
    if (type != simdjson::ondemand::json_type::array) return value.raw_json_token();
    simdjson::ondemand::array array;
    std::string_view text;
    ASLX_CHECK(value.get_array().get(array) == simdjson::SUCCESS);
    ASLX_CHECK(array.raw_json().get(text) == simdjson::SUCCESS);
    return text;
  }

  simdjson::ondemand::parser parser_;
  std::vector<char> output_;
  ByHand hand_;
};

}  // namespace

std::unique_ptr<Way> MakeOnDemand(const Workload& workload) {
  return MakeByHand<OnDemand>(workload);
}

}  // namespace aslx::bench
