// simdjson's DOM parse of the event, in place: every byte validated, every value on the tape.
#include <simdjson.h>

#include "bench/inprocess/way.h"
#include "runtime/base/check.h"

namespace aslx::bench {
namespace {

class DomParse final : public Way {
 public:
  std::string_view Run(std::string_view event) override {
    simdjson::dom::element root;
    // false: the event has its padding, nothing is copied.
    ASLX_CHECK(parser_.parse(event.data(), event.size(), false).get(root) == simdjson::SUCCESS);
    return {};
  }

 private:
  simdjson::dom::parser parser_;
};

}  // namespace

std::unique_ptr<Way> MakeDomParse(const Workload&) {
  return std::make_unique<DomParse>();
}

}  // namespace aslx::bench
