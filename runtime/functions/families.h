// The intrinsic functions, by family: one declaration each, defined in the family's own file.
//
// What it is not: for callers; they look functions up with FunctionAt (function.h).
// Who uses it: function.cc and the families. Thread: any.
// Memory: as function.h says.
#pragma once

#include <span>

#include "runtime/functions/function.h"

namespace aslx::functions {

// array_functions.cc
Value Array(std::span<const Value> arguments, FunctionContext& context);
Value ArrayPartition(std::span<const Value> arguments, FunctionContext& context);
Value ArrayContains(std::span<const Value> arguments, FunctionContext& context);
Value ArrayRange(std::span<const Value> arguments, FunctionContext& context);
Value ArrayGetItem(std::span<const Value> arguments, FunctionContext& context);
Value ArrayLength(std::span<const Value> arguments, FunctionContext& context);

// array_unique.cc
Value ArrayUnique(std::span<const Value> arguments, FunctionContext& context);

// encoding_functions.cc
Value Base64Encode(std::span<const Value> arguments, FunctionContext& context);
Value Base64Decode(std::span<const Value> arguments, FunctionContext& context);
Value Hash(std::span<const Value> arguments, FunctionContext& context);

// json_functions.cc
Value StringToJson(std::span<const Value> arguments, FunctionContext& context);
Value JsonToString(std::span<const Value> arguments, FunctionContext& context);
Value JsonMerge(std::span<const Value> arguments, FunctionContext& context);

// math_functions.cc
Value MathRandom(std::span<const Value> arguments, FunctionContext& context);
Value MathAdd(std::span<const Value> arguments, FunctionContext& context);
Value UUID(std::span<const Value> arguments, FunctionContext& context);

// string_functions.cc
Value Format(std::span<const Value> arguments, FunctionContext& context);
Value StringSplit(std::span<const Value> arguments, FunctionContext& context);

}  // namespace aslx::functions
