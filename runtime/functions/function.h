// The intrinsic functions: one signature, one file a family.
//
// What it is not: the parsing of calls (compiler/) or their fault texts' prefix (runtime/vm).
// Who uses it: the interpreter; the compiler, to fold calls with constant arguments.
// Source: States Language, appendix "Intrinsic Functions". Thread: any.
// Memory: results are in `arena` or share the arguments.
#pragma once

#include <span>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/base/random.h"
#include "runtime/program/opcodes.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/value.h"

namespace aslx {

/// What a function may use besides its arguments. `random` and `reader` are null where the compiler
/// folds: functions that need the first are not folded.
struct FunctionContext {
  Arena* arena = nullptr;
  Random* random = nullptr;
  JsonReader* reader = nullptr;
  /// Set by a function that fails: what is wrong, in the service's words where they are known.
  std::string_view error;
};

/// Undefined with context.error set when it fails.
using Function = Value (*)(std::span<const Value> arguments, FunctionContext& context);

Function FunctionAt(FunctionId id);

/// True when equal arguments always give the same result, so that calls may be folded.
bool IsPure(FunctionId id);

}  // namespace aslx
