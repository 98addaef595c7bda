#include <algorithm>
#include <cstring>

#include "runtime/base/limits.h"
#include "runtime/functions/arena_text.h"
#include "runtime/functions/arguments.h"
#include "runtime/functions/families.h"
#include "runtime/functions/value_text.h"

namespace aslx::functions {
namespace {

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Where the next `-0` that is an integer of its own begins in a valid JSON text, at or behind
/// `from`; npos when there is none.
size_t FindNegativeZero(std::string_view text, size_t from) {
  bool in_string = false;
  for (size_t i = from; i < text.size(); ++i) {
    char c = text[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string || c != '-' || text[i + 1] != '0') continue;
    bool is_exponent = i > 0 && (text[i - 1] | 0x20) == 'e';
    bool goes_on = i + 2 < text.size() && (text[i + 2] == '.' || (text[i + 2] | 0x20) == 'e');
    if (!is_exponent && !goes_on) return i;
  }
  return std::string_view::npos;
}

/// The service's parser has no negative zero among the integers. `text` is valid JSON.
std::string_view WithoutNegativeZero(std::string_view text, Arena& arena) {
  size_t at = FindNegativeZero(text, 0);
  if (at == std::string_view::npos) return text;
  char* const copy = arena.AllocateArray<char>(text.size());
  char* to = copy;
  size_t from = 0;
  for (; at != std::string_view::npos; at = FindNegativeZero(text, at + 1)) {
    to = std::copy(text.begin() + static_cast<ptrdiff_t>(from),
                   text.begin() + static_cast<ptrdiff_t>(at), to);
    from = at + 1;  // the minus sign
  }
  to = std::copy(text.begin() + static_cast<ptrdiff_t>(from), text.end(), to);
  return {copy, static_cast<size_t>(to - copy)};
}

JsonError ReadText(std::string_view text, FunctionContext& context, Value* root) {
  if (context.reader != nullptr) return context.reader->Read(text, nullptr, nullptr, root);
  JsonReader reader;
  return reader.Read(text, nullptr, nullptr, root);
}

}  // namespace

Value StringToJson(std::span<const Value> arguments, FunctionContext& context) {
  std::string_view text;
  if (!ReadString(arguments[0], "the argument", context, &text)) return Value::Undefined();
  if (IsBlank(text)) return Value::Null();
  Value root;
  JsonError error = ReadText(text, context, &root);
  if (error.kind != JsonError::Kind::kNone)
    return FailWith(context, {"the string is not a JSON text: ", error.message, " at byte ",
                              Decimal(static_cast<int64_t>(error.offset), context)});
  std::string_view positive = WithoutNegativeZero(text, *context.arena);
  if (positive.data() != text.data()) ReadText(positive, context, &root);
  return root;
}

Value JsonToString(std::span<const Value> arguments, FunctionContext& context) {
  if (!CheckHeight(arguments[0], context)) return Value::Undefined();
  ArenaText out(*context.arena, 256);
  AppendCompactJson(arguments[0], *context.arena, out);
  return Value::String(out.text());
}

Value JsonMerge(std::span<const Value> arguments, FunctionContext& context) {
  for (size_t i = 0; i < 2; ++i)
    if (arguments[i].type != Type::kObject)
      return FailType(context, i == 0 ? "the first argument" : "the second argument", "an object",
                      arguments[i]);
  if (arguments[2].type != Type::kBool)
    return FailType(context, "the third argument", "false", arguments[2]);
  if (arguments[2].truth())
    return FailWith(context, {"the third argument is true, but only the shallow merge (false) is "
                              "supported"});
  Arena& arena = *context.arena;
  Value first = Open(arguments[0], arena);
  Value second = Open(arguments[1], arena);
  // Keys of both objects in order of their text: merging costs a sort, not a product.
  uint32_t* order = arena.AllocateArray<uint32_t>(first.size);
  for (uint32_t i = 0; i < first.size; ++i)
    order[i] = i;
  auto by_key = [&first](uint32_t left, uint32_t right) {
    return first.members[left].key_view() < first.members[right].key_view();
  };
  std::sort(order, order + first.size, by_key);
  Member* merged = arena.AllocateArray<Member>(size_t{first.size} + second.size);
  if (first.size > 0)
    std::memcpy(static_cast<void*>(merged), first.members, first.size * sizeof(Member));
  uint32_t count = first.size;
  for (uint32_t i = 0; i < second.size; ++i) {
    std::string_view key = second.members[i].key_view();
    uint32_t* at = std::lower_bound(order, order + first.size, key,
                                    [&first](uint32_t member, std::string_view wanted) {
                                      return first.members[member].key_view() < wanted;
                                    });
    bool same = at != order + first.size && first.members[*at].key_view() == key;
    merged[same ? *at : count++] = second.members[i];
  }
  return Value::Object(merged, count, std::max(first.height, second.height));
}

}  // namespace aslx::functions
