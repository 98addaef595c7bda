#include <openssl/evp.h>

#include "runtime/base/limits.h"
#include "runtime/functions/arena_text.h"
#include "runtime/functions/arguments.h"
#include "runtime/functions/families.h"
#include "runtime/functions/value_text.h"
#include "runtime/program/utf8.h"

namespace aslx::functions {
namespace {

constexpr char kBase64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits of a Base64 digit, or -1.
int DigitValue(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

bool CheckLength(std::string_view text, FunctionContext& context) {
  size_t count = CharacterCount(text);
  if (count <= limits::kHashInputCharactersMax) return true;
  FailWith(context, {"expected at most ", Decimal(limits::kHashInputCharactersMax, context),
                     " characters, found ", Decimal(static_cast<int64_t>(count), context)});
  return false;
}

/// `bytes` as a string: what is not UTF-8 becomes U+FFFD, as the service's language decodes.
std::string_view ToText(std::string_view bytes, Arena& arena) {
  ArenaText out(arena, bytes.size() + 16);
  while (!bytes.empty()) {
    size_t wrong = 0;
    size_t size = Utf8SequenceSize(bytes, &wrong);
    out.Append(size > 0 ? bytes.substr(0, size) : "\xEF\xBF\xBD");
    bytes.remove_prefix(size > 0 ? size : wrong);
  }
  return out.text();
}

const EVP_MD* DigestNamed(std::string_view name) {
  if (name == "MD5") return EVP_md5();
  if (name == "SHA-1") return EVP_sha1();
  if (name == "SHA-256") return EVP_sha256();
  if (name == "SHA-384") return EVP_sha384();
  if (name == "SHA-512") return EVP_sha512();
  return nullptr;
}

}  // namespace

Value Base64Encode(std::span<const Value> arguments, FunctionContext& context) {
  std::string_view text;
  if (!ReadString(arguments[0], "the argument", context, &text) || !CheckLength(text, context))
    return Value::Undefined();
  size_t size = (text.size() + 2) / 3 * 4;
  char* out = context.arena->AllocateArray<char>(size);
  for (size_t i = 0, to = 0; i < text.size(); i += 3, to += 4) {
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (i + j < text.size() ? static_cast<uint8_t>(text[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j)
      out[to + j] = i + j <= text.size() ? kBase64Digits[(bits >> (18 - 6 * j)) & 63] : '=';
  }
  return Value::String({out, size});
}

Value Base64Decode(std::span<const Value> arguments, FunctionContext& context) {
  std::string_view text;
  if (!ReadString(arguments[0], "the argument", context, &text) || !CheckLength(text, context))
    return Value::Undefined();
  char* out = context.arena->AllocateArray<char>(text.size());
  size_t size = 0;
  size_t digits = 0;
  size_t padding = 0;
  uint32_t bits = 0;
  for (char c : text) {
    if (c == '\r' || c == '\n') continue;  // MIME (RFC 2045) breaks lines
    if (c == '=') {
      ++padding;
      continue;
    }
    int value = DigitValue(c);
    if (value < 0 || padding > 0)
      return FailWith(context, {"the argument is not Base64 text: unexpected character '",
                                context.arena->Copy({&c, 1}), "'"});
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++digits % 4 == 1) continue;
    // The 2nd, 3rd and 4th digit of a group each complete a byte.
    size_t unused = (3 - (digits - 1) % 4) * 2;
    out[size++] = static_cast<char>(bits >> unused);
  }
  bool whole = digits % 4 != 1 && (padding == 0 || (digits + padding) % 4 == 0) && padding < 3;
  if (!whole)
    return FailWith(context, {"the argument is not Base64 text: its last group is incomplete"});
  return Value::String(ToText({out, size}, *context.arena));
}

Value Hash(std::span<const Value> arguments, FunctionContext& context) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string_view name;
  if (!ReadString(arguments[1], "the algorithm", context, &name)) return Value::Undefined();
  const EVP_MD* digest = DigestNamed(name);
  if (digest == nullptr)
    return FailWith(context, {"expected the algorithm to be one of MD5, SHA-1, SHA-256, SHA-384, "
                              "SHA-512, found ",
                              name});
  std::string_view data;
  if (arguments[0].type == Type::kString) {
    data = Decode(arguments[0], *context.arena);
  } else {
    if (!CheckHeight(arguments[0], context)) return Value::Undefined();
    ArenaText text(*context.arena);
    AppendCompactJson(arguments[0], *context.arena, text);
    data = text.text();
  }
  if (!CheckLength(data, context)) return Value::Undefined();
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), bytes, &size, digest, nullptr) != 1)
    return FailWith(context, {"the algorithm ", name, " is switched off on this machine"});
  char* out = context.arena->AllocateArray<char>(size_t{size} * 2);
  for (unsigned int i = 0; i < size; ++i) {
    out[2 * i] = kHex[bytes[i] >> 4];
    out[2 * i + 1] = kHex[bytes[i] & 15];
  }
  return Value::String({out, size_t{size} * 2});
}

}  // namespace aslx::functions
