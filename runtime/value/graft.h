// Setting a value inside another by a reference path: a new spine that shares the rest.
//
// Source: States Language, "ResultPath". Thread: any. Memory: the new spine is in `arena`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx {

/// One step of a reference path: a key, or an array index when key.data() is null.
struct GraftStep {
  std::string_view key;
  int64_t index = 0;
  bool is_index = false;
};

enum class GraftStatus : uint8_t {
  kDone,
  kNotAContainer,  // a step meets a scalar (or an array where a key is needed):
                   // States.ResultPathMatchFailure
  kNoSuchItem,     // an index beyond the end of the array
  kTooDeep,        // the result would nest deeper than limits::kJsonDepthMax
};

/// `into` with `value` at `steps`; missing objects on the way are made. No steps: `value` itself.
GraftStatus Graft(const Value& into, std::span<const GraftStep> steps, const Value& value,
                  Arena& arena, Value* result);

}  // namespace aslx
