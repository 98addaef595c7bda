#pragma once

// What it is: a JSON value as the reference evaluator sees it. Objects keep the order of their
// keys, numbers keep the text they were written with, so that nothing is lost on the way through.
// nlohmann's parser reads it. What it is not: the engine's Value; nothing here is shared with it.
// Used by: everything in tests/reference.
// Thread: any, values are immutable. Memory: containers are shared, copies are cheap.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aslx::reference {

// Invariant: `text` is the text of a number or the content of a string and empty otherwise;
// `items` is set for arrays, `members` for objects, and neither changes once it is shared.
class Json {
 public:
  enum class Type { kNull, kBool, kNumber, kString, kArray, kObject };
  using Items = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Members = std::vector<Member>;

  Json() = default;
  static Json Bool(bool value);
  static Json Number(std::string text);
  static Json Number(int64_t value);
  static Json String(std::string content);
  static Json Array(Items items);
  static Json Object(Members members);

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::kNull; }
  bool is_bool() const { return type_ == Type::kBool; }
  bool is_number() const { return type_ == Type::kNumber; }
  bool is_string() const { return type_ == Type::kString; }
  bool is_array() const { return type_ == Type::kArray; }
  bool is_object() const { return type_ == Type::kObject; }

  bool boolean() const { return boolean_; }
  const std::string& text() const { return text_; }
  const Items& items() const { return *items_; }
  const Members& members() const { return *members_; }

  // The member of an object, or null when it is none or has no such key.
  const Json* Find(std::string_view key) const;
  // A copy of the object with the member set: in its place when there, else at the end.
  Json With(const std::string& key, Json value) const;

 private:
  Type type_ = Type::kNull;
  bool boolean_ = false;
  std::string text_;
  std::shared_ptr<const Items> items_;
  std::shared_ptr<const Members> members_;
};

// One JSON text (RFC 8259, at most 1,000 levels); nothing when it is none, with the reason in
// `why` when asked for. Of duplicate keys the last value wins, at the place of the first.
std::optional<Json> ParseJson(std::string_view text, std::string* why = nullptr);

// Compact JSON text; numbers as they were written.
std::string WriteJson(const Json& value);

// As java.util prints it, which is what States.Format does: {a=1, b=[x, null]}.
std::string WriteJava(const Json& value);

// Equality by value: numbers by their value, objects whatever the order of their keys.
bool SameValue(const Json& a, const Json& b);

}  // namespace aslx::reference
