// A JSON value in 16 plain bytes, which may be still-unparsed text.
//
// What it is: the one representation of data from the event's bytes to the output's bytes. A value
// that no state opens is only ever a span of the event's text.
// What it is not: an owner. It points into the event's text, an arena or the Program, which outlive
// it. Who uses it: everything in runtime/, and the compiler for constants. Thread: plain data.
// Values are immutable once made: a change makes a new spine that shares the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace aslx {

enum class Type : uint8_t {
  kUndefined,  // no value: a path without a match, an absent Error or Cause. Never inside a
               // document
  kNull,
  kBool,
  kNumber,
  kString,
  kArray,
  kObject,
};

struct Member;
struct TemplateInstance;

/// How the contents are held; `flags` of a Value.
///
///   type    | flags       | payload
///   kBool   | -           | integer: 0 or 1
///   kNumber | kRaw        | text, size: the number's token as it stood in the JSON text
///           | -           | integer
///           | kReal       | real (finite)
///   kString | -           | text, size: the decoded UTF-8 contents; writing may have to escape
///           | kRaw        | text, size: between the quotes of validated JSON text, without any
///           |             |   backslash: text[-1] and text[size] are the quotes; also the decoded
///           contents | kRaw|kEscaped | the same, with at least one backslash: must be decoded
///           before use
///   kArray, | kRaw        | text, size: the whole text of the container, brackets included,
///   validated kObject | -           | items or members, size: their number
///           | kTemplate   | instance, size: index of the node in the instance's TemplateTable
namespace value_flags {
inline constexpr uint8_t kRaw = 1;
inline constexpr uint8_t kEscaped = 2;
inline constexpr uint8_t kReal = 4;
inline constexpr uint8_t kTemplate = 8;
}  // namespace value_flags

struct Value {
  Type type = Type::kUndefined;
  uint8_t flags = 0;
  /// Containers: how deep they nest, themselves included (`[]` is 1). 0 otherwise.
  uint16_t height = 0;
  uint32_t size = 0;
  union {
    int64_t integer = 0;
    double real;
    const char* text;
    const Value* items;
    const Member* members;
    const TemplateInstance* instance;
  };

  static Value Undefined() { return {}; }
  static Value Null() { return Of(Type::kNull); }
  static Value Bool(bool truth) {
    Value v = Of(Type::kBool);
    v.integer = truth ? 1 : 0;
    return v;
  }
  static Value Integer(int64_t number) {
    Value v = Of(Type::kNumber);
    v.integer = number;
    return v;
  }
  /// `number` must be finite.
  static Value Real(double number) {
    Value v = Of(Type::kNumber);
    v.flags = value_flags::kReal;
    v.real = number;
    return v;
  }
  /// Decoded UTF-8 that lives at least as long as the value.
  static Value String(std::string_view contents) { return Text(Type::kString, 0, contents); }
  static Value Array(const Value* items, uint32_t count, uint16_t height) {
    Value v = Of(Type::kArray);
    v.size = count;
    v.height = height;
    v.items = items;
    return v;
  }
  static Value Object(const Member* members, uint32_t count, uint16_t height) {
    Value v = Of(Type::kObject);
    v.size = count;
    v.height = height;
    v.members = members;
    return v;
  }
  /// A value whose payload is text; `flags` as in the table above.
  static Value Text(Type type, uint8_t flags, std::string_view text, uint16_t height = 0) {
    Value v = Of(type);
    v.flags = flags;
    v.height = height;
    v.size = static_cast<uint32_t>(text.size());
    v.text = text.data();
    return v;
  }

  bool undefined() const { return type == Type::kUndefined; }
  bool raw() const { return (flags & value_flags::kRaw) != 0; }
  bool escaped() const { return (flags & value_flags::kEscaped) != 0; }
  bool is_template() const { return (flags & value_flags::kTemplate) != 0; }
  bool container() const { return type == Type::kArray || type == Type::kObject; }
  /// A container whose items or members can be read without opening it first.
  bool opened() const { return container() && !raw() && !is_template(); }
  bool truth() const { return integer != 0; }
  /// Only where the payload is text.
  std::string_view text_view() const { return {text, size}; }

 private:
  static Value Of(Type t) {
    Value v;
    v.type = t;
    return v;
  }
};
static_assert(sizeof(Value) == 16, "registers, items and holes are arrays of these");

/// What precedes the payload of a value, as one word.
inline uint64_t HeadOf(Type type, uint8_t flags, uint16_t height, uint32_t size) {
  return static_cast<uint64_t>(type) | uint64_t{flags} << 8 | uint64_t{height} << 16 |
         uint64_t{size} << 32;
}

/// `*to = from`, for a value that was made just before, in parts. A copy in one move of 16 bytes
/// has to wait until the parts have left the store buffer.
inline void CopyFresh(Value* to, const Value& from) {
  uint64_t words[2];
  std::memcpy(words, &from, sizeof words);
  asm("" : "+r"(words[0]), "+r"(words[1]));  // or gcc makes one move of them
  std::memcpy(static_cast<void*>(to), words, sizeof words);
}

/// `count` values without anything in them. A loop over Value{} makes five stores of each, and a
/// call of memset costs more than the few values that a template or a branch mostly has.
inline void ClearValues(Value* values, size_t count) {
  static_assert(static_cast<uint8_t>(Type::kUndefined) == 0);
  constexpr size_t kFew = 16;
  if (count > kFew) {
    std::memset(static_cast<void*>(values), 0, sizeof(Value) * count);
    return;
  }
  constexpr char kUndefinedBytes[sizeof(Value)] = {};
  for (size_t i = 0; i < count; ++i) {
    std::memcpy(static_cast<void*>(values + i), kUndefinedBytes, sizeof kUndefinedBytes);
    asm volatile("" ::: "memory");  // or gcc makes a memset of it
  }
}

/// One member of an opened object. The key is a decoded string (flags 0) or raw without escapes.
struct Member {
  Value key;
  Value value;

  std::string_view key_view() const { return key.text_view(); }
};
static_assert(sizeof(Member) == 32);

}  // namespace aslx
