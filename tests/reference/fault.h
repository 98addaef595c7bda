#pragma once

// What it is: an ASL error on its way up, and the result type of what can end in one.
// What it is not: a failure of the evaluator itself; a definition comes here accepted.
// Used by: everything that evaluates. Thread: any. Memory: owns its texts.

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "tests/reference/json.h"

namespace aslx::reference {

struct Fault {
  std::optional<std::string> error;
  std::optional<std::string> cause;
  bool heartbeat = false;  // States.HeartbeatTimeout matches, although the name is States.Timeout
  bool timed_out = false;
  bool needs_prefix = false;  // the cause still has to say in which state it happened
};

template <typename T>
using Outcome = tl::expected<T, Fault>;

// A States.Runtime of the running state, whose name and event the state puts before the cause.
tl::unexpected<Fault> RuntimeFault(std::string cause);

// A fault with a cause that stands as it is.
tl::unexpected<Fault> NamedFault(std::string error, std::string cause);

// States.Runtime, which nothing catches.
bool IsRuntime(const Fault& fault);

}  // namespace aslx::reference
