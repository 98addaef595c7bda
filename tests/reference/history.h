#pragma once

// What it is: the history of an execution, events as GetExecutionHistory gives them.
// What it is not: which events there are; the machine decides that.
// Used by: machine and its states, report. Thread: one. Memory: owns its events.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/reference/json.h"

namespace aslx::reference {

class History {
 public:
  // Adds an event and gives its id. `details` are the members of its …EventDetails object, which
  // is named `kind`; an empty kind leaves the object out.
  int64_t Add(std::string_view type, int64_t previous, int64_t milliseconds,
              std::string_view kind = {}, Json::Members details = {});

  int64_t last_id() const { return static_cast<int64_t>(events_.size()); }
  const Json::Items& events() const { return events_; }

 private:
  Json::Items events_;
};

}  // namespace aslx::reference
