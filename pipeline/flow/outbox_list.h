// A list of records in an Outbox (outbox.h), held by whoever put it together.
//
// What it is not: the records; those are the Outbox's, linked through OutboxEntry::next.
// Who uses it: Outbox, and an input whose outputs are set aside. Thread: the worker's.
#pragma once

#include <cstdint>

namespace aslx {

struct OutboxList {
  uint32_t first = UINT32_MAX;
  uint32_t last = UINT32_MAX;
  bool empty() const { return first == UINT32_MAX; }
};

}  // namespace aslx
