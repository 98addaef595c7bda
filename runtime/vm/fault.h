// An ASL error, which Retry and Catch may handle.
//
// What it is not: our own failure (Error in runtime/base/result.h). The two are never mixed.
// Source: States Language, "Errors".
// Thread: the worker's. Memory: texts live in the execution's arena or the Program.
#pragma once

#include <string_view>

#include "runtime/program/error_names.h"
#include "runtime/value/value.h"

namespace aslx {

/// Undefined name or cause: the service sends none (a task that failed without them, a bare Fail).
struct Fault {
  Value name;
  Value cause;
  /// A heartbeat that stayed away: named States.Timeout, yet States.HeartbeatTimeout matches, too.
  bool heartbeat = false;

  std::string_view name_view() const { return name.text_view(); }
};

}  // namespace aslx
