// Validation: simdjson finds the structural characters (and checks UTF-8 and the contents of
// strings), one pass over them checks the grammar and follows the read set.
//
// The only file that includes simdjson. Its first stage is internal but stable; the version check
// below makes an upgrade look here.
#include "runtime/value/json_reader.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <simdjson.h>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_escape.h"
#include "runtime/value/json_scan.h"
#include "runtime/value/read_set_cursor.h"

static_assert(simdjson::SIMDJSON_VERSION_MAJOR == 3,
              "check that stage1() still reads only text[0, size)");

namespace aslx {
namespace {

using Kind = JsonError::Kind;
using json::IsSpace;

JsonError Fail(Kind kind, size_t offset, const char* message) {
  return {kind, offset, message};
}

// A container that is open.
struct Frame {
  uint32_t start;
  uint32_t node;  // of the read set; kNoNode: nothing in here is wanted
  uint64_t key_marks;
  uint16_t slot;
  uint16_t height;  // of the highest container directly inside
  char close;
};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
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

inline bool StartsWith(const char* at, const char* next, std::string_view literal) {
  const auto room = static_cast<size_t>(next - at);
  return room >= literal.size() && std::memcmp(at, literal.data(), literal.size()) == 0 &&
         (room == literal.size() || IsSpace(at[literal.size()]));
}

// One text on its way through the pass. `text` is readable at text[size] when it does not end in
// the bracket that its first character asks for (a copy that ends in NUL), so nothing below checks
// for the end except where containers close.
class Pass {
 public:
  Pass(const char* text, size_t size, const char* origin, const uint32_t* structurals,
       uint32_t structural_count, Frame* frames)
      : text_(text),
        origin_(origin),
        size_(size),
        next_(structurals),
        end_(structurals + structural_count),
        frames_(frames) {
    MoveBackslash(text);
  }

  // Follows `cursor` unless it is null.
  JsonError Run(ReadSetCursor* cursor, Value* slots, Value* root);

 private:
  std::string_view Origin(const char* from, const char* to) const {
    return {origin_ + (from - text_), static_cast<size_t>(to - from)};
  }
  size_t OffsetOf(const char* at) const { return static_cast<size_t>(at - text_); }

  // The closing quote of a string before the next structural character: only white space stands
  // between them.
  static const char* QuoteBefore(const char* next) {
    do
      --next;
    while (*next != '"');
    return next;
  }
  bool HasBackslash(const char* close) const { return backslash_ < close; }
  void MoveBackslash(const char* from) {
    const char* end = text_ + size_;
    const void* found = std::memchr(from, '\\', static_cast<size_t>(end - from));
    backslash_ = found == nullptr ? end : static_cast<const char*>(found);
  }
  // For the string between the quotes at `open` and `close`.
  bool EscapesAreValid(const char* open, const char* close) {
    if (json::FindBadEscape({open + 1, static_cast<size_t>(close - open - 1)}) != nullptr)
      return false;
    MoveBackslash(close);
    return true;
  }

  // What stands in the container of `first`, in which nothing is wanted: from the structural
  // character at `*position` to the closing bracket, at which it then stands. A loop of its own:
  // with slots and nodes in it, skipping took a third longer (bench_iot ReadWithReadSet/10000).
  JsonError Skip(const uint32_t** position, Frame* first);

  const char* KeyEnd(const uint32_t* next, bool* escaped);
  bool Scalar(const char* at, const char* next, Value* value);
  JsonError ScalarError(const char* at, const char* next) const;
  JsonError Unexpected(const char* at, const char* message) const {
    if (OffsetOf(at) >= size_)
      return Fail(Kind::kSyntax, size_, "the text ends inside an array or object");
    return Fail(Kind::kSyntax, OffsetOf(at), message);
  }
  JsonError KeyError(const char* open, const char* colon) const;
  JsonError CommaError(const char* at, const Frame& frame) const {
    return Unexpected(at, frame.close == '}' ? "expected ',' or '}' after a member"
                                             : "expected ',' or ']' after an item");
  }
  JsonError TooDeep(const char* at) const {
    return Fail(Kind::kTooDeep, OffsetOf(at), "nested more than 1,000 deep");
  }

  const char* text_;
  const char* origin_;
  size_t size_;
  const uint32_t* next_;
  const uint32_t* end_;
  Frame* frames_;
  const char* backslash_ = nullptr;
};

// The scalar at `at`; false when it is not valid.
inline bool Pass::Scalar(const char* at, const char* next, Value* value) {
  if (*at == '"') {
    const char* close = QuoteBefore(next);
    uint8_t flags = value_flags::kRaw;
    if (HasBackslash(close)) {
      if (!EscapesAreValid(at, close)) return false;
      flags |= value_flags::kEscaped;
    }
    *value = Value::Text(Type::kString, flags, Origin(at + 1, close));
    return true;
  }
  if (*at <= '9') {
    const char* end = NumberEnd(at);
    if (end == nullptr || (end != next && !IsSpace(*end))) return false;
    *value = Value::Text(Type::kNumber, value_flags::kRaw, Origin(at, end));
    return true;
  }
  if (*at == 't') {
    *value = Value::Bool(true);
    return StartsWith(at, next, "true");
  }
  if (*at == 'f') {
    *value = Value::Bool(false);
    return StartsWith(at, next, "false");
  }
  *value = Value::Null();
  return StartsWith(at, next, "null");
}

JsonError Pass::ScalarError(const char* at, const char* next) const {
  if (*at == '"') {
    const std::string_view contents(at + 1, static_cast<size_t>(QuoteBefore(next) - at - 1));
    return Fail(Kind::kSyntax, OffsetOf(json::FindBadEscape(contents)),
                "a backslash in a string starts no valid escape sequence");
  }
  if (*at == '-' || IsDigit(*at)) return Fail(Kind::kSyntax, OffsetOf(at), "not a valid number");
  return Unexpected(at, "expected a value: an object, array, string, number, true, false or null");
}

JsonError Pass::KeyError(const char* open, const char* colon) const {
  if (*open != '"') return Unexpected(open, "expected a key in quotes");
  if (*colon != ':') return Unexpected(colon, "expected ':' after a key");
  return ScalarError(open, colon);
}

// The key whose quote is the structural character at `next`; null when it is not valid.
inline const char* Pass::KeyEnd(const uint32_t* next, bool* escaped) {
  const char* open = text_ + next[0];
  const char* colon = text_ + next[1];
  if (*open != '"' || *colon != ':') return nullptr;
  const char* close = QuoteBefore(colon);
  *escaped = HasBackslash(close);
  if (*escaped && !EscapesAreValid(open, close)) return nullptr;
  return close;
}

JsonError Pass::Skip(const uint32_t** position, Frame* const first) {
  const char* const text = text_;
  const uint32_t* next = *position;
  Frame* frame = first;
  for (;;) {
    if (frame->close == '}') {
      bool escaped;
      if (KeyEnd(next, &escaped) == nullptr) return KeyError(text + next[0], text + next[1]);
      next += 2;
    }
    const char* at = text + *next++;
    const char* after = text + *next;
    if (*at == '{' || *at == '[') {
      if (frame - frames_ >= static_cast<ptrdiff_t>(limits::kJsonDepthMax)) return TooDeep(at);
      const char close = *at == '{' ? '}' : ']';
      ++frame;
      frame->height = 0;
      frame->close = close;
      if (*after != close) continue;
    } else {
      Value unwanted;
      if (!Scalar(at, after, &unwanted)) return ScalarError(at, after);
    }
    while (*after == frame->close) {
      if (frame == first) {
        *position = next;
        return {};
      }
      const auto height = static_cast<uint16_t>(frame->height + 1);
      --frame;
      frame->height = std::max(frame->height, height);
      if (++next == end_) return Unexpected(text + size_, "");
      after = text + *next;
    }
    if (*after != ',') return CommaError(after, *frame);
    ++next;
  }
}

JsonError Pass::Run(ReadSetCursor* cursor, Value* slots, Value* root) {
  const char* const text = text_;
  const uint32_t* next = next_;  // the structural character to come
  Frame* frame = frames_;        // frames_[0] stands around the text, the others are followed
  uint32_t node = cursor != nullptr ? 0 : kNoNode;
  uint16_t slot = cursor != nullptr ? cursor->Enter(node, slots) : kNoSlot;
  for (;;) {
    if (frame != frames_) {
      bool escaped;
      const char* open = text + next[0];
      const char* close = KeyEnd(next, &escaped);
      if (close == nullptr) return KeyError(open, text + next[1]);
      next += 2;
      const std::string_view key(open + 1, static_cast<size_t>(close - open - 1));
      node = escaped ? cursor->FindEscaped(frame->node, key)
                     : cursor->Find(frame->node, frame->key_marks, key);
      slot = node != kNoNode ? cursor->Enter(node, slots) : kNoSlot;
    }
    const char* at = text + *next++;
    const char* after = text + *next;
    if (*at == '{' || *at == '[') {
      if (frame - frames_ >= static_cast<ptrdiff_t>(limits::kJsonDepthMax)) return TooDeep(at);
      const char close = *at == '{' ? '}' : ']';
      *++frame = Frame{static_cast<uint32_t>(at - text), node, 0, slot, 0, close};
      if (*after != close) {
        if (node != kNoNode && close == '}') {
          frame->key_marks = cursor->KeyMarks(node);
          continue;
        }
        const JsonError error = Skip(&next, frame);
        if (error.kind != Kind::kNone) return error;
        after = text + *next;
      }
    } else if (slot == kNoSlot && frame != frames_) {
      Value unwanted;  // not made in the end: Iot/300 279 to 274 ns
      if (!Scalar(at, after, &unwanted)) return ScalarError(at, after);
    } else {
      Value value;
      if (!Scalar(at, after, &value)) return ScalarError(at, after);
      if (slot != kNoSlot) slots[slot] = value;
      if (frame == frames_) *root = value;
    }
    // The value is complete, and perhaps the containers that it ends.
    while (frame != frames_ && *after == frame->close) {
      const auto height = static_cast<uint16_t>(frame->height + 1);
      if (frame->slot != kNoSlot || frame == frames_ + 1) {
        const Type type = frame->close == '}' ? Type::kObject : Type::kArray;
        const Value value =
            Value::Text(type, value_flags::kRaw, Origin(text + frame->start, after + 1), height);
        if (frame->slot != kNoSlot) slots[frame->slot] = value;
        if (frame == frames_ + 1) *root = value;
      }
      --frame;
      frame->height = std::max(frame->height, height);
      if (++next == end_) break;
      after = text + *next;
    }
    if (frame == frames_) {
      if (next == end_) return {};
      return Fail(Kind::kTrailing, OffsetOf(after), "a second value after the end of the first");
    }
    if (next == end_) return Unexpected(text + size_, "");
    if (*after != ',') return CommaError(after, *frame);
    ++next;
  }
}

// Finds what stage 1 only says is somewhere. It takes a backslash anywhere as an escape, so this
// does too.
JsonError LocateInStrings(std::string_view text) {
  bool in_string = false;
  size_t open = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && static_cast<unsigned char>(c) < 0x20)
      return Fail(Kind::kSyntax, i, "a control character in a string has to be escaped");
    if (c == '\\') {
      const bool control = i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0x20;
      if (!control) ++i;
    } else if (c == '"') {
      in_string = !in_string;
      open = i;
    }
  }
  return Fail(Kind::kSyntax, in_string ? open : 0, "a string has no closing quote");
}

size_t Utf8SequenceSize(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

JsonError LocateBadUtf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t size = Utf8SequenceSize(text.substr(at));
    if (size == 0) break;
    at += size;
  }
  return Fail(Kind::kNotUtf8, at, "the text is not valid UTF-8");
}

JsonError Locate(simdjson::error_code code, std::string_view text) {
  switch (code) {
    case simdjson::EMPTY: return Fail(Kind::kEmpty, text.size(), "the text is empty");
    case simdjson::UTF8_ERROR: return LocateBadUtf8(text);
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS: return LocateInStrings(text);
    default: break;
  }
  ASLX_CHECK(!"stage 1 failed in an unknown way");
  return {};
}

// simdjson's sizes are 32 bits wide.
constexpr size_t kTextBytesMax = size_t{1} << 31;
// Fits a whole event within the service's payload limit, at 4 bytes an index: 64 KiB.
constexpr size_t kFirstCapacity = 16 * 1024;

}  // namespace

struct JsonReader::State {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1;
  size_t capacity = 0;
  std::vector<Frame> frames{limits::kJsonDepthMax + 1};
  ReadSetCursor cursor;
  std::string ended;  // a copy that ends in NUL, for texts that do not end in a bracket
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {
  const auto& implementation = simdjson::get_active_implementation();
  const simdjson::error_code error =
      implementation->create_dom_parser_implementation(kFirstCapacity, 1, state_->stage1);
  ASLX_CHECK(error == simdjson::SUCCESS);
  state_->capacity = kFirstCapacity;
}

JsonReader::~JsonReader() = default;

void JsonReader::Reserve(size_t text_bytes_max) {
  if (text_bytes_max <= state_->capacity) return;
  ASLX_CHECK(text_bytes_max < kTextBytesMax);
  const size_t capacity = std::max(text_bytes_max, state_->capacity * 2);
  const simdjson::error_code error = state_->stage1->set_capacity(capacity);
  ASLX_CHECK(error == simdjson::SUCCESS);
  state_->capacity = capacity;
}

JsonError JsonReader::Read(std::string_view text, const ReadSet* read_set, Value* slots,
                           Value* root) {
  if (read_set != nullptr) std::fill_n(slots, read_set->slot_count, Value::Undefined());
  if (text.empty()) return Fail(Kind::kEmpty, 0, "the text is empty");
  Reserve(text.size());
  auto& stage1 = *state_->stage1;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const simdjson::error_code code =
      stage1.stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  if (code != simdjson::SUCCESS) return Locate(code, text);

  const uint32_t* structurals = stage1.structural_indexes.get();
  const uint32_t count = stage1.n_structural_indexes;
  const char first = text[structurals[0]];
  const char last = text[structurals[count - 1]];
  const char* readable = text.data();
  if ((first != '{' || last != '}') && (first != '[' || last != ']')) {
    state_->ended.assign(text);
    readable = state_->ended.c_str();
  }
  Pass pass(readable, text.size(), text.data(), structurals, count, state_->frames.data());
  if (read_set == nullptr || read_set->node_count == 0) return pass.Run(nullptr, slots, root);
  state_->cursor.Start(*read_set);
  return pass.Run(&state_->cursor, slots, root);
}

}  // namespace aslx
