#include "runtime/functions/value_text.h"

#include <charconv>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/number.h"

namespace aslx::functions {
namespace {

/// The marks by which the two forms differ.
struct Style {
  std::string_view separator;
  std::string_view between_key_and_value;
  bool quoted;
};
constexpr Style kCompactJson = {",", ":", true};
constexpr Style kJava = {", ", "=", false};

void AppendQuotedString(std::string_view text, ArenaText& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  out.Append('"');
  size_t plain_from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<uint8_t>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.Append(text.substr(plain_from, i - plain_from));
    plain_from = i + 1;
    switch (c) {
      case '"': out.Append("\\\""); break;
      case '\\': out.Append("\\\\"); break;
      case '\b': out.Append("\\b"); break;
      case '\t': out.Append("\\t"); break;
      case '\n': out.Append("\\n"); break;
      case '\f': out.Append("\\f"); break;
      case '\r': out.Append("\\r"); break;
      default: {
        const char escape[] = {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
        out.Append({escape, sizeof(escape)});
      }
    }
  }
  out.Append(text.substr(plain_from));
  out.Append('"');
}

void AppendNumber(const Value& number, ArenaText& out) {
  if (number.raw()) return out.Append(number.text_view());
  char digits[40];
  if ((number.flags & value_flags::kReal) != 0)
    return out.Append({digits, WriteReal(number.real, digits)});
  char* end = std::to_chars(digits, digits + sizeof(digits), number.integer).ptr;
  out.Append({digits, static_cast<size_t>(end - digits)});
}

void AppendString(std::string_view text, const Style& style, ArenaText& out) {
  if (style.quoted) return AppendQuotedString(text, out);
  out.Append(text);
}

// As deep as the value nests, which is at most limits::kJsonDepthMax: nothing deeper is ever made.
void AppendValue(const Value& value, const Style& style, uint32_t depth, Arena& arena,
                 ArenaText& out) {
  ASLX_CHECK(depth <= limits::kJsonDepthMax);
  if (out.over_limit()) return;
  switch (value.type) {
    case Type::kUndefined:
    case Type::kNull: return out.Append("null");
    case Type::kBool: return out.Append(value.truth() ? "true" : "false");
    case Type::kNumber: return AppendNumber(value, out);
    case Type::kString: return AppendString(Decode(value, arena), style, out);
    case Type::kArray: {
      Value array = Open(value, arena);
      out.Append('[');
      for (uint32_t i = 0; i < array.size; ++i) {
        if (i > 0) out.Append(style.separator);
        AppendValue(array.items[i], style, depth + 1, arena, out);
      }
      return out.Append(']');
    }
    case Type::kObject: {
      Value object = Open(value, arena);
      out.Append('{');
      for (uint32_t i = 0; i < object.size; ++i) {
        if (i > 0) out.Append(style.separator);
        AppendString(Decode(object.members[i].key, arena), style, out);
        out.Append(style.between_key_and_value);
        AppendValue(object.members[i].value, style, depth + 1, arena, out);
      }
      return out.Append('}');
    }
  }
}

}  // namespace

void AppendCompactJson(const Value& value, Arena& arena, ArenaText& out) {
  AppendValue(value, kCompactJson, 0, arena, out);
}

void AppendJavaText(const Value& value, Arena& arena, ArenaText& out) {
  AppendValue(value, kJava, 0, arena, out);
}

}  // namespace aslx::functions
