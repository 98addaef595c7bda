#include <algorithm>

#include "runtime/functions/arena_text.h"
#include "runtime/functions/arguments.h"
#include "runtime/functions/families.h"
#include "runtime/functions/value_text.h"

namespace aslx::functions {
namespace {

/// The UTF-8 sequence at the start of `text`, which is not empty.
std::string_view FirstCharacter(std::string_view text) {
  size_t size = 1;
  while (size < text.size() && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80)
    ++size;
  return text.substr(0, size);
}

/// Bytes of `text` before the first character that is one of `delimiters`.
size_t SizeOfPart(std::string_view text, std::string_view delimiters) {
  size_t at = 0;
  while (at < text.size()) {
    std::string_view character = FirstCharacter(text.substr(at));
    // Both are valid UTF-8, so a match begins at a character.
    if (delimiters.find(character) != std::string_view::npos) break;
    at += character.size();
  }
  return at;
}

}  // namespace

Value Format(std::span<const Value> arguments, FunctionContext& context) {
  std::string_view form;
  if (!ReadString(arguments[0], "the template", context, &form)) return Value::Undefined();
  ArenaText out(*context.arena, form.size() + 64);
  size_t used = 0;
  size_t from = 0;
  for (;;) {
    size_t at = form.find("{}", from);
    if (at == std::string_view::npos) break;
    out.Append(form.substr(from, at - from));
    ++used;
    if (used < arguments.size()) {
      if (!CheckHeight(arguments[used], context)) return Value::Undefined();
      AppendJavaText(arguments[used], *context.arena, out);
    }
    from = at + 2;
    if (out.over_limit()) return Value::Null();
  }
  if (used != arguments.size() - 1)
    return FailWith(context, {"the template has ", Decimal(static_cast<int64_t>(used), context),
                              " times {}, but there are ",
                              Decimal(static_cast<int64_t>(arguments.size()) - 1, context),
                              " arguments for it"});
  out.Append(form.substr(from));
  return Value::String(out.text());
}

Value StringSplit(std::span<const Value> arguments, FunctionContext& context) {
  std::string_view text;
  std::string_view delimiters;
  if (!ReadString(arguments[0], "the first argument", context, &text) ||
      !ReadString(arguments[1], "the delimiter", context, &delimiters))
    return Value::Undefined();
  // Each part takes at least one byte and is followed by a delimiter of at least one.
  Value* parts = context.arena->AllocateArray<Value>(text.size() / 2 + 1);
  uint32_t count = 0;
  while (!text.empty()) {
    size_t size = SizeOfPart(text, delimiters);
    if (size > 0) parts[count++] = Value::String(text.substr(0, size));
    text.remove_prefix(size);
    if (!text.empty()) text.remove_prefix(FirstCharacter(text).size());
  }
  context.arena->ShrinkLast(parts + count);
  return Value::Array(parts, count, 1);
}

}  // namespace aslx::functions
