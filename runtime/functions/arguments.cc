#include "runtime/functions/arguments.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "runtime/base/limits.h"
#include "runtime/value/number.h"

namespace aslx::functions {

Value FailWith(FunctionContext& context, std::initializer_list<std::string_view> parts) {
  size_t size = 0;
  for (std::string_view part : parts)
    size += part.size();
  char* text = context.arena->AllocateArray<char>(size);
  char* end = text;
  for (std::string_view part : parts) {
    if (!part.empty()) std::memcpy(end, part.data(), part.size());
    end += part.size();
  }
  context.error = {text, size};
  return Value::Undefined();
}

Value FailType(FunctionContext& context, std::string_view name, std::string_view wanted,
               const Value& found) {
  return FailWith(context, {"expected ", name, " to be ", wanted, ", found ", TypeName(found)});
}

bool ReadString(const Value& argument, std::string_view name, FunctionContext& context,
                std::string_view* text) {
  if (argument.type != Type::kString) {
    FailType(context, name, "a string", argument);
    return false;
  }
  *text = Decode(argument, *context.arena);
  return true;
}

bool ReadArray(const Value& argument, std::string_view name, FunctionContext& context,
               std::span<const Value>* items) {
  if (argument.type != Type::kArray) {
    FailType(context, name, "an array", argument);
    return false;
  }
  Value opened = Open(argument, *context.arena);
  *items = {opened.items, opened.size};
  return true;
}

bool ReadInteger(const Value& argument, std::string_view name, FunctionContext& context,
                 int64_t* number) {
  if (argument.type != Type::kNumber) {
    FailType(context, name, "a number", argument);
    return false;
  }
  Number parsed = ToNumber(argument);
  if (parsed.is_integer) {
    *number = parsed.integer;
    return true;
  }
  double whole = std::floor(parsed.real);
  if (parsed.real - whole >= 0.5) whole += 1;
  // 2^63: the first double beyond the integers of 64 bits.
  if (!(whole >= -0x1p63 && whole < 0x1p63)) {
    FailWith(context, {"expected ", name, " to be an integer of 64 bits, found a larger number"});
    return false;
  }
  *number = static_cast<int64_t>(whole);
  return true;
}

bool CheckHeight(const Value& value, FunctionContext& context) {
  if (value.height <= limits::kJsonDepthMax) return true;
  FailWith(context,
           {"a value nests deeper than ", Decimal(limits::kJsonDepthMax, context), " levels"});
  return false;
}

Value MakeArray(std::span<const Value> items, FunctionContext& context) {
  uint32_t height = 0;
  for (const Value& item : items) {
    if (item.undefined()) return FailWith(context, {"an argument has no value"});
    if (item.height > height) height = item.height;
  }
  Value array = Value::Array(items.data(), static_cast<uint32_t>(items.size()),
                             static_cast<uint16_t>(height + 1));
  return CheckHeight(array, context) ? array : Value::Undefined();
}

std::string_view TypeName(const Value& value) {
  switch (value.type) {
    case Type::kUndefined: return "no value";
    case Type::kNull: return "null";
    case Type::kBool: return "a boolean";
    case Type::kNumber: return "a number";
    case Type::kString: return "a string";
    case Type::kArray: return "an array";
    case Type::kObject: return "an object";
  }
  return "no value";
}

std::string_view Decimal(int64_t number, FunctionContext& context) {
  char digits[24];
  char* end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  return context.arena->Copy({digits, static_cast<size_t>(end - digits)});
}

size_t CharacterCount(std::string_view text) {
  size_t count = 0;
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xC0) != 0x80) ++count;
    if (byte >= 0xF0) ++count;  // two units beyond the basic plane
  }
  return count;
}

}  // namespace aslx::functions
