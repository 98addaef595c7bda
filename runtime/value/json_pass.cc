// Its loops are written for few instructions: an event of 300 bytes has 17 members, and each costs
// one round. What is rare stands in functions of its own, so that the loops keep their registers.
#include "runtime/value/json_pass.h"

#include <algorithm>
#include <cstring>

#include "runtime/value/json_escape.h"
#include "runtime/value/json_scan.h"

#define ASLX_RARE [[gnu::cold, gnu::noinline]]

namespace aslx {
namespace {

using Kind = JsonError::Kind;
using json::IsSpace;

inline bool IsDigit(char c) {
  return static_cast<unsigned char>(c - '0') <= 9;
}

// One past the number at `at`, or null when it is none by RFC 8259. Stops at the first byte that
// cannot belong to it, which the text has: a bracket, or the NUL behind a copy.
inline const char* NumberEnd(const char* at) {
  if (*at == '-') ++at;
  if (*at == '0') {
    ++at;
  } else {
    if (!IsDigit(*at)) return nullptr;
    do
      ++at;
    while (IsDigit(*at));
  }
  if (*at == '.') {
    ++at;
    if (!IsDigit(*at)) return nullptr;
    do
      ++at;
    while (IsDigit(*at));
  }
  if ((*at | 0x20) != 'e') return at;
  ++at;
  if (*at == '+' || *at == '-') ++at;
  if (!IsDigit(*at)) return nullptr;
  do
    ++at;
  while (IsDigit(*at));
  return at;
}

// From here on `next` is the structural character behind a scalar: white space at most is between.
[[gnu::noinline]] bool IsNumber(const char* at, const char* next) {
  const char* end = NumberEnd(at);
  return end != nullptr && (end == next || IsSpace(*end));
}

inline bool IsLiteral(const char* at, const char* next, std::string_view literal) {
  const auto room = static_cast<size_t>(next - at);
  return room >= literal.size() && std::memcmp(at, literal.data(), literal.size()) == 0 &&
         (room == literal.size() || IsSpace(at[literal.size()]));
}

// '[' and '{' differ only in this bit.
inline bool IsOpening(char c) {
  return (c & ~0x20) == '[';
}

}  // namespace

void JsonPass::MoveBackslash(const char* from) {
  const char* end = text_ + size_;
  const void* found = std::memchr(from, '\\', static_cast<size_t>(end - from));
  backslash_ = found == nullptr ? end : static_cast<const char*>(found);
}

// For the string between the quotes at `open` and `close`.
ASLX_RARE bool JsonPass::EscapesAreValid(const char* open, const char* close) {
  if (json::FindBadEscape({open + 1, static_cast<size_t>(close - open - 1)}) != nullptr)
    return false;
  MoveBackslash(close);
  return true;
}

inline bool JsonPass::IsScalar(const char* at, const char* next) {
  if (*at == '"') {
    const char* close = QuoteBefore(next);
    return !HasBackslash(close) || EscapesAreValid(at, close);
  }
  const auto first = static_cast<unsigned char>(*at);
  if (first <= '9') return ((number_starts_ >> first) & 1) != 0 || IsNumber(at, next);
  if (*at == 't') return IsLiteral(at, next, "true");
  if (*at == 'f') return IsLiteral(at, next, "false");
  return IsLiteral(at, next, "null");
}

// The scalar at `at`, which is one. Few are wanted.
[[gnu::noinline]] Value JsonPass::ScalarOf(const char* at, const char* next) const {
  if (*at == '"') {
    const std::string_view contents = Origin(at + 1, QuoteBefore(next));
    const bool escaped = has_escapes_ && contents.find('\\') != std::string_view::npos;
    const uint8_t flags = escaped ? value_flags::kRaw | value_flags::kEscaped : value_flags::kRaw;
    return Value::Text(Type::kString, flags, contents);
  }
  if (*at <= '9') {
    while (IsSpace(next[-1]))
      --next;
    return Value::Text(Type::kNumber, value_flags::kRaw, Origin(at, next));
  }
  if (*at == 'n') return Value::Null();
  return Value::Bool(*at == 't');
}

// The container of `frame` that closes at `end`.
inline Value JsonPass::ContainerOf(const Frame& frame, Position end) const {
  return Value::Text(frame.close == '}' ? Type::kObject : Type::kArray, value_flags::kRaw,
                     Origin(text_ + frame.start, text_ + *end + 1),
                     static_cast<uint16_t>(frame.height + 1));
}

// Opens the container at `at`, whose first part is at `next`; false when it is empty.
inline bool JsonPass::Open(const char* at, Frame* frame, Position next) const {
  frame->start = static_cast<uint32_t>(at - text_);
  frame->height = 0;
  frame->close = *at == '{' ? '}' : ']';
  return text_[*next] != frame->close;
}

// From the first part of `first`, in which nothing is wanted, to its closing bracket.
JsonPass::Position JsonPass::SkipInside(Position next, Frame* const first) {
  const char* const text = text_;
  Frame* frame = first;
  char close = frame->close;
  for (;;) {
    if (close == '}') {
      const char* const open = text + next[0];
      const char* const colon = text + next[1];
      if (*open != '"' || *colon != ':') return KeyError(next);
      const char* const quote = QuoteBefore(colon);
      if (HasBackslash(quote) && !EscapesAreValid(open, quote)) return KeyError(next);
      next += 2;
    }
    const char* const at = text + *next++;
    const char* after = text + *next;
    if (IsOpening(*at)) {
      if (IsFull(frame)) return TooDeep(at);
      ++frame;
      frame->height = 0;
      frame->close = close = *at == '{' ? '}' : ']';
      if (*after != close) continue;
    } else if (!IsScalar(at, after)) {
      return ScalarError(at, after);
    }
    while (*after == close) {
      if (frame == first) return next;
      const auto height = static_cast<uint16_t>(frame->height + 1);
      --frame;
      frame->height = std::max(frame->height, height);
      close = frame->close;
      if (++next == end_) return EndsInside();
      after = text + *next;
    }
    if (*after != ',') return CommaError(after, close);
    ++next;
  }
}

// The container at `next`, in which nothing is wanted, in `frame`: to its closing bracket.
JsonPass::Position JsonPass::Skip(Position next, Frame* frame) {
  const char* at = text_ + *next++;
  if (IsFull(frame - 1)) return TooDeep(at);
  return Open(at, frame, next) ? SkipInside(next, frame) : next;
}

// The container of `inner` closes at `next`: to the structural character behind it.
inline JsonPass::Position JsonPass::Close(Position next, Frame* inner, uint16_t slot,
                                          Value* slots) {
  Frame* const frame = inner - 1;
  frame->height = std::max(frame->height, static_cast<uint16_t>(inner->height + 1));
  if (slot != kNoSlot) slots[slot] = ContainerOf(*inner, next);
  return ++next == end_ ? EndsInside() : next;
}

// The members of the root object, which is frames_[1], and of those that the cursor leads into:
// to the closing bracket of the root.
JsonPass::Position JsonPass::Members(Position next, ReadSetCursor& cursor, Value* slots) {
  const char* const text = text_;
  Frame* const root = frames_ + 1;
  Frame* frame = root;
  uint64_t key_marks = frame->key_marks;
  for (;;) {
    const char* const open = text + next[0];
    const char* const colon = text + next[1];
    if (*open != '"' || *colon != ':') return KeyError(next);
    const char* const quote = QuoteBefore(colon);
    const auto key_size = static_cast<size_t>(quote - open - 1);
    uint32_t node = kNoNode;
    if (HasBackslash(quote)) {
      if (!EscapesAreValid(open, quote)) return KeyError(next);
      node = cursor.FindEscaped(frame->node, {open + 1, key_size});
    } else if (((key_marks >> KeyMark(open + 1, key_size)) & 1) != 0) {
      node = cursor.Find(frame->node, {open + 1, key_size});
    }
    next += 2;
    const char* const at = text + *next;
    uint16_t slot = kNoSlot;
    if (node != kNoNode) {
      slot = cursor.Enter(node, slots);
      Frame* const inner = frame + 1;
      if (*at == '{' && cursor.LeadsOn(node) && !IsFull(frame) && Open(at, inner, next + 1)) {
        inner->node = node;
        inner->slot = slot;
        inner->key_marks = key_marks = cursor.KeyMarks(node);
        frame = inner;
        ++next;
        continue;
      }
    }
    if (!IsOpening(*at)) {
      const char* const after = text + *++next;
      if (!IsScalar(at, after)) return ScalarError(at, after);
      if (slot != kNoSlot) slots[slot] = ScalarOf(at, after);
    } else {
      next = Skip(next, frame + 1);
      if (next == nullptr) return nullptr;
      next = Close(next, frame + 1, slot, slots);
      if (next == nullptr) return nullptr;
    }
    while (text[*next] == '}') {
      if (frame == root) return next;
      next = Close(next, frame, frame->slot, slots);
      if (next == nullptr) return nullptr;
      --frame;
      key_marks = frame->key_marks;
    }
    if (text[*next] != ',') return CommaError(text + *next, '}');
    ++next;
  }
}

bool JsonPass::Run(ReadSetCursor* cursor, Value* slots, Value* root) {
  Position next = begin_;
  const char* const at = text_ + next[0];
  const uint16_t slot = cursor != nullptr ? cursor->Enter(0, slots) : kNoSlot;
  if (!IsOpening(*at)) {
    const char* const after = text_ + next[1];
    if (!IsScalar(at, after)) {
      ScalarError(at, after);
      return false;
    }
    *root = ScalarOf(at, after);
  } else {
    Frame* const frame = frames_ + 1;
    if (Open(at, frame, ++next)) {
      if (cursor != nullptr && *at == '{') {
        frame->node = 0;
        frame->key_marks = cursor->KeyMarks(0);
        next = Members(next, *cursor, slots);
      } else {
        next = SkipInside(next, frame);
      }
      if (next == nullptr) return false;
    }
    *root = ContainerOf(*frame, next);
  }
  if (slot != kNoSlot) slots[slot] = *root;
  if (++next == end_) return true;
  Fail(Kind::kTrailing, *next, "a second value after the end of the first");
  return false;
}

ASLX_RARE JsonPass::Position JsonPass::Fail(Kind kind, size_t offset, const char* message) {
  error_ = {kind, offset, message};
  return nullptr;
}

ASLX_RARE JsonPass::Position JsonPass::Unexpected(const char* at, const char* message) {
  if (OffsetOf(at) >= size_)
    return Fail(Kind::kSyntax, size_, "the text ends inside an array or object");
  return Fail(Kind::kSyntax, OffsetOf(at), message);
}

ASLX_RARE JsonPass::Position JsonPass::ScalarError(const char* at, const char* next) {
  if (*at == '"') {
    const std::string_view contents(at + 1, static_cast<size_t>(QuoteBefore(next) - at - 1));
    return Fail(Kind::kSyntax, OffsetOf(json::FindBadEscape(contents)),
                "a backslash in a string starts no valid escape sequence");
  }
  if (*at == '-' || IsDigit(*at)) return Fail(Kind::kSyntax, OffsetOf(at), "not a valid number");
  return Unexpected(at, "expected a value: an object, array, string, number, true, false or null");
}

// For the key at `next`.
ASLX_RARE JsonPass::Position JsonPass::KeyError(Position next) {
  const char* const open = text_ + next[0];
  const char* const colon = text_ + next[1];
  if (*open != '"') return Unexpected(open, "expected a key in quotes");
  if (*colon != ':') return Unexpected(colon, "expected ':' after a key");
  return ScalarError(open, colon);
}

ASLX_RARE JsonPass::Position JsonPass::CommaError(const char* at, char close) {
  return Unexpected(at, close == '}' ? "expected ',' or '}' after a member"
                                     : "expected ',' or ']' after an item");
}

ASLX_RARE JsonPass::Position JsonPass::TooDeep(const char* at) {
  return Fail(Kind::kTooDeep, OffsetOf(at), "nested more than 1,000 deep");
}

}  // namespace aslx
