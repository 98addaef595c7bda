// The `iot` workload as one would write it for this one machine: simdjson, one comparison, the
// output put together from pieces of the event.
//
// What it is not: ours; nothing of runtime/ is in it. It takes the event apart as the machine does,
// so that a text that is not JSON, or not of this shape, is told from a reading.
// Who uses it: forwarder.cc. Thread: one. Memory: the parser's, reused.
#pragma once

#include <memory>
#include <string_view>

namespace aslx::bench {

enum class IotParser {
  kDom,       // every byte of the event is validated, as aslx does
  kOnDemand,  // only what is looked at is
};

class IotByHand {
 public:
  explicit IotByHand(IotParser parser);
  ~IotByHand();
  IotByHand(const IotByHand&) = delete;
  IotByHand& operator=(const IotByHand&) = delete;

  /// The output, valid until the next call; empty: the event is no JSON text of the right shape.
  std::string_view Transform(std::string_view event);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  IotParser parser_;
};

}  // namespace aslx::bench
