#include <algorithm>
#include <cstring>

#include "runtime/base/limits.h"
#include "runtime/functions/arguments.h"
#include "runtime/functions/families.h"
#include "runtime/value/compare.h"

namespace aslx::functions {

Value Array(std::span<const Value> arguments, FunctionContext& context) {
  Value* items = context.arena->AllocateArray<Value>(arguments.size());
  std::copy(arguments.begin(), arguments.end(), items);
  return MakeArray({items, arguments.size()}, context);
}

Value ArrayPartition(std::span<const Value> arguments, FunctionContext& context) {
  std::span<const Value> items;
  int64_t size = 0;
  if (!ReadArray(arguments[0], "the first argument", context, &items) ||
      !ReadInteger(arguments[1], "the chunk size", context, &size))
    return Value::Undefined();
  if (size <= 0)
    return FailWith(context,
                    {"expected the chunk size to be above 0, found ", Decimal(size, context)});
  auto chunk_size = static_cast<size_t>(std::min<int64_t>(size, UINT32_MAX));
  size_t count = (items.size() + chunk_size - 1) / chunk_size;
  Value* chunks = context.arena->AllocateArray<Value>(count);
  for (size_t i = 0; i < count; ++i) {
    size_t from = i * chunk_size;
    // A chunk is a part of the opened array: nothing is copied.
    chunks[i] = MakeArray(items.subspan(from, std::min(chunk_size, items.size() - from)), context);
    if (chunks[i].undefined()) return chunks[i];
  }
  return MakeArray({chunks, count}, context);
}

Value ArrayContains(std::span<const Value> arguments, FunctionContext& context) {
  std::span<const Value> items;
  if (!ReadArray(arguments[0], "the first argument", context, &items) ||
      !CheckHeight(arguments[0], context) || !CheckHeight(arguments[1], context))
    return Value::Undefined();
  for (const Value& item : items) {
    if (Equal(item, arguments[1], *context.arena)) return Value::Bool(true);
    if (context.arena->over_limit()) break;
  }
  return Value::Bool(false);
}

Value ArrayRange(std::span<const Value> arguments, FunctionContext& context) {
  int64_t first = 0;
  int64_t last = 0;
  int64_t step = 0;
  if (!ReadInteger(arguments[0], "the first element", context, &first) ||
      !ReadInteger(arguments[1], "the final element", context, &last) ||
      !ReadInteger(arguments[2], "the increment", context, &step))
    return Value::Undefined();
  if (step == 0) return FailWith(context, {"expected an increment that is not 0"});
  bool towards = step > 0 ? first <= last : first >= last;
  if (!towards) return Value::Array(nullptr, 0, 1);
  uint64_t distance = step > 0 ? static_cast<uint64_t>(last) - static_cast<uint64_t>(first)
                               : static_cast<uint64_t>(first) - static_cast<uint64_t>(last);
  uint64_t width =
      step > 0 ? static_cast<uint64_t>(step) : uint64_t{0} - static_cast<uint64_t>(step);
  uint64_t steps = distance / width;
  if (steps >= limits::kArrayRangeElementsMax)
    return FailWith(context, {"the range has more than ",
                              Decimal(limits::kArrayRangeElementsMax, context), " elements"});
  Value* items = context.arena->AllocateArray<Value>(steps + 1);
  for (uint64_t i = 0; i <= steps; ++i)
    items[i] = Value::Integer(first + static_cast<int64_t>(i) * step);
  return Value::Array(items, static_cast<uint32_t>(steps + 1), 1);
}

Value ArrayGetItem(std::span<const Value> arguments, FunctionContext& context) {
  int64_t index = 0;
  if (arguments[0].type != Type::kArray)
    return FailType(context, "the first argument", "an array", arguments[0]);
  if (!ReadInteger(arguments[1], "the index", context, &index)) return Value::Undefined();
  Value item;
  if (index >= 0 && index <= UINT32_MAX)
    item = FindItem(arguments[0], static_cast<uint32_t>(index), *context.arena);
  if (item.undefined())
    return FailWith(context, {"the index ", Decimal(index, context), " is outside the array of ",
                              Decimal(CountOf(arguments[0], *context.arena), context), " items"});
  return item;
}

Value ArrayLength(std::span<const Value> arguments, FunctionContext& context) {
  if (arguments[0].type != Type::kArray)
    return FailType(context, "the argument", "an array", arguments[0]);
  return Value::Integer(CountOf(arguments[0], *context.arena));
}

}  // namespace aslx::functions
