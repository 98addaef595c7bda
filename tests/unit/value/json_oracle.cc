#include "tests/unit/value/json_oracle.h"

#include <vector>

#include "runtime/value/json_reader.h"
#include "runtime/value/number.h"

namespace aslx::testing {
namespace {

using nlohmann::json;

// Builds a json in which a number is its token behind '#' and a string stands behind '$', so that
// nothing about a token is lost.
class TokenKeeper : public nlohmann::json_sax<json> {
 public:
  bool null() override { return Add(nullptr); }
  bool boolean(bool truth) override { return Add(truth); }
  bool number_integer(number_integer_t number) override {
    return Add("#" + std::to_string(number));
  }
  bool number_unsigned(number_unsigned_t number) override {
    return Add("#" + std::to_string(number));
  }
  bool number_float(number_float_t, const string_t& token) override { return Add("#" + token); }
  bool string(string_t& text) override { return Add("$" + text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Start(json::object()); }
  bool end_object() override { return End(); }
  bool start_array(std::size_t) override { return Start(json::array()); }
  bool end_array() override { return End(); }
  bool key(string_t& key) override {
    open_.back().key = key;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception& error) override {
    constexpr int kNumberOverflow = 406;
    beyond_ = error.id == kNumberOverflow;
    return false;
  }
  bool beyond() const { return beyond_; }
  json Take() { return std::move(root_); }

 private:
  struct Open {
    json container;
    std::string key;
  };
  bool Add(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().container.is_array()) {
      open_.back().container.push_back(std::move(value));
    } else {
      open_.back().container[open_.back().key] = std::move(value);
    }
    return true;
  }
  bool Start(json container) {
    open_.push_back({std::move(container), {}});
    return true;
  }
  bool End() {
    json done = std::move(open_.back().container);
    open_.pop_back();
    return Add(std::move(done));
  }

  json root_ = json(json::value_t::discarded);
  std::vector<Open> open_;
  bool beyond_ = false;
};

std::string RandomString(Random& random) {
  static constexpr const char* kPieces[] = {"a",
                                            "key",
                                            "\\n",
                                            "\\\"",
                                            "\\\\",
                                            "\\u00e9",
                                            "\u00e9",
                                            "\\u0000",
                                            "\\ud83d\\ude00",
                                            "\U0001F600",
                                            "{",
                                            "}",
                                            "[",
                                            "]",
                                            ",",
                                            ":",
                                            " ",
                                            "\\/",
                                            "\\u0041",
                                            "a long plain run of text, longer than a register",
                                            "\x7f",
                                            "true",
                                            "1"};
  std::string text = "\"";
  for (uint64_t n = random.Below(5); n > 0; --n)
    text += kPieces[random.Below(std::size(kPieces))];
  return text + '"';
}

std::string RandomSpace(Random& random) {
  static constexpr const char* kSpaces[] = {"",  "",   "",         "",
                                            " ", "\n", "\t\r\n  ", "                   "};
  return kSpaces[random.Below(std::size(kSpaces))];
}

std::string RandomScalar(Random& random) {
  static constexpr const char* kScalars[] = {"0",
                                             "-0",
                                             "1",
                                             "-17",
                                             "3.25",
                                             "1e5",
                                             "1E+2",
                                             "2e-3",
                                             "0.0",
                                             "123456789012345678901234567890",
                                             "-9223372036854775808",
                                             "9223372036854775807",
                                             "18446744073709551615",
                                             "true",
                                             "false",
                                             "null",
                                             "0.1e1",
                                             "1.7976931348623157e8"};
  if (random.Below(3) == 0) return RandomString(random);
  return kScalars[random.Below(std::size(kScalars))];
}

// `budget` bounds the text: each value takes one.
void AppendRandom(Random& random, int depth, int* budget, std::string* out) {
  *out += RandomSpace(random);
  const uint64_t kind = *budget <= 0 || depth > 12 ? 2 : random.Below(4);
  --*budget;
  if (kind >= 2) {
    *out += RandomScalar(random);
  } else {
    *out += kind == 0 ? '{' : '[';
    *out += RandomSpace(random);
    const uint64_t count = random.Below(random.Below(10) == 0 ? 60 : 6);
    for (uint64_t i = 0; i < count; ++i) {
      if (i > 0) *out += ',';
      if (kind == 0) *out += RandomSpace(random) + RandomString(random) + RandomSpace(random) + ':';
      AppendRandom(random, depth + 1, budget, out);
    }
    *out += kind == 0 ? '}' : ']';
  }
  *out += RandomSpace(random);
}

}  // namespace

json OracleParse(std::string_view text) {
  TokenKeeper keeper;
  if (!json::sax_parse(text, &keeper)) return json(json::value_t::discarded);
  return keeper.Take();
}

bool IsBeyondTheOracle(std::string_view text) {
  TokenKeeper keeper;
  return !json::sax_parse(text, &keeper) && keeper.beyond();
}

json ToOracle(const Value& value, Arena& arena) {
  switch (value.type) {
    case Type::kUndefined: return json(json::value_t::discarded);
    case Type::kNull: return nullptr;
    case Type::kBool: return value.truth();
    case Type::kNumber: {
      const Number number = ToNumber(value);
      const std::string token(value.text_view());
      // nlohmann-json keeps no token of what fits 64 bits.
      return "#" + (number.is_integer ? std::to_string(number.integer) : token);
    }
    case Type::kString: return "$" + std::string(Decode(value, arena));
    case Type::kArray: {
      json array = json::array();
      const Value opened = Open(value, arena);
      for (uint32_t i = 0; i < opened.size; ++i)
        array.push_back(ToOracle(opened.items[i], arena));
      return array;
    }
    case Type::kObject: {
      json object = json::object();
      const Value opened = Open(value, arena);
      for (uint32_t i = 0; i < opened.size; ++i)
        object[std::string(opened.members[i].key_view())] =
            ToOracle(opened.members[i].value, arena);
      return object;
    }
  }
  return {};
}

std::string RandomJson(Random& random) {
  std::string text;
  int budget = static_cast<int>(random.Below(200));
  AppendRandom(random, 0, &budget, &text);
  return text;
}

}  // namespace aslx::testing
