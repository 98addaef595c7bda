// What a flow tells whoever operates it, in words.
//
// What it is not: for what happens to every record (flow_counters.h).
// Who uses it: Flow calls it; pipeline/admin's CoreStatus logs and shows it.
// Thread: the worker's. Memory: texts live during the call.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/base/result.h"

namespace aslx {

class FlowListener {
 public:
  virtual ~FlowListener() = default;
  /// Something outside did not do as it should, and is tried again. May come as often as there are
  /// outputs.
  virtual void OnWarning(std::string_view what, std::string_view reason) = 0;
  /// A record that can be neither processed nor dead-lettered holds the commit point from here on.
  virtual void OnHeld(std::string_view topic, int32_t partition, int64_t offset,
                      std::string_view reason) = 0;
  /// Nothing is read, sent or committed any more; null: all is well. The Delivery is about to be
  /// closed, which may hang.
  virtual void OnFinished(const Error* failure) = 0;
};

}  // namespace aslx
