#include "tests/reference/generate_parts.h"

namespace aslx::reference {

Json RandomNumber(Dice& dice) {
  switch (dice.Below(5)) {
    case 0: return Json::Number(dice.Between(-5, 12));
    case 1: return Json::Number(dice.Between(-100'000, 100'000));
    case 2:
      return Json::Number(dice.OneOf({"0.5", "-0.5", "1.5", "2.5", "-1.5", "-2.5", "3.14", "1.0"}));
    case 3:
      return Json::Number(std::to_string(dice.Between(-99, 99)) + "." +
                          std::to_string(dice.Below(1000)));
    default:
      return Json::Number(
          dice.OneOf({"0", "-0", "0.0", "1e2", "1E+2", "2.50", "1e-7", "9007199254740993",
                      "-9223372036854775808", "9223372036854775807", "12345678901234567890",
                      "123456789012345678901234567890", "0.1234567890123456789", "1e400", "-1e-400",
                      "100000000000000000000"}));
  }
}

Json RandomText(Dice& dice) {
  if (dice.Percent(25)) {
    std::string out;
    for (size_t i = dice.Below(12); i > 0; --i)
      out += static_cast<char>('a' + dice.Below(6));
    return Json::String(out);
  }
  return Json::String(dice.OneOf({"",
                                  " ",
                                  "a",
                                  "b",
                                  "abc",
                                  "Hello World",
                                  "a,b,,c",
                                  "a-b_c",
                                  "1",
                                  "2.5",
                                  "true",
                                  "null",
                                  "{\"k\":[1,2]}",
                                  "[1, 2, {\"a\":null}]",
                                  "{}",
                                  "{broken",
                                  "h\xC3\xA9llo",
                                  "\xE2\x82\xAC 5",
                                  "\xF0\x9F\x98\x80!",
                                  "\xEF\xBF\xBD",
                                  "tab\there",
                                  "line\nbreak",
                                  "quote\"d",
                                  "it's",
                                  "back\\slash",
                                  "{}",
                                  "{} and {}",
                                  "\x01",
                                  "\x7F",
                                  "SGVsbG8=",
                                  "not base64!",
                                  "MD5",
                                  "SHA-256",
                                  "2024-02-29T12:00:00Z",
                                  "2023-01-01T00:00:00.5+02:00",
                                  "2016-12-05 21:29:29Z",
                                  "a*c",
                                  "a\\*c",
                                  "$.a",
                                  "States.UUID()",
                                  "x/y"}));
}

Json RandomValue(Dice& dice, int depth) {
  switch (dice.Below(depth > 0 ? 8 : 5)) {
    case 0: return Json();
    case 1: return Json::Bool(dice.Percent(50));
    case 2:
    case 3: return RandomNumber(dice);
    case 4: return RandomText(dice);
    case 5: {
      Json::Items items;
      for (size_t i = dice.Below(4); i > 0; --i)
        items.push_back(RandomValue(dice, depth - 1));
      return Json::Array(std::move(items));
    }
    default: {
      Json object = Json::Object({});
      for (size_t i = dice.Below(4); i > 0; --i) {
        object =
            object.With(dice.OneOf({"a", "b", "id", "k", "x y", "\xC3\xA9", "", "n", "length"}),
                        RandomValue(dice, depth - 1));
      }
      return object;
    }
  }
}

Json RandomInput(Dice& dice) {
  const auto array = [&](auto make) {
    Json::Items items;
    for (size_t i = dice.Below(5); i > 0; --i)
      items.push_back(make());
    return Json::Array(std::move(items));
  };
  const auto row = [&] {
    Json object = Json::Object({{"id", Json::Number(dice.Between(0, 5))}});
    if (dice.Percent(70)) object = object.With("name", RandomText(dice));
    if (dice.Percent(50)) object = object.With("keep", Json::Bool(dice.Percent(50)));
    if (dice.Percent(40)) object = object.With("price", RandomNumber(dice));
    if (dice.Percent(30)) object = object.With("tags", array([&] { return RandomText(dice); }));
    return object;
  };
  const Json timestamp = Json::String(
      dice.OneOf({"2024-01-01T00:00:03Z", "2024-01-01T00:00:00.250Z", "2023-05-05T10:00:00+02:00",
                  "2024-01-01T01:00:02+01:00", "2024-02-29T23:59:59.999999999Z"}));
  const Json inner = Json::Object({{"x", Json::Object({{"y", RandomValue(dice, 1)}})},
                                   {"id", Json::Number(dice.Between(0, 9))},
                                   {"list", array([&] { return RandomValue(dice, 1); })}});
  const Json members[] = {RandomValue(dice, 2),
                          RandomNumber(dice),
                          RandomText(dice),
                          timestamp,
                          Json::Number(dice.Between(0, 4)),
                          array([&] { return RandomValue(dice, 1); }),
                          array([&] { return RandomNumber(dice); }),
                          array(row),
                          inner,
                          Json::Bool(dice.Percent(50)),
                          Json()};
  const char* names[] = {"a", "n", "s", "t", "w", "list", "nums", "objs", "o", "flag", "nul"};
  Json::Members out;
  for (size_t i = 0; i < 11; ++i) {
    if (!dice.Percent(2)) out.emplace_back(names[i], members[i]);
  }
  if (dice.Percent(20)) out.emplace_back("x y", RandomValue(dice, 1));
  return Json::Object(std::move(out));
}

}  // namespace aslx::reference
