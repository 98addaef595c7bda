#include "tests/reference/choice.h"

#include "tests/reference/decimal.h"
#include "tests/reference/payload.h"
#include "tests/reference/timestamp.h"

namespace aslx::reference {
namespace {

tl::unexpected<Fault> InvalidPath(const std::string& path) {
  return RuntimeFault("Invalid path '" + path +
                      "': The choice state's condition path references an invalid value.");
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// What a comparison like NumericLessThanEquals says of an order (-1, 0, 1).
bool Holds(std::string_view relation, int order) {
  if (relation == "Equals") return order == 0;
  if (relation == "LessThan") return order < 0;
  if (relation == "LessThanEquals") return order <= 0;
  if (relation == "GreaterThan") return order > 0;
  return order >= 0;  // GreaterThanEquals
}

// The code points order texts as UTF-16 units do, but for those above U+FFFF.
std::u16string Utf16(const std::string& text) {
  std::u16string out;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t point = size == 1 ? lead : lead & (0x7FU >> size);
    for (size_t k = 1; k < size && i + k < text.size(); ++k) {
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    i += size;
    if (point >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    } else {
      out += static_cast<char16_t>(point);
    }
  }
  return out;
}

bool Compare(std::string_view op, const Json& value, const Json& operand) {
  if (op == "StringMatches") {
    return value.is_string() && operand.is_string() && StringMatches(value.text(), operand.text());
  }
  for (const std::string_view kind : {"String", "Numeric", "Boolean", "Timestamp"}) {
    if (op.substr(0, kind.size()) != kind) continue;
    const std::string_view relation = op.substr(kind.size());
    if (kind == "Boolean") {
      return value.is_bool() && operand.is_bool() && value.boolean() == operand.boolean();
    }
    if (kind == "Numeric") {
      return value.is_number() && operand.is_number() &&
             Holds(relation, CompareNumbers(value.text(), operand.text()));
    }
    if (!value.is_string() || !operand.is_string()) return false;
    if (kind == "String") {
      const int order = Utf16(value.text()).compare(Utf16(operand.text()));
      return Holds(relation, order < 0 ? -1 : order > 0 ? 1 : 0);
    }
    const std::optional<Instant> a = ParseTimestamp(value.text());
    const std::optional<Instant> b = ParseTimestamp(operand.text());
    if (!a.has_value() || !b.has_value()) return false;
    return Holds(relation, *a < *b ? -1 : *a > *b ? 1 : 0);
  }
  return false;
}

bool IsOfType(std::string_view op, const Json& value) {
  if (op == "IsNull") return value.is_null();
  if (op == "IsString") return value.is_string();
  if (op == "IsNumeric") return value.is_number();
  if (op == "IsBoolean") return value.is_bool();
  return value.is_string() && ParseTimestamp(value.text()).has_value();  // IsTimestamp
}

Outcome<bool> TestVariable(const Json& rule, const std::string& path, const Json& input,
                           const Scope& scope) {
  const std::optional<Json> value = FindAt(path, input, scope);
  for (const auto& [op, operand] : rule.members()) {
    if (op == "Variable" || op == "Next" || op == "Comment" || op == "Assign") continue;
    if (op == "IsPresent") return value.has_value() == operand.boolean();
    if (!value.has_value()) return InvalidPath(path);
    if (op.substr(0, 2) == "Is") return IsOfType(op, *value) == operand.boolean();
    if (!EndsWith(op, "Path")) return Compare(op, *value, operand);
    const std::optional<Json> other = FindAt(operand.text(), input, scope);
    if (!other.has_value()) return InvalidPath(operand.text());
    return Compare(std::string_view(op).substr(0, op.size() - 4), *value, *other);
  }
  return false;
}

}  // namespace

bool StringMatches(std::string_view text, std::string_view pattern) {
  // The pattern as units: a wildcard, or a character that has to be there.
  std::string units;
  std::string wild;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool escapes = pattern[i] == '\\' && i + 1 < pattern.size() &&
                         (pattern[i + 1] == '*' || pattern[i + 1] == '\\');
    wild += pattern[i] == '*' ? '1' : '0';
    units += escapes ? pattern[++i] : pattern[i];
  }
  size_t t = 0;
  size_t p = 0;
  std::optional<size_t> star;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < units.size() && wild[p] == '1') {
      star = p++;
      resume = t;
    } else if (p < units.size() && units[p] == text[t]) {
      ++p;
      ++t;
    } else if (star.has_value()) {
      p = *star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < units.size() && wild[p] == '1')
    ++p;
  return p == units.size();
}

// Recursion follows the definition, which is at most 1,000 levels deep.
Outcome<bool> RuleHolds(const Json& rule, const Json& input, const Scope& scope) {
  if (const Json* inner = rule.Find("Not")) {
    Outcome<bool> holds = RuleHolds(*inner, input, scope);
    if (holds.has_value()) *holds = !*holds;
    return holds;
  }
  const Json* all = rule.Find("And");
  const Json* any = rule.Find("Or");
  if (all != nullptr || any != nullptr) {
    for (const Json& inner : (all != nullptr ? all : any)->items()) {
      Outcome<bool> holds = RuleHolds(inner, input, scope);
      if (!holds.has_value() || *holds == (any != nullptr)) return holds;
    }
    return all != nullptr;
  }
  return TestVariable(rule, rule.Find("Variable")->text(), input, scope);
}

}  // namespace aslx::reference
