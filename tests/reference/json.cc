#include "tests/reference/json.h"

#include <nlohmann/json.hpp>

#include "tests/reference/decimal.h"

namespace aslx::reference {
namespace {

constexpr size_t kDepthMax = 1000;  // the engine's limit, CONTRACT of `aslx exec`

// With long double for fractions, since nlohmann refuses a number its type cannot hold and 1e400 is
// a number to JSON.
using Parser =
    nlohmann::basic_json<std::map, std::vector, std::string, bool, int64_t, uint64_t, long double>;

// Builds a Json from nlohmann's events, because its own values would forget how numbers looked.
class Builder : public nlohmann::json_sax<Parser> {
 public:
  bool null() override { return Put(Json()); }
  bool boolean(bool value) override { return Put(Json::Bool(value)); }
  bool number_integer(number_integer_t value) override {
    // Only a text with a minus sign comes here, so zero was "-0".
    return Put(value == 0 ? Json::Number("-0") : Json::Number(std::to_string(value)));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Put(Json::Number(std::to_string(value)));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return Put(Json::Number(text));
  }
  bool string(string_t& value) override { return Put(Json::String(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(true); }
  bool end_object() override {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    return Put(Json::Object(std::move(level.members)));
  }
  bool start_array(size_t) override { return Open(false); }
  bool end_array() override {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    return Put(Json::Array(std::move(level.items)));
  }
  bool key(string_t& value) override {
    levels_.back().key = value;
    return true;
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    why = "at byte " + std::to_string(position) + ": " + error.what();
    return false;
  }

  Json root;
  std::string why;

 private:
  struct Level {
    bool object = false;
    std::string key;
    Json::Items items;
    Json::Members members;
  };

  bool Open(bool object) {
    if (levels_.size() >= kDepthMax) {
      why = "nested more than 1,000 deep";
      return false;
    }
    levels_.emplace_back();
    levels_.back().object = object;
    return true;
  }

  bool Put(Json value) {
    if (levels_.empty()) {
      root = std::move(value);
      return true;
    }
    Level& level = levels_.back();
    if (!level.object) {
      level.items.push_back(std::move(value));
      return true;
    }
    for (Json::Member& member : level.members) {
      if (member.first == level.key) {
        member.second = std::move(value);
        return true;
      }
    }
    level.members.emplace_back(std::move(level.key), std::move(value));
    return true;
  }

  std::vector<Level> levels_;
};

void WriteString(const std::string& content, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  out += '"';
  for (const char c : content) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kHex[static_cast<unsigned char>(c) >> 4];
          out += kHex[static_cast<unsigned char>(c) & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// Recursion is bounded: values come from texts of at most 1,000 levels, and what templates add to
// them is bounded by the definition's own depth.
void Write(const Json& value, std::string& out) {
  switch (value.type()) {
    case Json::Type::kNull: out += "null"; return;
    case Json::Type::kBool: out += value.boolean() ? "true" : "false"; return;
    case Json::Type::kNumber: out += value.text(); return;
    case Json::Type::kString: WriteString(value.text(), out); return;
    case Json::Type::kArray: {
      out += '[';
      for (size_t i = 0; i < value.items().size(); ++i) {
        if (i > 0) out += ',';
        Write(value.items()[i], out);
      }
      out += ']';
      return;
    }
    case Json::Type::kObject: {
      out += '{';
      bool first = true;
      for (const auto& [key, member] : value.members()) {
        if (!first) out += ',';
        first = false;
        WriteString(key, out);
        out += ':';
        Write(member, out);
      }
      out += '}';
      return;
    }
  }
}

void WriteJavaTo(const Json& value, std::string& out) {
  if (value.is_string()) {
    out += value.text();
  } else if (value.is_array()) {
    out += '[';
    for (size_t i = 0; i < value.items().size(); ++i) {
      if (i > 0) out += ", ";
      WriteJavaTo(value.items()[i], out);
    }
    out += ']';
  } else if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : value.members()) {
      if (!first) out += ", ";
      first = false;
      out += key;
      out += '=';
      WriteJavaTo(member, out);
    }
    out += '}';
  } else {
    Write(value, out);
  }
}

}  // namespace

Json Json::Bool(bool value) {
  Json json;
  json.type_ = Type::kBool;
  json.boolean_ = value;
  return json;
}

Json Json::Number(std::string text) {
  Json json;
  json.type_ = Type::kNumber;
  json.text_ = std::move(text);
  return json;
}

Json Json::Number(int64_t value) {
  return Number(std::to_string(value));
}

Json Json::String(std::string content) {
  Json json;
  json.type_ = Type::kString;
  json.text_ = std::move(content);
  return json;
}

Json Json::Array(Items items) {
  Json json;
  json.type_ = Type::kArray;
  json.items_ = std::make_shared<const Items>(std::move(items));
  return json;
}

Json Json::Object(Members members) {
  Json json;
  json.type_ = Type::kObject;
  json.members_ = std::make_shared<const Members>(std::move(members));
  return json;
}

const Json* Json::Find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const Member& member : *members_) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

Json Json::With(const std::string& key, Json value) const {
  Members copy = *members_;
  for (Member& member : copy) {
    if (member.first == key) {
      member.second = std::move(value);
      return Object(std::move(copy));
    }
  }
  copy.emplace_back(key, std::move(value));
  return Object(std::move(copy));
}

std::optional<Json> ParseJson(std::string_view text, std::string* why) {
  Builder builder;
  const bool parsed = Parser::sax_parse(text.begin(), text.end(), &builder);
  if (parsed) return builder.root;
  if (why != nullptr) *why = builder.why;
  return std::nullopt;
}

std::string WriteJson(const Json& value) {
  std::string out;
  Write(value, out);
  return out;
}

std::string WriteJava(const Json& value) {
  std::string out;
  WriteJavaTo(value, out);
  return out;
}

bool SameValue(const Json& a, const Json& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Json::Type::kNull: return true;
    case Json::Type::kBool: return a.boolean() == b.boolean();
    case Json::Type::kNumber: return CompareNumbers(a.text(), b.text()) == 0;
    case Json::Type::kString: return a.text() == b.text();
    case Json::Type::kArray: {
      if (a.items().size() != b.items().size()) return false;
      for (size_t i = 0; i < a.items().size(); ++i) {
        if (!SameValue(a.items()[i], b.items()[i])) return false;
      }
      return true;
    }
    case Json::Type::kObject: {
      if (a.members().size() != b.members().size()) return false;
      for (const auto& [key, value] : a.members()) {
        const Json* other = b.Find(key);
        if (other == nullptr || !SameValue(value, *other)) return false;
      }
      return true;
    }
  }
  return false;
}

}  // namespace aslx::reference
