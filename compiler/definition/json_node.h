// The tree of a definition's text: JSON values with the place where each stands.
//
// What it is not: runtime/value's Value, which knows no positions, or the AST (compiler/ast), which
// knows what the fields mean. Built by json_reader.cc from JSON and by yaml_reader.cc from YAML;
// read by the rules, the parsers, and everyone who prints a place. The nodes are immutable once the
// reader has returned.
// Thread: any, once built. Memory: everything lives in the JsonDocument; nodes are freely pointed
// at while it lives.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>

namespace aslx::compiler {

enum class JsonType : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

struct JsonMember;

struct JsonNode {
  JsonType type = JsonType::kNull;
  bool boolean = false;
  /// 1-based; the column counts bytes. Of the value, not of its key.
  uint32_t line = 0;
  uint32_t column = 0;
  /// 0-based place within an array; a member of an object is named by `key`.
  uint32_t index = 0;
  /// True when the whole text was one `${Name}` that has been filled in: a number or a boolean may
  /// then stand in quotes.
  bool substituted = false;
  const JsonNode* parent = nullptr;
  /// The name of the member whose value this is; empty for elements of arrays and the root.
  std::string_view key;
  /// kString: the decoded text. kNumber: the text as written (never NaN or Infinity).
  std::string_view text;
  /// kArray.
  std::span<const JsonNode> items;
  /// kObject: in the order of the author; of duplicate names the last value stands at the place of
  /// the first.
  std::span<const JsonMember> members;

  bool is_null() const { return type == JsonType::kNull; }
  bool is_boolean() const { return type == JsonType::kBoolean; }
  bool is_number() const { return type == JsonType::kNumber; }
  bool is_string() const { return type == JsonType::kString; }
  bool is_array() const { return type == JsonType::kArray; }
  bool is_object() const { return type == JsonType::kObject; }

  /// The value of the member `name`, or null when there is none (or this is no object).
  const JsonNode* Find(std::string_view name) const;
};

struct JsonMember {
  std::string_view key;
  /// Where the name itself stands.
  uint32_t line = 0;
  uint32_t column = 0;
  JsonNode value;
};

/// Owns the nodes and texts of one definition. Not copyable, not movable: nodes point into it.
struct JsonDocument {
  JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  std::pmr::monotonic_buffer_resource memory{64 * 1024};
  JsonNode root;
};

/// The place of a node as AWS prints it: "/", "/States/Pay/Retry[0]/ErrorEquals". Slashes in names
/// are not escaped.
std::string LocationOf(const JsonNode& node);

/// `node` as compact JSON text: members in order, numbers as written, strings escaped only where
/// JSON demands it.
std::string ToJsonText(const JsonNode& node);

}  // namespace aslx::compiler
