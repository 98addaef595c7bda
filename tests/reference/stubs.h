#pragma once

// What it is: the recorded answers of tasks: finds the answer for a call by the state, the kind of
// call and its computed parameters, and uses up answers one after another.
// What it is not: a mock file of Step Functions Local. Used by: task, report.
// Thread: one. Memory: owns its copy of the stubs.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/reference/json.h"

namespace aslx::reference {

// {{ANY}} as a whole text matches every value, inside of one any run of characters.
bool MatchesPattern(const Json& pattern, const Json& value);

class Stubs {
 public:
  // Of {"stubs":[…]}; nothing else is in it.
  explicit Stubs(const Json& file);

  // The next answer for the call, or nothing when none is left or none fits.
  std::optional<Json> Take(const std::string& state, const std::string& resource_type,
                           const std::string& resource, const Json& parameters);

  // How many answers nobody asked for; a last one that repeats need not be.
  int64_t unused() const;

 private:
  struct Stub {
    Json form;
    size_t used = 0;
  };
  std::vector<Stub> stubs_;
};

}  // namespace aslx::reference
