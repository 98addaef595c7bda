#include "tests/reference/functions.h"

#include <array>

#include "tests/reference/decimal.h"

namespace aslx::reference {
namespace {

using Arguments = std::vector<Argument>;

constexpr size_t kTextMax = 10'000;  // characters that Base64 and Hash take
constexpr int64_t kRangeMax = 1'000;

tl::unexpected<std::string> Wrong(std::string reason) {
  return tl::unexpected<std::string>(std::move(reason));
}

// Characters as AWS counts them: UTF-16 units.
size_t CountCharacters(const std::string& text) {
  size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) count += byte >= 0xF0 ? 2 : 1;
  }
  return count;
}

FunctionResult Format(const Arguments& arguments) {
  const Argument& form = arguments[0];
  if (!form.value.is_string()) return Wrong("States.Format: the first argument is not a text");
  const std::string& text = form.value.text();
  std::vector<size_t> holes = form.holes;
  if (!form.literal) {
    for (size_t i = text.find("{}"); i != std::string::npos; i = text.find("{}", i + 2)) {
      holes.push_back(i);
    }
  }
  if (holes.size() != arguments.size() - 1) {
    return Wrong("States.Format: the number of {} is not that of the arguments");
  }
  std::string out;
  size_t at = 0;
  for (size_t i = 0; i < holes.size(); ++i) {
    out += text.substr(at, holes[i] - at);
    out += WriteJava(arguments[i + 1].value);
    at = holes[i] + 2;
  }
  return Json::String(out + text.substr(at));
}

// States.StringToJson gives 0 for -0, wherever it stands.
Json WithoutNegativeZero(const Json& value) {
  if (value.is_number() && value.text() == "-0") return Json::Number(0);
  if (value.is_array()) {
    Json::Items items;
    for (const Json& item : value.items())
      items.push_back(WithoutNegativeZero(item));
    return Json::Array(std::move(items));
  }
  if (value.is_object()) {
    Json::Members members;
    for (const auto& [key, member] : value.members()) {
      members.emplace_back(key, WithoutNegativeZero(member));
    }
    return Json::Object(std::move(members));
  }
  return value;
}

FunctionResult StringToJson(const Arguments& arguments) {
  if (!arguments[0].value.is_string()) return Wrong("States.StringToJson: not a text");
  const std::string& text = arguments[0].value.text();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return Json();
  const std::optional<Json> value = ParseJson(text);
  if (!value.has_value()) return Wrong("States.StringToJson: not JSON");
  return WithoutNegativeZero(*value);
}

FunctionResult ArrayPartition(const Arguments& arguments) {
  if (!arguments[0].value.is_array()) return Wrong("States.ArrayPartition: not an array");
  if (!arguments[1].value.is_number()) return Wrong("States.ArrayPartition: no size");
  const std::optional<int64_t> size = RoundHalfUp(arguments[1].value.text());
  if (!size.has_value() || *size <= 0) return Wrong("States.ArrayPartition: a size below 1");
  Json::Items chunks;
  Json::Items chunk;
  for (const Json& item : arguments[0].value.items()) {
    chunk.push_back(item);
    if (static_cast<int64_t>(chunk.size()) == *size) {
      chunks.push_back(Json::Array(std::move(chunk)));
      chunk.clear();
    }
  }
  if (!chunk.empty()) chunks.push_back(Json::Array(std::move(chunk)));
  return Json::Array(std::move(chunks));
}

FunctionResult ArrayContains(const Arguments& arguments) {
  if (!arguments[0].value.is_array()) return Wrong("States.ArrayContains: not an array");
  for (const Json& item : arguments[0].value.items()) {
    if (SameValue(item, arguments[1].value)) return Json::Bool(true);
  }
  return Json::Bool(false);
}

FunctionResult ArrayRange(const Arguments& arguments) {
  std::array<int64_t, 3> numbers{};
  for (size_t i = 0; i < 3; ++i) {
    if (!arguments[i].value.is_number()) return Wrong("States.ArrayRange: not a number");
    const std::optional<int64_t> number = RoundHalfUp(arguments[i].value.text());
    if (!number.has_value()) return Wrong("States.ArrayRange: a number too large");
    numbers[i] = *number;
  }
  const auto [first, last, step] = numbers;
  if (step == 0) return Wrong("States.ArrayRange: a step of 0");
  Json::Items items;
  // 128 bits, since a step may lead out of 64.
  for (__int128 n = first; step > 0 ? n <= last : n >= last; n += step) {
    if (static_cast<int64_t>(items.size()) == kRangeMax) {
      return Wrong("States.ArrayRange: more than 1000 elements");
    }
    items.push_back(Json::Number(static_cast<int64_t>(n)));
  }
  return Json::Array(std::move(items));
}

FunctionResult ArrayGetItem(const Arguments& arguments) {
  if (!arguments[0].value.is_array()) return Wrong("States.ArrayGetItem: not an array");
  if (!arguments[1].value.is_number()) return Wrong("States.ArrayGetItem: not an index");
  const std::optional<int64_t> index = RoundHalfUp(arguments[1].value.text());
  const Json::Items& items = arguments[0].value.items();
  if (!index.has_value() || *index < 0 || *index >= static_cast<int64_t>(items.size())) {
    return Wrong("States.ArrayGetItem: an index out of range");
  }
  return items[static_cast<size_t>(*index)];
}

FunctionResult ArrayLength(const Arguments& arguments) {
  if (!arguments[0].value.is_array()) return Wrong("States.ArrayLength: not an array");
  return Json::Number(static_cast<int64_t>(arguments[0].value.items().size()));
}

FunctionResult ArrayUnique(const Arguments& arguments) {
  if (!arguments[0].value.is_array()) return Wrong("States.ArrayUnique: not an array");
  Json::Items kept;
  for (const Json& item : arguments[0].value.items()) {
    bool seen = false;
    for (const Json& other : kept)
      seen = seen || SameValue(item, other);
    if (!seen) kept.push_back(item);
  }
  return Json::Array(std::move(kept));
}

// True when the bytes are UTF-8 without surrogates and overlong forms.
bool IsUtf8(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 0 || lead > 0xF4 || i + size > bytes.size()) return false;
    uint32_t point = size == 1 ? lead : lead & (0x7FU >> size);
    for (size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if ((next & 0xC0) != 0x80) return false;
      point = point << 6 | (next & 0x3FU);
    }
    if (size == 3 && (point < 0x800 || (point >= 0xD800 && point <= 0xDFFF))) return false;
    if (size == 4 && (point < 0x10000 || point > 0x10FFFF)) return false;
    i += size;
  }
  return true;
}

FunctionResult Base64Encode(const Arguments& arguments) {
  if (!arguments[0].value.is_string()) return Wrong("States.Base64Encode: not a text");
  const std::string& text = arguments[0].value.text();
  if (CountCharacters(text) > kTextMax) return Wrong("States.Base64Encode: a text too long");
  return Json::String(EncodeBase64(text));
}

FunctionResult Base64Decode(const Arguments& arguments) {
  if (!arguments[0].value.is_string()) return Wrong("States.Base64Decode: not a text");
  const std::string& text = arguments[0].value.text();
  if (CountCharacters(text) > kTextMax) return Wrong("States.Base64Decode: a text too long");
  const std::optional<std::string> bytes = DecodeBase64(text);
  if (!bytes.has_value() || !IsUtf8(*bytes)) return Wrong("States.Base64Decode: not Base64");
  return Json::String(*bytes);
}

FunctionResult Hash(const Arguments& arguments) {
  const Json& data = arguments[0].value;
  const std::string text = data.is_string() ? data.text() : WriteJson(data);
  if (CountCharacters(text) > kTextMax) return Wrong("States.Hash: a text too long");
  if (!arguments[1].value.is_string()) return Wrong("States.Hash: no algorithm");
  const std::optional<std::string> digest = HexDigest(text, arguments[1].value.text());
  if (!digest.has_value()) return Wrong("States.Hash: an unknown algorithm");
  return Json::String(*digest);
}

FunctionResult JsonMerge(const Arguments& arguments) {
  if (!arguments[0].value.is_object() || !arguments[1].value.is_object()) {
    return Wrong("States.JsonMerge: not two objects");
  }
  if (!arguments[2].value.is_bool() || arguments[2].value.boolean()) {
    return Wrong("States.JsonMerge: the third argument is not false");
  }
  Json merged = arguments[0].value;
  for (const auto& [key, value] : arguments[1].value.members())
    merged = merged.With(key, value);
  return merged;
}

FunctionResult MathAdd(const Arguments& arguments) {
  int64_t sum = 0;
  for (const Argument& argument : arguments) {
    if (!argument.value.is_number()) return Wrong("States.MathAdd: not a number");
    const std::optional<int64_t> number = RoundHalfUp(argument.value.text());
    if (!number.has_value() || __builtin_add_overflow(sum, *number, &sum)) {
      return Wrong("States.MathAdd: a number too large");
    }
  }
  return Json::Number(sum);
}

FunctionResult MathRandom(const Arguments& arguments, std::mt19937_64& random) {
  std::vector<int64_t> numbers;
  for (const Argument& argument : arguments) {
    if (!argument.value.is_number()) return Wrong("States.MathRandom: not a number");
    const std::optional<int64_t> number = RoundHalfUp(argument.value.text());
    if (!number.has_value()) return Wrong("States.MathRandom: a number too large");
    numbers.push_back(*number);
  }
  if (numbers[0] >= numbers[1]) return Wrong("States.MathRandom: an empty range");
  std::uniform_int_distribution<int64_t> between(numbers[0], numbers[1] - 1);
  if (numbers.size() < 3) return Json::Number(between(random));
  std::mt19937_64 seeded(static_cast<uint64_t>(numbers[2]));
  return Json::Number(between(seeded));
}

FunctionResult StringSplit(const Arguments& arguments) {
  if (!arguments[0].value.is_string() || !arguments[1].value.is_string()) {
    return Wrong("States.StringSplit: not two texts");
  }
  // Characters, not bytes: a delimiter may be any of them.
  const auto characters = [](const std::string& text) {
    std::vector<std::string> out;
    for (const char c : text) {
      if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) out.emplace_back();
      out.back() += c;
    }
    return out;
  };
  const std::vector<std::string> ends = characters(arguments[1].value.text());
  Json::Items parts;
  std::string part;
  const auto close = [&] {
    if (!part.empty()) parts.push_back(Json::String(part));
    part.clear();
  };
  for (const std::string& c : characters(arguments[0].value.text())) {
    bool end = false;
    for (const std::string& other : ends)
      end = end || other == c;
    if (end) {
      close();
    } else {
      part += c;
    }
  }
  close();
  return Json::Array(std::move(parts));
}

FunctionResult Uuid(std::mt19937_64& random) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& c : out) {
    if (c == 'x') c = kHex[random() & 15];
    if (c == 'y') c = kHex[8 + (random() & 3)];
  }
  return Json::String(out);
}

}  // namespace

FunctionResult CallFunction(std::string_view name, const std::vector<Argument>& arguments,
                            std::mt19937_64& random) {
  const auto given = [&](size_t least, size_t most) {
    return arguments.size() >= least && arguments.size() <= most;
  };
  if (name == "States.Format" && given(1, SIZE_MAX)) return Format(arguments);
  if (name == "States.StringToJson" && given(1, 1)) return StringToJson(arguments);
  if (name == "States.JsonToString" && given(1, 1)) {
    return Json::String(WriteJson(arguments[0].value));
  }
  if (name == "States.Array") {
    Json::Items items;
    for (const Argument& argument : arguments)
      items.push_back(argument.value);
    return Json::Array(std::move(items));
  }
  if (name == "States.ArrayPartition" && given(2, 2)) return ArrayPartition(arguments);
  if (name == "States.ArrayContains" && given(2, 2)) return ArrayContains(arguments);
  if (name == "States.ArrayRange" && given(3, 3)) return ArrayRange(arguments);
  if (name == "States.ArrayGetItem" && given(2, 2)) return ArrayGetItem(arguments);
  if (name == "States.ArrayLength" && given(1, 1)) return ArrayLength(arguments);
  if (name == "States.ArrayUnique" && given(1, 1)) return ArrayUnique(arguments);
  if (name == "States.Base64Encode" && given(1, 1)) return Base64Encode(arguments);
  if (name == "States.Base64Decode" && given(1, 1)) return Base64Decode(arguments);
  if (name == "States.Hash" && given(2, 2)) return Hash(arguments);
  if (name == "States.JsonMerge" && given(3, 3)) return JsonMerge(arguments);
  if (name == "States.MathRandom" && given(2, 3)) return MathRandom(arguments, random);
  if (name == "States.MathAdd" && given(2, 2)) return MathAdd(arguments);
  if (name == "States.StringSplit" && given(2, 2)) return StringSplit(arguments);
  if (name == "States.UUID" && given(0, 0)) return Uuid(random);
  return Wrong(std::string(name) + ": no such function, or not with so many arguments");
}

}  // namespace aslx::reference
