#include "runtime/vm/choice.h"

#include "runtime/value/compare.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/number.h"
#include "runtime/value/timestamp.h"

namespace aslx {
namespace {

enum class Relation : uint8_t { kEqual, kLess, kGreater, kLessEqual, kGreaterEqual };

bool Holds(Relation relation, int order) {
  switch (relation) {
    case Relation::kEqual: return order == 0;
    case Relation::kLess: return order < 0;
    case Relation::kGreater: return order > 0;
    case Relation::kLessEqual: return order <= 0;
    case Relation::kGreaterEqual: return order >= 0;
  }
  return false;
}

bool CompareText(Relation relation, const Value& left, const Value& right, Arena& arena) {
  if (left.type != Type::kString || right.type != Type::kString) return false;
  if (relation == Relation::kEqual) return SameString(left, right);
  return Holds(relation, CompareStrings(left, right, arena));
}

bool CompareNumeric(Relation relation, const Value& left, const Value& right) {
  if (left.type != Type::kNumber || right.type != Type::kNumber) return false;
  return Holds(relation, CompareNumbers(left, right));
}

bool CompareTime(Relation relation, const Value& left, const Value& right, Arena& arena) {
  if (left.type != Type::kString || right.type != Type::kString) return false;
  Timestamp a;
  Timestamp b;
  if (!ParseTimestamp(Decode(left, arena), &a) || !ParseTimestamp(Decode(right, arena), &b)) {
    return false;
  }
  return Holds(relation, a < b ? -1 : (b < a ? 1 : 0));
}

}  // namespace

bool Compare(Opcode opcode, const Value& left, const Value& right, Arena& arena) {
#define CASE(family, operator, relation)      \
  case Opcode::kTest##family##operator:       \
  case Opcode::kTest##family##operator##Path: \
    return COMPARE_##family(Relation::k##relation);
#define COMPARE_String(relation) CompareText(relation, left, right, arena)
#define COMPARE_Numeric(relation) CompareNumeric(relation, left, right)
#define COMPARE_Timestamp(relation) CompareTime(relation, left, right, arena)
#define FAMILY(family)                    \
  CASE(family, Equals, Equal)             \
  CASE(family, LessThan, Less)            \
  CASE(family, GreaterThan, Greater)      \
  CASE(family, LessThanEquals, LessEqual) \
  CASE(family, GreaterThanEquals, GreaterEqual)
  switch (opcode) {
    FAMILY(String)
    FAMILY(Numeric)
    FAMILY(Timestamp)
    case Opcode::kTestBooleanEquals:
    case Opcode::kTestBooleanEqualsPath:
      return left.type == Type::kBool && right.type == Type::kBool && left.truth() == right.truth();
    default: return false;  // not a comparison: the caller's switch names each one
  }
#undef FAMILY
#undef COMPARE_String
#undef COMPARE_Numeric
#undef COMPARE_Timestamp
#undef CASE
}

const SwitchCase* FindCase(const Program& program, const SwitchRecord& table, const Value& value,
                           Arena& arena) {
  if (value.type != Type::kString) return nullptr;
  const std::string_view text = Decode(value, arena);
  const uint32_t hash = SwitchHash(text.data(), static_cast<uint32_t>(text.size()));
  const uint32_t mask = table.case_count - 1;
  for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
    const SwitchCase& entry = program.switch_cases()[table.first_case + i];
    if (entry.pc == kNoIndex) return nullptr;
    if (entry.hash == hash && program.TextOf(entry.text) == text) return &entry;
  }
}

bool StringMatches(std::string_view text, std::string_view pattern) {
  size_t t = 0;
  size_t p = 0;
  size_t star = std::string_view::npos;  // behind the newest `*`
  size_t resume = 0;                     // where its run ends so far
  while (true) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      resume = t;
      continue;
    }
    const bool escape = p + 1 < pattern.size() && pattern[p] == '\\' &&
                        (pattern[p + 1] == '*' || pattern[p + 1] == '\\');
    const size_t literal = escape ? p + 1 : p;
    if (literal < pattern.size() && t < text.size() && pattern[literal] == text[t]) {
      p = literal + 1;
      ++t;
      continue;
    }
    if (p == pattern.size() && t == text.size()) return true;
    if (star == std::string_view::npos || resume == text.size()) return false;
    p = star;
    t = ++resume;
  }
}

bool IsTimestamp(const Value& value, Arena& arena) {
  Timestamp timestamp;
  return value.type == Type::kString && ParseTimestamp(Decode(value, arena), &timestamp);
}

}  // namespace aslx
