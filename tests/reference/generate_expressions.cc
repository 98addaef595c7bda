#include "tests/reference/generate_parts.h"

namespace aslx::reference {
namespace {

std::string Quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// A text that may stand in a call: no braces, which mean something there.
std::string TextArgument(Dice& dice, const Surroundings& around) {
  if (dice.Percent(50)) return PathTo(dice, around, "text");
  return Quote(dice.OneOf({"", " ", ",", "-", "abc", "a,b,c", "it's", "h\xC3\xA9", "x y", "1",
                           "[1,2]", "null", "\"q\"", "SGVsbG8=", "\xE2\x82\xAC", "a\\b", "$.a"}));
}

std::string NumberArgument(Dice& dice, const Surroundings& around) {
  if (dice.Percent(50)) return PathTo(dice, around, "number");
  return dice.OneOf({"0", "1", "2", "3", "-1", "10", "2.5", "-2.5", "1.4999", "1e1", "100"});
}

std::string AnyArgument(Dice& dice, const Surroundings& around, int depth) {
  switch (dice.Below(6)) {
    case 0: return TextArgument(dice, around);
    case 1: return NumberArgument(dice, around);
    case 2: return dice.OneOf({"true", "false", "null"});
    case 3:
      if (depth > 0) return RandomCall(dice, around, depth - 1);
      [[fallthrough]];
    default: return RandomPath(dice, around);
  }
}

std::string ArrayArgument(Dice& dice, const Surroundings& around, int depth) {
  if (dice.Percent(5)) return AnyArgument(dice, around, depth);
  switch (dice.Below(4)) {
    case 0: {
      std::string out = "States.Array(";
      for (size_t i = 0, count = dice.Below(4); i < count; ++i) {
        out += (i > 0 ? ", " : "") + AnyArgument(dice, around, depth - 1);
      }
      return out + ")";
    }
    case 1: return "States.StringSplit(" + TextArgument(dice, around) + ", ',')";
    default: return PathTo(dice, around, "array");
  }
}

std::string FormatCall(Dice& dice, const Surroundings& around, int depth) {
  std::string form;
  std::string arguments;
  for (size_t i = dice.Below(3); i > 0; --i) {
    form += dice.OneOf({"{}", "x{} ", "\\'{}\\'", "{}\xC3\xA9"});
    arguments += ", " + AnyArgument(dice, around, depth - 1);
  }
  form += dice.OneOf({"", " end", "\\\\", " \\{x\\}", "!"});
  if (dice.Percent(3)) form += "{}";
  return "States.Format('" + form + "'" + arguments + ")";
}

// The paths of a document that RandomInput made.
const char* BasePath(Dice& dice) {
  return dice.OneOf({"$.a",
                     "$.n",
                     "$.s",
                     "$.t",
                     "$.w",
                     "$.list",
                     "$.nums",
                     "$.objs",
                     "$.o",
                     "$.flag",
                     "$.nul",
                     "$",
                     "$['a']",
                     "$[\"s\"]",
                     "$.o.x",
                     "$.o.x.y",
                     "$['o']['x']",
                     "$.o.id",
                     "$.list[*]",
                     "$.list[0:2]",
                     "$.list[1:]",
                     "$.list[:1]",
                     "$.list[-2:]",
                     "$.list[:-1]",
                     "$.list[0,1]",
                     "$.objs[*].id",
                     "$.objs[*].name",
                     "$.objs[0:2].id",
                     "$..id",
                     "$..name",
                     "$..tags",
                     "$.o..id",
                     "$.objs[?(@.id > 1)]",
                     "$.objs[?(@.keep)]",
                     "$.objs[?(@.keep == true)].id",
                     "$.objs[?(@.id >= 1 && @.id < 4)].name",
                     "$.objs[?(@.id == 0 || @.price > 2)]",
                     "$.objs[?(!(@.keep))].id",
                     "$.objs[?(@.name == 'abc')]",
                     "$.objs[?(@.price < 10.5)].price",
                     "$.nums[?(@ > 0)]",
                     "$.o.*",
                     "$.objs[*]",
                     "$['n','s']",
                     "$.o['id','list']",
                     "$.*.id",
                     "$.objs[*].tags[0]",
                     "$.objs[*]['id','keep']",
                     "$.nothing[*]",
                     "$.nope[0:2].x",
                     "$.objs[?(@.id != 2)].id",
                     "$..list[*]",
                     "$.objs[?(@.tags)].tags[*]",
                     "$$.Execution.Input",
                     "$$.Execution.Name",
                     "$$.State.Name",
                     "$$.StateMachine",
                     "$$.Execution.Input.n",
                     "$$.Execution.Id",
                     "$$.State.EnteredTime",
                     "$$.Execution.StartTime"});
}

std::string Key(Dice& dice, Json::Members& members) {
  while (true) {
    std::string key = dice.OneOf({"a", "b", "c", "d", "e", "x", "y z", "\xC3\xA9", "list", "n"});
    bool taken = false;
    for (const Json::Member& member : members) {
      taken = taken || member.first == key || member.first == key + ".$";
    }
    if (!taken) return key;
  }
}

Json Literal(Dice& dice, const std::string& op) {
  if (op.rfind("Boolean", 0) == 0) return Json::Bool(dice.Percent(50));
  if (op.rfind("Numeric", 0) == 0) return RandomNumber(dice);
  if (op == "StringMatches") {
    return Json::String(
        dice.OneOf({"*", "a*", "*c", "a*c", "*l*o*", "a\\*c", "", "Hello*", "a\\\\*", "**b**"}));
  }
  if (op.rfind("Timestamp", 0) == 0) {
    return Json::String(dice.OneOf({"2024-01-01T00:00:03Z", "2024-02-29T12:00:00Z",
                                    "2023-05-05T08:00:00Z", "2024-01-01T02:00:02+02:00"}));
  }
  return RandomText(dice);
}

std::string KindOf(const std::string& op) {
  if (op.rfind("Numeric", 0) == 0) return "number";
  if (op.rfind("String", 0) == 0 || op.rfind("Timestamp", 0) == 0) return "text";
  return "any";
}

// A Reference Path, which is what rules take.
std::string ReferencePath(Dice& dice, const Surroundings& around, const std::string& kind) {
  if (around.base && dice.Percent(25)) {
    return dice.OneOf({"$.o.x.y", "$.o.id", "$.list[0]", "$.objs[1].id", "$.objs[0].name", "$.t",
                       "$['s']", "$.flag", "$.nul", "$$.State.Name", "$$.Execution.Input.n"});
  }
  if (!around.base) {
    if (!around.variables.empty() && dice.Percent(50)) return "$" + dice.OneOf(around.variables);
    return dice.OneOf({"$", "$$.State.Name", "$$.Execution.Name"});
  }
  if (kind == "number") return dice.OneOf({"$.n", "$.w", "$.o.id", "$.a"});
  if (kind == "text") return dice.OneOf({"$.s", "$.t", "$.a"});
  return dice.OneOf({"$.a", "$.n", "$.s", "$.flag", "$.nul", "$.list", "$"});
}

}  // namespace

std::string RandomPath(Dice& dice, const Surroundings& around) {
  if (!around.variables.empty() && dice.Percent(15)) {
    return "$" + dice.OneOf(around.variables) + (dice.Percent(4) ? ".a" : "");
  }
  if (around.in_map && dice.Percent(15)) {
    return dice.OneOf({"$$.Map.Item.Value", "$$.Map.Item.Index", "$$.Map.Item"});
  }
  if (dice.Percent(2)) {
    return dice.OneOf({"$.nope", "$.nope.deep", "$.s.x", "$.s[0]", "$.list[99]", "$.list[99].x",
                       "$$.Nope", "$.n.x", "$.nul.x", "$.list.x", "$.objs[0].id.x", "$.o[0]"});
  }
  if (around.base) return BasePath(dice);
  return dice.OneOf({"$", "$", "$$.Execution.Input", "$$.State.Name", "$[*]", "$..id", "$.a[*]",
                     "$$.Execution.Input.s", "$.*", "$[0:1]", "$[?(@.id > 1)]"});
}

std::string PathTo(Dice& dice, const Surroundings& around, const std::string& kind) {
  if (dice.Percent(2)) return RandomPath(dice, around);
  const std::string root = around.base ? "$." : "$$.Execution.Input.";
  if (kind == "number") return root + dice.OneOf({"n", "w", "o.id", "w", "w"});
  if (kind == "text") return dice.Percent(20) ? "$$.State.Name" : root + dice.OneOf({"s", "t"});
  if (kind == "array") return root + dice.OneOf({"list", "nums", "objs", "nums[*]", "o.list"});
  if (kind == "object") return root + "o" + dice.OneOf({"", "", ".x"});
  return RandomPath(dice, around);
}

std::string RandomCall(Dice& dice, const Surroundings& around, int depth) {
  const auto array = [&] { return ArrayArgument(dice, around, depth); };
  const auto number = [&] { return NumberArgument(dice, around); };
  const auto text = [&] { return TextArgument(dice, around); };
  const auto any = [&] { return AnyArgument(dice, around, depth); };
  const std::string comma = dice.OneOf({",", ", "});
  switch (dice.Below(16)) {
    case 0:
      if (dice.Percent(15)) return "States.StringToJson(" + text() + ")";
      return "States.StringToJson(States.JsonToString(" + any() + "))";
    case 1: return "States.JsonToString(" + any() + ")";
    case 2: return "States.Array(" + any() + comma + any() + ")";
    case 3:
      return "States.ArrayPartition(" + array() + comma + dice.OneOf({"1", "2", "3", "2.5"}) + ")";
    case 4: return "States.ArrayContains(" + array() + comma + any() + ")";
    case 5:
      return "States.ArrayRange(" + std::string(dice.OneOf({"0", "1", "-3", "5"})) + comma +
             dice.OneOf({"0", "9", "4", "-9"}) + comma + dice.OneOf({"1", "2", "-2", "3"}) + ")";
    case 6:
      if (dice.Percent(20)) {
        return "States.ArrayGetItem(" + array() + comma + dice.OneOf({"0", "1", "-1", "2"}) + ")";
      }
      return "States.ArrayGetItem(States.Array(" + any() + ", " + any() + ")" + comma +
             dice.OneOf({"0", "1", "0.4"}) + ")";
    case 7: return "States.ArrayLength(" + array() + ")";
    case 8: return "States.ArrayUnique(" + array() + ")";
    case 9: return "States.Base64Encode(" + text() + ")";
    case 10: return "States.Base64Decode(States.Base64Encode(" + text() + "))";
    case 11:
      return "States.Hash(" + any() + comma + "'" +
             dice.OneOf({"MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"}) + "')";
    case 12:
      return "States.JsonMerge(" + PathTo(dice, around, "object") + comma +
             PathTo(dice, around, "object") + comma + "false)";
    case 13: return "States.MathAdd(" + number() + comma + number() + ")";
    case 14: return "States.StringSplit(" + text() + comma + text() + ")";
    default: return FormatCall(dice, around, depth);
  }
}

Json RandomTemplate(Dice& dice, const Surroundings& around, int depth) {
  Json::Members members;
  for (size_t i = 1 + dice.Below(3); i > 0; --i) {
    const std::string key = Key(dice, members);
    switch (dice.Below(8)) {
      case 0: members.emplace_back(key, RandomValue(dice, 1)); break;
      case 1:
        if (depth > 0) {
          members.emplace_back(key, RandomTemplate(dice, around, depth - 1));
          break;
        }
        [[fallthrough]];
      case 2:
        if (depth > 0) {
          members.emplace_back(
              key, Json::Array({RandomTemplate(dice, around, depth - 1), RandomNumber(dice)}));
          break;
        }
        [[fallthrough]];
      case 3:
      case 4: members.emplace_back(key + ".$", Json::String(RandomCall(dice, around, 2))); break;
      default: members.emplace_back(key + ".$", Json::String(RandomPath(dice, around)));
    }
  }
  return Json::Object(std::move(members));
}

// The Comparison of a rule; members keep the order Variable, operator.
Json RandomRule(Dice& dice, const Surroundings& around, int depth) {
  if (depth > 0 && dice.Percent(30)) {
    const std::string op = dice.OneOf({"And", "Or", "Not"});
    if (op == "Not") return Json::Object({{op, RandomRule(dice, around, depth - 1)}});
    Json::Items rules;
    for (size_t i = 1 + dice.Below(3); i > 0; --i) {
      rules.push_back(RandomRule(dice, around, depth - 1));
    }
    return Json::Object({{op, Json::Array(std::move(rules))}});
  }
  if (dice.Percent(25)) {
    const std::string op = dice.OneOf(
        {"IsPresent", "IsPresent", "IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"});
    const std::string path = op == "IsPresent" && dice.Percent(50)
                                 ? dice.OneOf({"$.nope", "$.o.nope", "$.list[7]", "$.s.x", "$.nul"})
                                 : ReferencePath(dice, around, "any");
    return Json::Object({{"Variable", Json::String(path)}, {op, Json::Bool(dice.Percent(70))}});
  }
  const std::string op =
      dice.OneOf({"StringEquals", "StringLessThan", "StringGreaterThan", "StringLessThanEquals",
                  "StringGreaterThanEquals", "StringMatches", "NumericEquals", "NumericLessThan",
                  "NumericGreaterThan", "NumericLessThanEquals", "NumericGreaterThanEquals",
                  "BooleanEquals", "TimestampEquals", "TimestampLessThan", "TimestampGreaterThan",
                  "TimestampLessThanEquals", "TimestampGreaterThanEquals"});
  const std::string kind = KindOf(op);
  std::string path = ReferencePath(dice, around, kind);
  if (dice.Percent(1)) path = "$.nope";
  if (op != "StringMatches" && dice.Percent(35)) {
    return Json::Object({{"Variable", Json::String(path)},
                         {op + "Path", Json::String(ReferencePath(dice, around, kind))}});
  }
  return Json::Object({{"Variable", Json::String(path)}, {op, Literal(dice, op)}});
}

}  // namespace aslx::reference
