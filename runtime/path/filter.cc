#include "runtime/path/filter.h"

#include "runtime/path/match_list.h"
#include "runtime/path/matcher.h"
#include "runtime/path/path.h"
#include "runtime/value/compare.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/number.h"

namespace aslx::path {
namespace {

class FilterEvaluator {
 public:
  FilterEvaluator(const Program& program, const Value& element, const Value& document, Arena& arena)
      : program_(program), element_(element), document_(document), arena_(arena) {}

  bool Holds(uint32_t index) {
    const FilterNode& node = program_.filters()[index];
    switch (node.kind) {
      case FilterKind::kAnd: return Holds(node.left) && Holds(node.right);
      case FilterKind::kOr: return Holds(node.left) || Holds(node.right);
      case FilterKind::kNot: return !Holds(node.left);
      case FilterKind::kExists: return !PathValue(node.left).undefined();
      case FilterKind::kCompare: return Compare(node);
    }
    return false;
  }

 private:
  /// Undefined when a definite path has no value. An indefinite one always has: an array.
  Value PathValue(uint32_t index) {
    const PathRecord& path = program_.paths()[index];
    PathMiss miss;
    const Value& root = path.root == PathRoot::kCurrent ? element_ : document_;
    Value value = EvaluatePath(program_, path, root, arena_, &miss);
    return miss.kind == PathMiss::Kind::kIndexOutOfRange ? Value::Null() : value;
  }

  Value OperandValue(FilterOperand operand, uint32_t index) {
    return operand == FilterOperand::kPath ? PathValue(index) : program_.ConstantAt(index);
  }

  bool Compare(const FilterNode& node) {
    Value left = OperandValue(node.left_operand, node.left);
    Value right = OperandValue(node.right_operand, node.right);
    switch (node.comparison) {
      case FilterComparison::kEqual: return Same(left, right);
      case FilterComparison::kNotEqual: return !Same(left, right);
      case FilterComparison::kIn: return Contains(right, left);
      case FilterComparison::kNotIn: return !Contains(right, left);
      case FilterComparison::kLess: return Ordered(left, right) && Order(left, right) < 0;
      case FilterComparison::kLessEqual: return Ordered(left, right) && Order(left, right) <= 0;
      case FilterComparison::kGreater: return Ordered(left, right) && Order(left, right) > 0;
      case FilterComparison::kGreaterEqual: return Ordered(left, right) && Order(left, right) >= 0;
    }
    return false;
  }

  bool Same(const Value& left, const Value& right) {
    if (left.undefined() || right.undefined()) return false;
    if (left.type == Type::kString && right.type == Type::kNumber) return IsTextOf(left, right);
    if (left.type == Type::kNumber && right.type == Type::kString) return IsTextOf(right, left);
    return Equal(left, right, arena_);
  }

  bool Contains(const Value& list, const Value& wanted) {
    if (list.type != Type::kArray) return false;
    Value opened = Open(list, arena_);
    for (uint32_t i = 0; i < opened.size; ++i)
      if (Same(opened.items[i], wanted)) return true;
    return false;
  }

  static bool Ordered(const Value& left, const Value& right) {
    return left.type == right.type && (left.type == Type::kNumber || left.type == Type::kString);
  }
  int Order(const Value& left, const Value& right) {
    return left.type == Type::kNumber ? CompareNumbers(left, right)
                                      : CompareStrings(left, right, arena_);
  }

  /// The library holds a text and a number for equal when the text reads as that number.
  bool IsTextOf(const Value& text, const Value& number) {
    std::string_view token = Decode(text, arena_);
    if (!IsNumberToken(token)) return false;
    return CompareNumbers(Value::Text(Type::kNumber, value_flags::kRaw, token), number) == 0;
  }

  static bool IsNumberToken(std::string_view token) {
    auto digits = [&token] {
      size_t count = 0;
      while (count < token.size() && token[count] >= '0' && token[count] <= '9')
        ++count;
      token.remove_prefix(count);
      return count;
    };
    if (token.starts_with('-')) token.remove_prefix(1);
    bool leading_zero = token.starts_with('0');
    size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    if (token.starts_with('.')) {
      token.remove_prefix(1);
      if (digits() == 0) return false;
    }
    if (token.starts_with('e') || token.starts_with('E')) {
      token.remove_prefix(1);
      if (token.starts_with('+') || token.starts_with('-')) token.remove_prefix(1);
      if (digits() == 0) return false;
    }
    return token.empty();
  }

  const Program& program_;
  const Value& element_;
  const Value& document_;
  Arena& arena_;
};

}  // namespace

bool FilterHolds(const Program& program, uint32_t index, const Value& element,
                 const Value& document, Arena& arena) {
  return FilterEvaluator(program, element, document, arena).Holds(index);
}

}  // namespace aslx::path
