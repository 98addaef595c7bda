// JSON text to values: validation of a whole text in one pass that follows a read set, and opening
// one level of text that has been validated.
//
// What it is not: a parser into a tree. Nothing is opened that nobody asked for.
// Who uses it: the worker for events, the VM for task results, the loader for constants.
// Thread: a JsonReader belongs to one thread. Memory: values point into `text`, which must outlive
// them.
#pragma once

#include <memory>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/value/read_set.h"
#include "runtime/value/value.h"

namespace aslx {

/// Why a text is not acceptable. `offset` is the byte at which it was seen.
struct JsonError {
  enum class Kind : uint8_t {
    kNone,
    kEmpty,
    kNotUtf8,
    kSyntax,
    kTooDeep,   // nested more than limits::kJsonDepthMax
    kTrailing,  // a second text after the first
  };
  Kind kind = Kind::kNone;
  size_t offset = 0;
  /// A sentence with static storage: what was expected.
  const char* message = "";
};

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  /// Validates `text` as exactly one JSON text (RFC 8259: UTF-8 throughout, nested at most 1,000
  /// deep) and sets `root` to its raw value. With a read set, `slots` (slot_count values) is
  /// filled: Undefined where the text has no such path; of duplicate keys the last one counts. The
  /// bytes behind text may be read up to the end of their page but never matter.
  JsonError Read(std::string_view text, const ReadSet* read_set, Value* slots, Value* root);

  /// No malloc for texts up to this size.
  void Reserve(size_t text_bytes_max);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Opens one level: a raw or template container becomes items or members in `arena`, whose parts
/// stay raw (children of templates may be holes or templates). Opened containers and scalars are
/// returned as they are. Duplicate keys: the last value wins, at the place of the first.
Value Open(const Value& value, Arena& arena);

/// The member of `object` (any form) with this decoded key, without opening the rest; Undefined
/// when there is none. Of duplicate keys the last one counts.
Value FindMember(const Value& object, std::string_view key, Arena& arena);

/// The item of `array` (any form); Undefined when index >= its length.
Value FindItem(const Value& array, uint32_t index, Arena& arena);

/// Number of items or members of a container in any form (duplicate keys counted once).
uint32_t CountOf(const Value& container, Arena& arena);

/// The decoded contents of a string in any form; in the arena only where it has escapes. Lone
/// surrogate escapes decode to '?' as the service's reader does.
std::string_view Decode(const Value& string, Arena& arena);

/// True when two strings have the same decoded contents.
bool SameString(const Value& left, const Value& right);

}  // namespace aslx
