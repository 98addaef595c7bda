// The second half of reading: one pass over the structural characters of a JSON text, which checks
// the grammar and follows a read set.
//
// What it is not: the search for those characters, nor the check of UTF-8 and of what stands in
// strings but for escapes (json_reader.cc, before this).
// Who uses it: the JSON reader only. Thread: with its reader. Memory: values point into the text.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/read_set_cursor.h"
#include "runtime/value/value.h"

namespace aslx {

class JsonPass {
 public:
  /// A container that is open.
  struct Frame {
    uint32_t start;
    uint32_t node;  // of the read set, for an object that is followed
    uint64_t key_marks;
    uint16_t slot;
    uint16_t height;  // of the highest container directly inside
    char close;
  };
  static constexpr size_t kFrameCount = limits::kJsonDepthMax + 1;

  /// The places of brackets, colons, commas and of the first characters of strings and other
  /// scalars, in order; three more can be read behind `end`, as simdjson leaves them.
  struct Structurals {
    const uint32_t* begin;
    const uint32_t* end;
  };

  /// `text` is readable at text[size] when it does not end in the bracket that its first character
  /// asks for (it is then a copy, of `origin`, that ends in NUL): nothing in here checks for the
  /// end except where containers close. `frames` has kFrameCount.
  /// Without `has_escapes` there is no backslash in it; with `plain_numbers` what starts as a
  /// number is one.
  JsonPass(std::string_view text, const char* origin, Structurals structurals, Frame* frames,
           bool has_escapes, bool plain_numbers)
      : text_(text.data()),
        origin_(origin),
        size_(text.size()),
        begin_(structurals.begin),
        end_(structurals.end),
        frames_(frames),
        backslash_(text_ + size_),
        number_starts_(plain_numbers ? kNumberStarts : 0),
        has_escapes_(has_escapes) {
    if (has_escapes) MoveBackslash(text_);
  }

  /// Follows `cursor` unless it is null. False: error() says why.
  bool Run(ReadSetCursor* cursor, Value* slots, Value* root);
  const JsonError& error() const { return error_; }

 private:
  static constexpr uint64_t kNumberStarts = uint64_t{0x3FF} << '0' | uint64_t{1} << '-';
  using Position = const uint32_t*;  // of a structural character; null: error_ says why

  Position Members(Position next, ReadSetCursor& cursor, Value* slots);
  Position Close(Position next, Frame* inner, uint16_t slot, Value* slots);
  Position Skip(Position next, Frame* first);
  Position SkipInside(Position next, Frame* frame);

  bool IsScalar(const char* at, const char* next);
  Value ScalarOf(const char* at, const char* next) const;
  Value ContainerOf(const Frame& frame, Position end) const;
  bool Open(const char* at, Frame* frame, Position next) const;

  /// The closing quote of a string before the next structural character: only white space stands
  /// between them.
  static const char* QuoteBefore(const char* next) {
    do
      --next;
    while (*next != '"');
    return next;
  }
  bool HasBackslash(const char* close) const { return backslash_ < close; }
  void MoveBackslash(const char* from);
  bool EscapesAreValid(const char* open, const char* close);

  std::string_view Origin(const char* from, const char* to) const {
    return {origin_ + (from - text_), static_cast<size_t>(to - from)};
  }
  size_t OffsetOf(const char* at) const { return static_cast<size_t>(at - text_); }
  bool IsFull(const Frame* frame) const {
    return frame - frames_ >= static_cast<ptrdiff_t>(limits::kJsonDepthMax);
  }

  Position Fail(JsonError::Kind kind, size_t offset, const char* message);
  Position Unexpected(const char* at, const char* message);
  Position EndsInside() { return Unexpected(text_ + size_, ""); }
  Position ScalarError(const char* at, const char* next);
  Position KeyError(Position next);
  Position CommaError(const char* at, char close);
  Position TooDeep(const char* at);

  const char* text_;
  const char* origin_;
  size_t size_;
  Position begin_;
  Position end_;
  Frame* frames_;
  const char* backslash_;   // the first that no string before has had; else the end
  uint64_t number_starts_;  // a bit for each character that numbers need no check behind
  bool has_escapes_;
  JsonError error_;
};

}  // namespace aslx
